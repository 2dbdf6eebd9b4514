"""The store directory: what it holds is always the union of its shards, whatever is added, replaced, removed, broken or killed."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhengpu.errors import StoreError, UnknownName
from zhengpu.graph.storage import index, shards
from zhengpu.graph.storage.filing import filed
from zhengpu.graph.storage.manifest import Entry, Manifest, read_manifest
from zhengpu.graph.storage.remarks import LONGEST, MOST, MOST_CELLS, KeptTable, Remarks
from zhengpu.graph.storage.shards import Kind, Shard, canonical
from zhengpu.graph.storage.store import Store, create_store, open_store
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.model import Cell, Problem, Removal

BASE = "http://example.org/id"
P = "http://example.org/p"
XSD = "http://www.w3.org/2001/XMLSchema#"
MENU, TOP = Removal("首页 > 政务公开", "navigation", 0), Removal("返回顶部", "navigation", 40)
TABLE = KeptTable(1, (Cell(0, 0, 0, 1), Cell(0, 1, 1, 2), Cell(1, 0, 2, 3, column_span=2)))
REMARKS = Remarks.of([TOP, MENU], [Problem("misnumbered", "二 is followed by 四", 3, 9)], [TABLE])
BODY = f"<{BASE}/institution/市教育局> <{P}#label> \"市教育局\"@zh ."


def document(name: str, *lines: str, **fields: object) -> Shard:
    """A document that says a title of its own and these lines; DOC in them is its IRI."""
    iri = f"{BASE}/document/{name}"
    said = [f'<{iri}> <{P}#title> "{name}"@zh .', *(line.replace("DOC", iri) for line in lines)]
    return Shard(iri, "".join(f"{line}\n" for line in said).encode(), title=f"{name}的通知", source=f"{name}.txt", **fields)  # type: ignore[arg-type]


def union(store: Store) -> set[bytes]:
    return {line for entry in store.entries for line in store.triples(entry).splitlines()}


def indexed(store: Store) -> set[bytes]:
    """The triples of the index; each once, by the engine's count."""
    lines = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").serialize("nt").splitlines()
    assert len(lines) == len(set(lines)) == len(store)
    return set(lines)


def files(folder: Path) -> dict[str, bytes]:
    """Path -> bytes of everything but the engine's own log."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ("LOG", "LOCK")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def two(folder: Path) -> Store:
    """A store of two documents that both say the label of one body."""
    store = create_store(folder)
    store.add([document("甲发〔2024〕1号", BODY, f"<DOC/measure/m1> <{P}#lead> <{BASE}/institution/市教育局> ."), document("乙发〔2024〕2号", BODY)])
    return store


# What changes do -----------------------------------------------------------------------------------------------------


def test_a_new_store_answers_with_the_labels_of_the_ontology(folder: Path) -> None:
    store = create_store(folder)
    assert store.query('ASK { zp:Measure rdfs:label "措施"@zh }').boolean
    assert store.documents == ()
    assert indexed(store) == union(store) == set(schema_shard().triples.splitlines())


def test_the_schema_names_everything_and_is_the_same_each_time() -> None:
    again = schema_shard.__wrapped__()
    assert again == schema_shard()
    assert canonical(again.triples, "schema") == again.triples
    assert b"_:" not in again.triples


def test_adding_the_same_again_changes_no_byte(two: Store) -> None:
    before = files(two.folder)
    changes = two.add([document("乙发〔2024〕2号", BODY)])
    assert (changes.added, changes.replaced, len(changes.unchanged)) == ((), (), 1)
    assert files(two.folder) == before


def test_the_order_and_number_of_builds_leave_no_trace(two: Store, tmp_path: Path) -> None:
    other = create_store(tmp_path / "other")
    other.add([document("乙发〔2024〕2号", "<DOC/x> <http://example.org/p> <DOC/y> .")])
    other.add([document("甲发〔2024〕1号", BODY, f"<DOC/measure/m1> <{P}#lead> <{BASE}/institution/市教育局> .")])
    other.add([document("乙发〔2024〕2号", BODY)])
    plain = {name: data for name, data in files(two.folder).items() if not name.startswith("index/")}
    assert {name: data for name, data in files(other.folder).items() if not name.startswith("index/")} == plain
    assert [entry["iri"] for entry in json.loads(plain["manifest.json"])["shards"]] == sorted(entry.iri for entry in two.entries)
    assert indexed(other) == indexed(two)


def test_a_changed_document_replaces_what_only_its_old_shard_said(two: Store) -> None:
    changes = two.add([document("甲发〔2024〕1号", f"<DOC/measure/m2> <{P}#lead> <{BASE}/institution/市教育局> .")])
    assert changes.replaced == (f"{BASE}/document/甲发〔2024〕1号",)
    assert indexed(two) == union(two)
    assert two.query(f"ASK {{ <{BASE}/institution/市教育局> <{P}#label> ?label }}").boolean, "the other document says it still"
    assert not two.query("ASK { <http://example.org/id/document/甲发〔2024〕1号/measure/m1> ?p ?o }").boolean
    assert len(list((two.folder / "documents").iterdir())) == 2


def test_shards_that_are_filed_already_go_in_by_their_entries(two: Store, tmp_path: Path) -> None:
    kept, new = document("乙发〔2024〕2号", BODY), document("丙发〔2024〕3号", BODY, remarks=REMARKS)
    given = (filed(two.folder, shard) for shard in (kept, new, document("甲发〔2024〕1号")))  # each when it is asked for
    changes = two.add(given)
    assert [len(outcome) for outcome in (changes.added, changes.replaced, changes.unchanged)] == [1, 1, 1]
    assert two.remarks(two.document("丙发〔2024〕3号")) == REMARKS
    other = create_store(tmp_path / "other")
    other.add([new, kept, document("甲发〔2024〕1号")])
    plain = [{name: data for name, data in files(store.folder).items() if not name.startswith("index/")} for store in (two, other)]
    assert plain[0] == plain[1]
    assert indexed(two) == indexed(other) == union(two)


@pytest.mark.parametrize(("spoil", "why"), [(Path.unlink, "is not there"), (lambda path: path.write_bytes(b"\x1f\x8b"), "Build its document again")])
def test_an_entry_without_its_shard_is_refused_and_nothing_changes(two: Store, spoil: Callable[[Path], object], why: str) -> None:
    before = union(two)

    def given() -> Iterator[Entry]:
        entry = filed(two.folder, document("丙发〔2024〕3号", BODY))
        spoil(two.folder / entry.shard)
        yield entry

    with pytest.raises(StoreError, match=why):
        two.add(given())
    assert indexed(open_store(two.folder)) == union(open_store(two.folder)) == before
    assert two.add([document("丙发〔2024〕3号", BODY)]).added


def test_a_file_that_is_another_document_now_leaves_nothing_of_the_earlier(two: Store) -> None:
    now = document("丙", BODY, sha256="5a")
    assert two.add([now]).added == (now.iri,)
    better = replace(document("丁", sha256="5a"), source=now.source)
    assert two.add([better]).replaced == (better.iri,)
    assert now.iri not in [entry.iri for entry in two.documents]
    assert indexed(two) == union(two)
    elsewhere = document("戊", sha256="5a")
    assert two.add([elsewhere]).added == (elsewhere.iri,)


def test_the_last_shard_that_says_a_thing_takes_it_away(two: Store) -> None:
    two.remove("乙发〔2024〕2号")
    assert two.query(f"ASK {{ <{BASE}/institution/市教育局> ?p ?o }}").boolean
    gone = two.remove("甲发〔2024〕1号.txt")
    assert gone.title == "甲发〔2024〕1号的通知"
    assert not two.query(f"ASK {{ <{BASE}/institution/市教育局> ?p ?o }}").boolean
    assert two.documents == ()
    assert indexed(two) == union(two)


def test_a_derived_shard_may_speak_of_a_document_and_outlives_it(two: Store) -> None:
    title = f'<{BASE}/document/甲发〔2024〕1号> <{P}#title> "甲发〔2024〕1号"@zh .'
    two.add([Shard(f"{BASE}/derived/similar", f"{title}\n".encode(), kind=Kind.DERIVED)])
    two.remove("甲发〔2024〕1号")
    assert two.query('ASK { ?document ?p "甲发〔2024〕1号"@zh }').boolean
    assert [entry.kind for entry in two.entries] == [Kind.DERIVED, Kind.DOCUMENT, Kind.SCHEMA]
    assert len(two.documents) == 1
    two.add([Shard(f"{BASE}/derived/similar", b"", kind=Kind.DERIVED)])
    assert indexed(two) == union(two)


def test_new_metadata_alone_change_the_manifest_and_not_the_index(two: Store) -> None:
    state = two.state
    two.add([document("乙发〔2024〕2号", BODY, sha256="ab")])
    assert two.document("乙发〔2024〕2号").sha256 == "ab"
    assert two.state == state


def test_what_was_removed_and_what_was_odd_is_kept_beside_the_shard(two: Store) -> None:
    before, state = set(two.folder.rglob("documents/*")), two.state
    two.add([document("丙发〔2024〕3号", BODY, remarks=REMARKS)])
    entry = two.document("丙发〔2024〕3号")
    with open_store(two.folder) as again:
        assert again.remarks(entry).removed == (MENU, TOP)
        assert again.remarks(entry).problems == REMARKS.problems
        assert again.remarks(entry).tables == (TABLE,)
        assert entry.problems == 1
        assert again.remarks(again.document("乙发〔2024〕2号")) == Remarks()
    kept = files(two.folder)
    two.add([document("丙发〔2024〕3号", BODY, remarks=REMARKS)])
    assert files(two.folder) == kept  # again the same bytes
    (two.folder / entry.remarks).write_bytes(b"\x1f\x8b no gzip")
    with pytest.raises(StoreError, match="Build the document again"):
        two.remarks(entry)
    two.add([document("丙发〔2024〕3号", BODY, remarks=REMARKS)])
    assert two.remarks(entry) == REMARKS
    # Other remarks are another state, for what was answered with the earlier ones; the document's going takes them away.
    assert two.state != state
    two.add([document("丙发〔2024〕3号", BODY)])
    assert not list((two.folder / "documents").glob("*.json.gz"))
    two.remove("丙发〔2024〕3号")
    assert two.state == state
    assert set(two.folder.rglob("documents/*")) == before


def test_a_store_of_before_remarks_were_kept_opens(two: Store) -> None:
    path = two.folder / "manifest.json"
    told = json.loads(path.read_bytes())
    for entry in told["shards"]:
        del entry["remarks"], entry["problems"]
    path.write_text(json.dumps(told), "utf-8")
    with open_store(two.folder) as store:
        assert [store.remarks(entry) for entry in store.documents] == [Remarks()] * 2
        assert store.state == two.state


def test_of_many_and_long_removals_a_sensible_part_is_kept() -> None:
    long = Remarks.of([Removal("横幅" * 1000, "advert", 7), Removal(" \n", "page-break", 3)], ())
    assert [(len(one.text), one.position) for one in long.removed] == [(LONGEST + 1, 7)]
    assert len(Remarks.of([Removal("第页", "page-break", place) for place in range(MOST + 5)], ()).removed) == MOST
    assert Remarks.of([Removal("坏\ud800字", "conversion", 0)], ()).packed()
    large = KeptTable(0, (Cell(0, 0, 0, 1),) * (MOST_CELLS - 2))
    assert Remarks.of((), (), [TABLE, large, TABLE]).tables == (TABLE,)  # no table in parts


def test_documents_go_by_iri_number_title_or_file(two: Store) -> None:
    found = two.document("甲发〔2024〕1号的通知")
    assert [two.document(name) for name in (found.iri, "甲发〔2024〕1号", "甲发〔2024〕1号.txt")] == [found] * 3
    with pytest.raises(UnknownName, match="甲发〔2024〕1号"):
        two.remove("甲发〔2024〕3号")


@pytest.mark.parametrize(
    ("triples", "why"),
    [
        (b"_:b <http://example.org/p> <http://example.org/o> .\n", "blank nodes"),
        (b"<http://example.org/s> <http://example.org/p> _:b .\n", "blank nodes"),
        (b"not triples\n", "not N-Triples"),
        (b"<relative> <http://example.org/p> <http://example.org/o> .\n", "nothing was changed"),
        (b'<http://example.org/s> <http://example.org/p> "\xff" .\n', "not N-Triples|nothing was changed"),
    ],
)
def test_a_shard_that_is_none_is_refused_and_nothing_changes(two: Store, triples: bytes, why: str) -> None:
    before = files(two.folder)
    with pytest.raises(StoreError, match=why):
        two.add([document("丙发〔2024〕3号"), Shard(f"{BASE}/document/x", triples)])
    assert {name: data for name, data in files(two.folder).items() if "/." not in name and not name.startswith("documents/")} == {
        name: data for name, data in before.items() if not name.startswith("documents/")
    }
    assert indexed(open_store(two.folder)) == union(two)


# Properties ----------------------------------------------------------------------------------------------------------

# Few names, so that documents often say the same; numbers in several spellings; things that hang on other documents.
_THINGS = [f"{BASE}/institution/市教育局", f"{BASE}/document/甲", f"{BASE}/document/甲/m1", f"{BASE}/document/甲乙", f"{BASE}/document/乙#x", "DOC", "DOC/m1"]
_VALUES = ['"1.50"^^<%sdecimal>', '"1.5"^^<%sdecimal>', '"007"^^<%sinteger>', '"7"^^<%sinteger>', '"2024"^^<%sgYear>', '"1"^^<%sboolean>']
_OBJECTS = [*(value % XSD for value in _VALUES), '"名"@zh', '"名"@ZH', '"\\u540D"@zh', '"a\\tb \\u0001"', f"<{BASE}/institution/市教育局>", "<DOC>"]
_LINES = st.builds(lambda s, o: f"<{s}> <{P}> {o} .", st.sampled_from(_THINGS), st.sampled_from(_OBJECTS))
_CHANGES = st.lists(st.tuples(st.sampled_from(["甲", "乙", "甲乙"]), st.none() | st.lists(_LINES, max_size=6)), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_CHANGES)
def test_the_index_is_the_union_of_the_shards_after_any_changes(changes: list[tuple[str, list[str] | None]]) -> None:
    with TemporaryDirectory() as folder:
        store = create_store(Path(folder) / "store")
        kept: dict[str, Shard] = {}
        for name, lines in changes:
            if lines is not None:
                kept[name] = document(name, *lines)
                store.add([kept[name]])
            elif kept.pop(name, None):
                store.remove(f"{BASE}/document/{name}")
            expected = set(schema_shard().triples.splitlines())
            expected |= {line for shard in kept.values() for line in canonical(shard.triples, "").splitlines()}
            assert indexed(store) == union(store) == expected
        advanced = indexed(store)
        store.rebuild()
        assert indexed(store) == advanced
        assert indexed(open_store(store.folder)) == advanced


@given(st.lists(_LINES, max_size=8))
def test_canonical_triples_are_what_the_engine_gives_back(lines: list[str]) -> None:
    triples = "".join(f"{line.replace('DOC', BASE)}\n" for line in lines).encode()
    spelled = canonical(triples, "a test")
    engine = ox.Store()
    engine.load(triples, ox.RdfFormat.N_TRIPLES)
    dumped = engine.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""
    assert spelled.splitlines() == sorted(dumped.splitlines())
    assert canonical(spelled, "a test") == spelled


# Crashes, other processes, damage ------------------------------------------------------------------------------------

_CRASH = """
import os, sys
from pathlib import Path
from zhengpu.graph.storage import committing, index, remarks, shards, store
from zhengpu.graph.storage.manifest import Manifest
sys.path.insert(0, {tests!r})
from test_store import document, BODY, REMARKS

def crash(*args, **kwargs):
    os._exit(9)

opened = store.open_store({folder!r})
{break_it}
opened.add([document("甲发〔2024〕1号", "<DOC/new> <http://example.org/p> <DOC> ."), document("丙发〔2024〕3号", BODY, remarks=REMARKS)])
os._exit(0)
"""


@pytest.mark.parametrize(
    ("break_it", "committed"),
    [
        ("shards.write = crash", False),
        ("real = shards.write; shards.write = lambda path, data: (real(path, data), crash())", False),
        ("remarks.write = crash", False),
        ("real = remarks.write; remarks.write = lambda path, data: (real(path, data), crash())", False),
        ("index.advance = crash", False),
        ("real = index.advance; index.advance = lambda *given: (real(*given), crash())", False),
        ("Path.rename = crash", False),
        ("Manifest.write = crash", False),
        ("Path.replace = lambda self, target: crash() if target.name == 'manifest.json' else os.replace(self, target)", False),
        ("real = Manifest.write; Manifest.write = lambda self, folder: (real(self, folder), crash())", True),
        ("committing.clear = crash", True),
        ("store.Store._open = crash", True),
    ],
)
def test_a_crash_at_any_moment_leaves_the_store_as_before_or_after(two: Store, break_it: str, committed: bool) -> None:
    before = union(two)
    two.close()
    script = _CRASH.format(tests=str(Path(__file__).parent), folder=str(two.folder), break_it=break_it)
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=120)
    assert ended.returncode == 9, ended.stderr.decode()
    store = open_store(two.folder)
    assert indexed(store) == union(store)
    assert (union(store) == before) is not committed
    # A rerun finishes the work, and clears away what no manifest names.
    store.add([document("甲发〔2024〕1号", "<DOC/new> <http://example.org/p> <DOC> ."), document("丙发〔2024〕3号", BODY, remarks=REMARKS)])
    assert indexed(store) == union(store)
    assert store.remarks(store.document("丙发〔2024〕3号")) == REMARKS
    assert len(store.documents) == len(list((store.folder / "documents").glob("*.nt.gz"))) == len(list((store.folder / "documents").iterdir())) - 1 == 3
    assert {child.name for child in (store.folder / "index").iterdir()} >= {store.state}
    assert not [path for path in store.folder.rglob("*") if path.name.startswith(".")]


@pytest.fixture
def writer(two: Store) -> Iterator[None]:
    """Another process that is changing the store of `two`."""
    script = f"""
from pathlib import Path
from zhengpu.graph.storage.committing import writing
with writing(Path({str(two.folder)!r})):
    print("writing", flush=True)
    input()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield
        process.kill()


@pytest.mark.usefixtures("writer")
def test_a_second_writer_is_told_and_readers_go_on(two: Store) -> None:
    for change in (lambda: two.add([document("丙发〔2024〕3号")]), lambda: two.remove("甲发〔2024〕1号"), two.rebuild):
        with pytest.raises(StoreError, match="another process is changing it"):
            change()
    assert indexed(open_store(two.folder)) == union(two)


def test_a_reader_keeps_the_state_that_it_opened(two: Store) -> None:
    reader = open_store(two.folder)
    before = indexed(reader)
    two.add([document("丙发〔2024〕3号")])
    two.remove("甲发〔2024〕1号")
    assert indexed(reader) == before
    assert indexed(open_store(two.folder)) == union(two) != before


def _delete(folder: Path) -> None:
    shutil.rmtree(folder)


def _damage(folder: Path) -> None:
    (folder / index.GRAPH / "CURRENT").write_text("nonsense")


@pytest.mark.parametrize("break_it", [_delete, _damage])
def test_an_index_that_is_gone_or_damaged_is_made_anew(two: Store, break_it: object) -> None:
    before = indexed(two)
    two.close()
    assert callable(break_it)
    break_it(two.folder / "index" / two.state)
    assert indexed(open_store(two.folder)) == before
    break_it(two.folder / "index" / two.state)
    store = create_store(two.folder)
    store.add([document("丙发〔2024〕3号")])
    assert indexed(store) == union(store) > before


def test_a_damaged_shard_is_named_and_building_its_document_again_mends_it(two: Store) -> None:
    before = union(two)
    shard = two.folder / two.document("乙发〔2024〕2号").shard
    for again in (document("乙发〔2024〕2号", BODY), document("乙发〔2024〕2号")):
        shard.write_bytes(gzip.compress(b"<http://example.org/s> <http://example.org/p> <http://example.org/o> .\n"))
        with pytest.raises(StoreError, match=r"乙发.*Build its document again"):
            two.rebuild()
        assert two.query("ASK { ?s ?p ?o }").boolean, "the old index stays"
        two.add([again])
        two.rebuild()
        assert indexed(two) == union(two) == before


@pytest.mark.parametrize(
    ("content", "why"), [("{", "damaged"), ('{"format": "zhengpu-store/9", "shards": []}', "zhengpu-store/9"), ('{"format": "zhengpu-store/1"}', "damaged")]
)
def test_a_manifest_that_cannot_be_read_is_refused_and_kept(two: Store, content: str, why: str) -> None:
    (two.folder / "manifest.json").write_text(content)
    for attempt in (lambda: open_store(two.folder), lambda: create_store(two.folder), lambda: two.add([document("丙发〔2024〕3号")])):
        with pytest.raises(StoreError, match=why):
            attempt()
    assert (two.folder / "manifest.json").read_text() == content


# Places that are no store --------------------------------------------------------------------------------------------


def test_a_folder_that_is_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "论文.docx").write_bytes(b"mine")
    (tmp_path / "index").mkdir()
    before = files(tmp_path)
    for attempt in (open_store, create_store):
        with pytest.raises(StoreError, match="is not a store"):
            attempt(tmp_path)
    assert files(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "论文.docx"]


def test_no_store_no_folder_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="zhengpu build"):
        open_store(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(StoreError, match="zhengpu build"):
        open_store(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    for attempt in (open_store, create_store):
        with pytest.raises(StoreError, match="is a file"):
            attempt(tmp_path / "file")
    with pytest.raises(StoreError, match="No store can be made"):
        create_store(tmp_path / "file" / "store")


def test_a_creation_that_broke_off_is_taken_up(folder: Path) -> None:
    folder.mkdir()
    (folder / "lock").write_bytes(b"")
    (folder / ".manifest.json.123.tmp").write_bytes(b"{")
    assert create_store(folder).query("ASK { ?s ?p ?o }").boolean
    assert read_manifest(folder) == Manifest.of(open_store(folder).entries)


def test_shards_have_readable_names_that_fit_any_file_system() -> None:
    name = shards.file_name(f"{BASE}/document/{'很长的标题' * 50}/", Kind.DOCUMENT, "00")
    assert name.startswith("documents/很长的标题")
    assert len(name.encode()) < 200
    names: Sequence[str] = [shards.file_name(f"{BASE}/{end}", Kind.DOCUMENT, "00") for end in ("a*b", "a?b", "..", "")]
    assert len(set(names)) == 4
    assert not any(set(name) & set('*?<>:"|\\') for name in names)
