"""Search: every word that stands somewhere is found there, whichever way it is written; and the index says what the store says, whatever happened to it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from gold_facts import all_gold_facts
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st
from running import Run

from zhengpu.errors import BadParameter, StoreError, UnknownName
from zhengpu.graph.folding import SPACE, folded
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.storage import index, search_index, search_tokens, segments
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.shards import Kind, Shard
from zhengpu.graph.storage.store import Store, create_store, open_store
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.ontology import terms as zp
from zhengpu.queries.search import RANKED, Hit, SearchResults, search, search_index_for

BASE = "http://example.org/id"


def unit(kind: str, key: str, title: str, text: str, start: int) -> list[str]:
    """The lines of a unit of the document DOC."""
    iri = f"<DOC/{kind}/{key}>"
    cls = {"section": zp.Section, "measure": zp.Measure, "goal": zp.Goal}[kind]
    return [
        f"{iri} <{zp.rdf_type}> <{cls}> .",
        f"{iri} <{zp.dcterms_title}> {json.dumps(title, ensure_ascii=False)}@zh .",
        f"{iri} <{zp.text}> {json.dumps(text, ensure_ascii=False)}@zh .",
        f"{iri} <{zp.inDocument}> <DOC> .",
        *(f'{iri} <{name}> "{at}"^^<{zp.xsd_integer}> .' for name, at in ((zp.start, start), (zp.end, start + len(text)))),
    ]


def document(name: str, text: str, *lines: str) -> Shard:
    """A document of one section of everything but the first line, of which each line but the first is a measure; DOC in `lines` is its IRI."""
    iri = f"{BASE}/document/{name}"
    said = [
        f"<DOC> <{zp.rdf_type}> <{zp.Document}> .",
        f"<DOC> <{zp.dcterms_title}> {json.dumps(f'{name}方案', ensure_ascii=False)}@zh .",
        f"<DOC> <{zp.text}> {json.dumps(text, ensure_ascii=False)}@zh .",
        *lines,
    ]
    first, _, rest = text.partition("\n")
    if rest:
        said += unit("section", "s1", rest.split("\n")[0], rest, len(first) + 1)
        at = len(first) + 1
        for number, line in enumerate(rest.split("\n")):
            if number and line:
                said += unit("measure", f"m{number}", f"第{number}条", line, at)
            at += len(line) + 1
    return Shard(iri, "".join(f"{line}\n" for line in said).replace("DOC", iri).encode(), title=f"{name}方案", source=f"{name}.txt")


def body(name: str, *others: str) -> list[str]:
    """The lines of an institution with these other names."""
    iri = f"<{BASE}/institution/{name}>"
    names = [f'{iri} <{zp.skos_prefLabel}> "{name}"@zh .', *(f'{iri} <{zp.skos_altLabel}> "{other}"@zh .' for other in others)]
    return [f"{iri} <{zp.rdf_type}> <{zp.Institution}> .", *names]


TEXT = """甲市人民政府关于印发方案的通知
一、主要任务
发展中国家知识产权保护援助，建设WIPO技术与创新支持中心（ＴＩＳＣ）。
推动软件著作权登记；万人发明专利拥有量达到86.5件，“上诉率”不高于10%_。
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = create_store(tmp_path / "store")
    made.add([document("甲", TEXT, *body("甲市知识产权局", "市知识产权局")), document("乙", "乙市里的事\n干部培训\n一", *body("甲市知识产权局"))])
    return made


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = create_store(tmp_path_factory.mktemp("corpus") / "store")
    made.add([Shard(document_iri(facts), shard(facts)) for facts in all_gold_facts()])
    yield made
    made.close()


def marked(hit: Hit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.spans]


# What is found -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("中国", "第1条", "中国"),  # 发展中国家: a segmenter would cut 发展中 国家
        ("援", "第1条", "援"),
        ("知識產權保護", "第1条", "知识产权保护"),
        ("TISC", "第1条", "ＴＩＳＣ"),
        ("ｔｉｓｃ", "第1条", "ＴＩＳＣ"),
        ("wipo", "第1条", "WIPO"),
        ("設wipo技", "第1条", "设WIPO技"),
        ("(TISC)", "第1条", "（ＴＩＳＣ）"),
        ("86.5", "第2条", "86.5"),
        ('"上诉率"', "第2条", "“上诉率”"),
        ("10%_", "第2条", "10%_"),
        ("软件著作权登记；万人", "第2条", "软件著作权登记；万人"),
        ("主要任务", "一、主要任务", "主要任务"),
        ("印发方案", "甲方案", "印发方案"),
        ("裡的", "乙方案", "里的"),
        ("幹部", "干部培训", "干部"),
    ],
)
def test_words_are_found_where_they_stand(store: Store, text: str, label: str, words: str) -> None:
    results = search(store, text)
    assert (results.total, results.exact) == (1, True)
    hit = results.hits[0]
    assert (hit.label, marked(hit)) == (label, [words])
    if hit.score < 1 and hit.document_title == "甲方案":
        assert TEXT[hit.start : hit.end] == words


def test_what_nobody_wrote_is_not_found(store: Store) -> None:
    for text in ("国知", "产权识", "TISCO", "%%", "8 6.55"):
        assert search(store, text) == SearchResults(text, (), 0, True)


def test_names_come_before_texts_and_the_name_itself_first(store: Store) -> None:
    hits = search(store, "知识产权局").hits
    assert [hit.label for hit in hits] == ["甲市知识产权局"]
    assert hits[0].snippet == "甲市知识产权局", "of two names of one thing the own one is shown"
    assert search(store, "市知识产权局").hits[0].snippet == "市知识产权局", "unless the other is what was asked for"
    found = [(hit.type, hit.label) for hit in search(store, "知识产权").hits if hit.type != "concept"]
    assert found == [("institution", "甲市知识产权局"), ("measure", "第1条")]
    scores = [hit.score for hit in search(store, "知识产权").hits]
    assert scores == sorted(scores, reverse=True)


def test_words_with_blanks_between_must_all_be_there(store: Store) -> None:
    hits = search(store, "专利　著作权").hits
    assert [(hit.label, marked(hit)) for hit in hits] == [("第2条", ["著作权", "专利"])]
    assert [hit.type for hit in search(store, "专利 援助").hits] == ["document"], "no unit has both"
    assert not search(store, "专利 火箭").hits


def test_words_that_run_over_the_end_of_a_unit_are_found_in_the_document(store: Store) -> None:
    assert [(hit.type, hit.label) for hit in search(store, "任务\n发展中国家").hits] == [("document", "甲方案")]


def test_types_filter_and_a_document_is_searched_as_a_whole(store: Store) -> None:
    assert [hit.type for hit in search(store, "知识产权", types=("measure",)).hits] == ["measure"]
    assert [hit.iri for hit in search(store, "知识产权", types=("document",)).hits] == [f"{BASE}/document/甲"]
    assert {hit.type for hit in search(store, "知识产权", types=("measure", "institution")).hits} == {"measure", "institution"}
    assert search(store, "知识产权", types=("plan",)).total == 0
    with pytest.raises(UnknownName, match="measure"):
        search(store, "知识产权", types=("mesure",))


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00", "\u200b", "　", "知" * 1001])
def test_nothing_to_search_for_is_said(store: Store, text: str) -> None:
    with pytest.raises(BadParameter, match=r"nothing to search|longer than"):
        search(store, text)


@example('"')
@example("知识\x00产权")
@example('a" OR b* NEAR(c, 5) ^ d:e - NOT (f')
@example("AND")
@example("' ; DROP TABLE thing; --")
@example(" ".join(map(chr, range(0x4E00, 0x4E00 + 490))))
@example("\ud800知")
@given(st.text(min_size=1, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_only_words(corpus: Store, text: str) -> None:
    try:
        results = search(corpus, text, limit=3)
    except BadParameter:
        assert not folded(text).strip(SPACE)
        return
    assert all(marked(hit) for hit in results.hits)


def test_pages_follow_each_other(corpus: Store) -> None:
    everything = search(corpus, "知识产权", limit=RANKED)
    assert everything.exact
    assert everything.total == len(everything.hits) == len({hit.iri for hit in everything.hits})
    pages = [hit for offset in range(0, everything.total + 50, 50) for hit in search(corpus, "知识产权", limit=50, offset=offset).hits]
    assert tuple(pages) == everything.hits


def test_common_words_are_counted_no_further_than_they_are_ranked(tmp_path: Path) -> None:
    made = create_store(tmp_path / "store")
    lines = "\n".join(f"识保第{number}号" for number in range(RANKED + 20))
    made.add([document("甲", f"通知\n一、任务\n{lines}", *body("知识保护局"))])
    results = search(made, "识保", limit=5)
    assert (results.total, results.exact, results.hits[0].label) == (RANKED, False, "知识保护局")
    pages = [hit.iri for offset in range(0, RANKED + 100, 60) for hit in search(made, "识保", limit=60, offset=offset).hits]
    assert len(pages) == len(set(pages)) == RANKED + 21


def test_real_documents(corpus: Store) -> None:
    first = search(corpus, "国家知识产权局").hits[0]
    assert (first.type, first.label, first.spans) == ("institution", "国家知识产权局", ((0, 7),))
    number = search(corpus, "徐府发〔2024〕9号").hits[0]
    assert (number.type, number.document) == ("document", number.iri)
    texts = {document_iri(facts): facts.text for facts in all_gold_facts()}
    for text in ("海外", "专利导航", "TISC", "2024年"):
        for hit in search(corpus, text, types=("measure", "section", "goal"), limit=500).hits:
            assert hit.document is not None
            assert hit.start is not None
            assert folded(text) in folded(texts[hit.document][hit.start : hit.end])


# Folding -------------------------------------------------------------------------------------------------------------


@given(st.text())
@example("ＡＢ㎡½ǰİﬁ①﷽\x00\r\n臺灣")
def test_folding_keeps_every_place_and_folded_text_stays(text: str) -> None:
    form = folded(text)
    assert len(form) == len(text)
    assert folded(form) == form
    assert not set(form) & set(" \n\t\"'()*:^-+.\x00")


# The index is the store's ---------------------------------------------------------------------------------------------

_LINE = st.text(alphabet="知识产权局中国家TISCt1 %“", min_size=1, max_size=12)
_TEXTS = st.lists(_LINE, min_size=1, max_size=4).map("\n".join)
_BODIES = st.lists(
    st.sampled_from([body("市局"), body("市局", "局"), body("县局", "局"), [f'<{BASE}/document/甲/measure/m1> <{zp.skos_altLabel}> "别名"@zh .']]), max_size=2
)


@given(_TEXTS, st.data())
@settings(max_examples=100, deadline=None)
def test_every_substring_of_every_text_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    assume(part.strip())
    said = document("甲", text)
    with TemporaryDirectory() as folder:
        path = segments.path(Path(folder), segments.SEARCH, 0)
        with search_index.changing(path) as change:
            change.put_in(said.iri, said.triples)
        found = SearchIndex([path])
        assert said.iri in {hit.document for hit in search_index_for(found, part).hits}
        assert [hit.iri for hit in search_index_for(found, part, types=("document",)).hits] == [said.iri]


@given(st.text(alphabet="知识产权𠮷T1 ％", max_size=12), st.data())
@settings(deadline=None)
def test_the_tokens_of_parts_are_cut_from_those_of_the_whole(text: str, data: st.DataObject) -> None:
    form = folded(text)
    whole = search_tokens.tokens(form)
    assert whole.split() == [form[at : at + 2] for at in range(len(form))]
    place = st.integers(0, len(form))
    spans = {f"u{number}": span for number, span in enumerate(data.draw(st.lists(st.tuples(place, place), max_size=4)))}
    parts = search_tokens.pieces(spans, len(form), "document")
    owners = ["document"] * len(form)
    for unit, (start, end) in sorted(spans.items(), key=lambda item: item[1][0] - item[1][1]):
        owners[start:end] = [unit] * (end - start)
    assert sorted((at, unit) for unit, pieces in parts.items() for start, end in pieces for at in range(start, end)) == list(enumerate(owners))
    for pieces in parts.values():
        cut = SPACE.join(form[start:end] for start, end in pieces)
        assert search_tokens.part(whole, pieces) == search_tokens.tokens(cut)
        assert search_tokens.count(search_tokens.part(whole, pieces)) == len(cut)


@pytest.mark.parametrize("waiting", [0, 1 << 30])
def test_a_document_that_comes_twice_is_what_came_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    monkeypatch.setattr(search_index, "_WAITING", waiting)
    with search_index.changing(tmp_path / "search") as change:
        for said in (document("甲", "通知\n一、任务\n旧事"), document("乙", "通知\n一、任务\n此事"), document("甲", "通知\n一、任务\n新事")):
            change.put_in(said.iri, said.triples)
    found = SearchIndex([tmp_path / "search"])
    assert {word: [hit.label for hit in search_index_for(found, word).hits] for word in ("旧", "此事", "新事")} == {
        "旧": [],
        "此事": ["第1条"],
        "新事": ["第1条"],
    }
    assert sorted(hit.label for hit in search_index_for(found, "方案", types=("document",)).hits) == ["乙方案", "甲方案"]


def same(one: Store, other: Store) -> None:
    """The two indexes say the same, and find the same by each of their tokens."""
    assert one.words.contents() == other.words.contents()
    for word in ("知", "局", "市局", "别名", "中国", "t1", "ti"):
        assert sorted(hit.iri for hit in search(one, word).hits) == sorted(hit.iri for hit in search(other, word).hits)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.none() | st.tuples(_TEXTS, _BODIES)), max_size=4))
@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_after_any_changes_the_index_is_that_of_a_new_store(steps: Sequence[tuple[str, tuple[str, list[list[str]]] | None]]) -> None:
    with TemporaryDirectory() as folder:
        store = create_store(Path(folder) / "store")
        for name, contents in steps:
            if contents:
                store.add([document(name, contents[0], *(line for lines in contents[1] for line in lines))])
            elif f"{BASE}/document/{name}" in [entry.iri for entry in store.documents]:
                store.remove(f"{BASE}/document/{name}")
        anew = create_store(Path(folder) / "anew")
        anew.add([Shard(entry.iri, store.triples(entry)) for entry in store.documents])
        same(store, anew)
        words = store.words.contents()
        store.rebuild()
        assert store.words.contents() == words
        same(store, anew)
        store.close()
        anew.close()


def test_a_derived_shard_names_shared_things_and_not_those_of_a_document(store: Store) -> None:
    lines = [*body("乙局"), f'<{BASE}/document/甲/measure/m1> <{zp.skos_altLabel}> "别的名"@zh .']
    store.add([Shard(f"{BASE}/derived/x", "".join(f"{line}\n" for line in lines).encode(), kind=Kind.DERIVED)])
    assert [hit.label for hit in search(store, "乙局").hits] == ["乙局"]
    assert not search(store, "别的名").hits


def test_a_name_goes_with_the_last_shard_that_says_it(store: Store) -> None:
    store.remove(f"{BASE}/document/甲")
    hit = search(store, "知识产权局").hits[0]
    assert hit.label == "甲市知识产权局"
    assert not search(store, "TISC").hits
    assert [name for name in search(store, "市知识产权局").hits if name.snippet == "市知识产权局"] == [], "only the document that is gone called it so"
    store.remove(f"{BASE}/document/乙")
    assert not search(store, "知识产权局").hits


def test_graph_and_search_index_are_of_one_state_for_a_reader(store: Store) -> None:
    reader = open_store(store.folder)
    store.remove(f"{BASE}/document/甲")
    assert search(reader, "TISC").total == 1
    assert reader.query("ASK { ?thing zp:text ?text FILTER CONTAINS(?text, 'ＴＩＳＣ') }").boolean
    assert search(open_store(store.folder), "TISC").total == 0


_CRASH = """
import os, sys
from pathlib import Path
from zhengpu.graph.storage.search_index import SearchChange
from zhengpu.graph.storage.manifest import Manifest
from zhengpu.graph.storage.store import open_store
sys.path.insert(0, {tests!r})
from test_search import document

def crash(*given):
    os._exit(9)

opened = open_store({folder!r})
{break_it}
opened.add([document("甲", "甲地\\n新事"), document("丙", "丙地\\n新事")])
"""


@pytest.mark.parametrize(
    ("break_it", "committed"),
    [
        ("SearchChange.take_out = crash", False),
        ("SearchChange.put_in = crash", False),
        ("SearchChange.finish = crash", False),
        ("real = SearchChange.finish; SearchChange.finish = lambda *given: (real(*given), crash())", False),
        ("Path.rename = crash", False),
        ("Manifest.write = crash", False),
        ("real = Manifest.write; Manifest.write = lambda *given: (real(*given), crash())", True),
    ],
)
def test_a_crash_at_any_moment_leaves_graph_and_search_index_of_one_state(store: Store, break_it: str, committed: bool) -> None:
    store.close()
    script = _CRASH.format(tests=str(Path(__file__).parent), folder=str(store.folder), break_it=break_it)
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=120)
    assert ended.returncode == 9, ended.stderr.decode()
    opened = open_store(store.folder)
    for text, there in (("TISC", not committed), ("新事", committed)):
        spelled = "ＴＩＳＣ" if text == "TISC" else text
        assert bool(search(opened, text).total) is there
        assert opened.query(f"ASK {{ ?thing zp:text ?text FILTER CONTAINS(?text, '{spelled}') }}").boolean is there
    words = opened.words.contents()
    opened.rebuild()
    assert opened.words.contents() == words


def _gone(path: Path) -> None:
    path.unlink()


def _damaged(path: Path) -> None:
    path.write_bytes(b"nonsense" * 1000)


def _of_another_format(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("break_it", [_gone, _damaged, _of_another_format])
def test_a_search_index_that_is_missing_is_made_anew_and_this_is_said(store: Store, break_it: object, caplog: pytest.LogCaptureFixture) -> None:
    before = store.words.contents()
    store.close()
    assert callable(break_it)
    break_it(segments.path(store.folder / "index" / store.state, segments.SEARCH, 0))
    assert open_store(store.folder).words.contents() == before
    assert str(store.folder) in caplog.text
    break_it(segments.path(store.folder / "index" / store.state, segments.SEARCH, 0))
    store.add([document("丙", "丙地\n新事")])
    assert search(store, "新事").total == 1
    assert search(store, "TISC").total == 1


def test_an_index_of_an_older_version_has_another_name(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    state = store.folder / "index" / store.state
    store.close()
    segments.path(state, segments.SEARCH, 0).unlink()
    state.rename(state.with_name("0123456789abcdef"))
    assert search(open_store(store.folder), "TISC").total == 1
    assert "made anew" in caplog.text
    assert index.stands(state)


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        search(store, "知识")


# Sources without an index ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(corpus: Store) -> EmbeddedSource:
    return memory_source(b"".join(corpus.triples(entry) for entry in corpus.entries))


@pytest.mark.parametrize("text", ["知识产权", "中国", "徐府发〔2024〕9号", "海外 纠纷", "知識產權局", 'a"b\\c', "TISC"])
def test_a_source_without_an_index_finds_the_same_names_and_no_text_less(corpus: Store, plain: EmbeddedSource, text: str) -> None:
    indexed, read = search(corpus, text, limit=RANKED), search(plain, text, limit=RANKED)
    assert [hit for hit in indexed.hits if hit.score >= 1] == [hit for hit in read.hits if hit.score >= 1]
    assert {hit.iri for hit in indexed.hits if hit.type != "document"} <= {hit.iri for hit in read.hits}
    texts = {document_iri(facts): facts.text for facts in all_gold_facts()}
    for hit in read.hits:
        if hit.score < 1:
            assert hit.document is not None
            assert hit.start is not None
            assert folded(texts[hit.document][hit.start : hit.end]) in folded(text)


# The command ------------------------------------------------------------------------------------------------------------


def test_the_command(zhengpu: Run, corpus: Store) -> None:
    done = zhengpu("search", "知识产权局", "--type", "institution", "--limit", 2, "--store", corpus.folder)
    assert done.code == 0
    assert "国家知识产权局" in done.out
    told = json.loads(zhengpu("search", "知识产权局", "--limit", 2, "--json", "--store", corpus.folder).out)
    assert (told["hits"][0]["label"], told["hits"][0]["spans"], len(told["hits"])) == ("国家知识产权局", [[2, 7]], 2)
    nothing = zhengpu("search", "量子纠缠", "--store", corpus.folder)
    assert (nothing.code, "0" in nothing.out) == (0, True)
    for wrong in (("search", "", "--store", corpus.folder), ("search", "知", "--type", "x", "--store", corpus.folder)):
        assert zhengpu(*wrong).code == 2


def test_text_of_documents_is_no_markup_in_the_table(zhengpu: Run, tmp_path: Path) -> None:
    made = create_store(tmp_path / "hostile")
    made.add([document("甲", "标题\n一、[bold]项[/bold]\n[red]红\x1b[31m字[/red]")])
    done = zhengpu("search", "红", "--store", made.folder)
    assert "[red]红" in done.out
    assert "\x1b[31m" not in done.out
