"""The index in segments: after any changes it says, finds and weighs what one that is made anew does, and a change writes little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from test_search import BASE, body, document

from zhengpu.graph.storage import index, said_counts, segments
from zhengpu.graph.storage.segments import SAID, SEARCH
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store, open_store
from zhengpu.queries.search import Hit, search

_LINES = st.text(alphabet="知识产权局中国家TISCt1 %", min_size=1, max_size=10)
_TEXTS = st.lists(_LINES, min_size=1, max_size=3).map("\n".join)
_BODIES = st.lists(st.sampled_from([body("市局"), body("县局", "局"), body("知识局", "市局")]), max_size=2)
_STEPS = st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.none() | st.tuples(_TEXTS, _BODIES)), min_size=4, max_size=12)


@pytest.fixture(autouse=True)
def small_changes_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a few triples makes a segment, as one of a document does in a real store."""
    monkeypatch.setattr(segments, "_SMALLEST", 1)


def hits(store: Store, text: str) -> list[Hit]:
    """All that is found, with scores and passages, in an order that does not come from the numbers of things."""
    found = [hit for types in ((), ("document",)) for hit in search(store, text, types=types, limit=200).hits]
    return sorted(found, key=lambda hit: (-hit.score, hit.iri, hit.snippet))


def anew(store: Store, folder: Path) -> Store:
    """A store of the same documents, made at once."""
    other = create_store(folder)
    other.add([Shard(entry.iri, store.triples(entry)) for entry in store.documents])
    other.rebuild()
    return other


def counts(store: Store) -> dict[bytes, int]:
    """How often each shared triple is said, by the segments of the index."""
    total: dict[bytes, int] = {}
    for path in segments.paths(index.folder_of(store.folder, store.state), SAID):
        with said_counts.changing(path.with_name("copy.sqlite")) as copy:
            copy.take_in(path)
            copy.finish()
            for key, number in copy._sql.execute("SELECT key, n FROM said"):
                total[key] = total.get(key, 0) + number
        path.with_name("copy.sqlite").unlink()
    return {key: number for key, number in total.items() if number}


# a document takes the number of one that has gone, and goes again before the change is over
_GIVEN_AGAIN = [
    ("丁", ("T权权知产1\nC权家知T局家\nt", [])),
    ("乙", ("I\nCtS国t权中I识", [body("知识局", "市局"), body("市局")])),
    ("乙", ("中S11局%tC知局", [body("知识局", "市局")])),
    ("丁", ("%中\n国国中 产识", [])),
    ("丁", ("T\n识局t权", [])),
    ("丙", ("国  I中", [])),
    ("丁", None),
]


@given(_STEPS)
@example(_GIVEN_AGAIN)
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
def test_after_any_changes_it_says_finds_and_weighs_what_one_made_anew_does(steps: Sequence[tuple[str, tuple[str, list[list[str]]] | None]]) -> None:
    with TemporaryDirectory() as folder:
        store = create_store(Path(folder) / "store")
        for name, contents in steps:
            if contents:
                store.add([document(name, contents[0], *(line for lines in contents[1] for line in lines))])
            elif f"{BASE}/document/{name}" in [entry.iri for entry in store.documents]:
                store.remove(f"{BASE}/document/{name}")
        other = anew(store, Path(folder) / "anew")
        assert len(segments.sizes(index.folder_of(other.folder, other.state))) == 1
        assert store.words.contents() == other.words.contents()
        assert counts(store) == counts(other)
        assert len(store) == len(other)
        for text in ("知", "知识", "市局", "中国家", "t1", "知 t", "识产 权 局"):
            assert hits(store, text) == hits(other, text)
        store.close()
        other.close()


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Store]:
    """A store of forty documents in one segment."""
    store = create_store(tmp_path / "store")
    store.add([document(f"第{number}号", f"通知\n一、任务\n第{number}项知识产权\n知识保护", *body("知识产权局")) for number in range(40)])
    store.rebuild()
    yield store
    store.close()


def test_a_change_shares_the_files_of_the_state_before(many: Store) -> None:
    before = index.folder_of(many.folder, many.state)
    inodes = {file.name: file.stat().st_ino for file in before.glob("*.sqlite")}
    many.add([document("第7号", "通知\n一、任务\n另一项知识产权")])
    after = index.folder_of(many.folder, many.state)
    assert {file.name: file.stat().st_ino for file in after.glob("*-0.sqlite")} == inodes
    assert len(segments.sizes(after)) == 2
    assert segments.path(after, SEARCH, 1).exists()
    found = [hit.snippet for hit in search(many, "项知识产权", limit=100).hits]
    assert len(found) == 40
    assert "另一项知识产权" in found
    assert "第7项知识产权" not in found


def test_segments_stay_few_and_each_much_larger_than_the_next() -> None:
    sizes: list[int] = [1_000_000]
    for change in [30] * 3000 + [1] * 100:
        sizes = segments.sized(sizes, change)
        assert len(sizes) <= 11
        assert all(larger >= 4 * smaller for larger, smaller in pairwise(sizes))
    assert len(segments.sized([5 ** (20 - place) for place in range(segments.MOST)], 1)) == segments.MOST
    assert segments.sized([10_000], 10_000) == [20_000]


def _spoiled(path: Path) -> None:
    path.unlink()  # it may be shared with another state
    path.write_bytes(b"nonsense" * 999)


@pytest.mark.parametrize("spoil", [Path.unlink, _spoiled])
@pytest.mark.parametrize("name", [f"{SEARCH}-1.sqlite", f"{SEARCH}-0.sqlite", f"{SAID}-1.sqlite", segments.NAME])
def test_an_index_with_a_segment_that_is_gone_or_damaged_is_made_anew(many: Store, tmp_path: Path, spoil: Callable[[Path], None], name: str) -> None:
    many.add([document("第7号", "通知\n一、任务\n另一项知识产权")])
    many.close()
    spoil(index.folder_of(many.folder, many.state) / name)
    with open_store(many.folder) as again:
        again.remove(f"{BASE}/document/第8号")
        other = anew(again, tmp_path / "other")
        assert again.words.contents() == other.words.contents()
        assert counts(again) == counts(other)
