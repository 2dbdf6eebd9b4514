"""Every reading command says the same of a store and of an endpoint with the same triples: a real `oxigraph` server over the index of the store."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from endpoint_server import MISSING, OXIGRAPH, served
from gold_facts import all_gold_facts
from running import Run

from zhengpu.cli import app
from zhengpu.errors import QueryError
from zhengpu.graph.sources.remote import RemoteSource
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.question import Question
from zhengpu.queries.runner import ask

pytestmark = pytest.mark.skipif(OXIGRAPH is None, reason=MISSING)

BODY = "上海市徐汇区知识产权局"
CHANGING = {"link", "load", "observe", "push", "rebuild", "serve"}  # they change a folder, or serve or send what is in it
PLAN = "上海市徐汇区国家知识产权保护示范区建设方案"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = create_store(tmp_path_factory.mktemp("both") / "store")
    opened.add(Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in all_gold_facts())
    return opened


@pytest.fixture(scope="module")
def endpoint(store: Store) -> Iterator[str]:
    with served(store) as address:
        yield address


def test_every_command_that_reads_a_store_reads_an_endpoint() -> None:
    options = {name: {option for parameter in command.params for option in parameter.opts} for name, command in typer.main.get_group(app).commands.items()}
    with_a_store = {name for name, known in options.items() if "--store" in known}
    assert {name for name in with_a_store if "--endpoint" not in options[name]} == CHANGING


@pytest.mark.parametrize("asked", catalogue().values(), ids=lambda asked: asked.id)
def test_the_library_has_the_same_answers(store: Store, endpoint: str, asked: Question) -> None:
    for parameters in ({p.name: p.example for p in asked.parameters}, {p.name: p.example for p in asked.parameters if not p.optional}):
        here, there = (ask(source, asked.id, parameters) for source in (store, RemoteSource(endpoint)))
        assert there.sentence() == here.sentence()
        assert there.table() == here.table()
        assert there.answer.rows == here.answer.rows


@pytest.mark.parametrize(
    "command",
    [
        ("query", "measures-led-by", "--param", "institution=保护处"),
        ("query", "measures-led-by", "--param", "institution=保护处", "--format", "csv"),
        ("query", "indicators-side-by-side", "--format", "json"),
        ("query", "plan-outline", "--param", f"plan={PLAN}", "--lang", "en"),
        ("query", "measures-led-by", "--param", "institution=无此机构"),
        ("query", "no-such-question"),
        ("show", BODY),
        ("show", PLAN, "--json", "--facts", "7"),
        ("show", "徐府发〔2024〕9号", "--lang", "en"),
        ("show", "无此物"),
        ("search", "上诉率", "--type", "indicator"),
        ("search", "没有的词"),
        ("stats", "--lang", "en"),
        ("stats", "--json"),
        ("check",),
        ("check", "--json"),
        ("check", "徐府发〔2024〕9号", "--all", "--lang", "en"),
        ("check", "xuhui-2024-protection-zone.txt"),
        ("check", "无此文件"),
    ],
    ids=" ".join,
)
def test_a_command_prints_the_same(zhengpu: Run, store: Store, endpoint: str, command: tuple[str, ...]) -> None:
    here, there = zhengpu(*command, "--store", store.folder), zhengpu(*command, "--endpoint", endpoint)
    assert there.code == here.code
    assert _settled(there.out, command) == _settled(here.out, command)
    assert _named(there.err, endpoint) == _named(here.err, str(store.folder))
    assert here.out or here.code == 2


def _named(err: str, source: str) -> str:
    """A message without what is told of the source in it, and of how an endpoint is searched."""
    err = re.sub(r"^An endpoint has no search index.*\n", "", err)
    return re.split(r" Names are| The store", err.replace(source, "SOURCE"))[0].strip()


def _settled(out: str, command: tuple[str, ...]) -> object:
    """What was printed, without what only a folder has: the corrections it was built with."""
    if command == ("stats", "--json"):
        return {name: value for name, value in json.loads(out).items() if name != "corrections"}
    return out


def test_a_command_takes_a_query_of_ones_own(zhengpu: Run, store: Store, endpoint: str) -> None:
    for query in (
        "SELECT ?t { ?m a zp:Measure ; dcterms:title ?t } ORDER BY ?t ?m LIMIT 20",
        "ASK { ?m a zp:Measure }",
        "CONSTRUCT { ?b zp:x ?n } WHERE { ?m zp:responsibleBody ?b . ?b skos:prefLabel ?n }",
    ):
        here, there = zhengpu("query", "-", "--store", store.folder, stdin=query), zhengpu("query", "-", "--endpoint", endpoint, stdin=query)
        assert sorted(there.out.splitlines()) == sorted(here.out.splitlines())
        assert here.out
    for query in ("DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SELECT", "SELECT * FROM <file:///x> { ?s ?p ?o }"):
        here, there = zhengpu("query", "-", "--store", store.folder, stdin=query), zhengpu("query", "-", "--endpoint", endpoint, stdin=query)
        assert here.code == there.code == 2
        assert there.err == here.err


@pytest.mark.parametrize("words", [("上诉率",), ("知识产权局", "--type", "institution"), ("海外 纠纷",), ("ＰＣＴ",)], ids=" ".join)
def test_a_search_misses_nothing(zhengpu: Run, store: Store, endpoint: str, words: tuple[str, ...]) -> None:
    command = ("search", *words, "--limit", "500", "--json")
    here, there = (json.loads(zhengpu(*command, *source).out) for source in (("--store", store.folder), ("--endpoint", endpoint)))
    names, texts = ([hit["iri"] for hit in here["hits"] if (hit["score"] > 1) is is_name] for is_name in (True, False))
    assert names == [hit["iri"] for hit in there["hits"] if hit["score"] > 1]
    assert set(texts) <= {hit["iri"] for hit in there["hits"]}  # an endpoint also gives the sections around the units that have the words
    assert here["hits"]


@pytest.mark.parametrize(
    "command",
    [
        ("export", "--around", BODY, "--hops", "1", "--to", "part.ttl"),
        ("export", "--around", BODY, "--to", "part.csv"),
        ("export", "--plan", PLAN, "--to", "part.graphml"),
        ("export", "--plan", PLAN, "--to", "part.jsonld"),
        ("export", "--plan", PLAN, "--to", "part.rdf"),
        ("export", "--all", "--to", "part.graphml"),
        ("network", BODY, "--hops", "1", "--to", "part.html"),
        ("network", PLAN, "--to", "part.html"),
        ("report", PLAN, "--to", "part.md", "--as-of", "2025-06-30"),
        ("report", PLAN, "--as-of", "2025-06-30", "--lang", "en", "--to", "part.html"),
    ],
    ids=" ".join,
)
def test_a_command_writes_the_same_file(zhengpu: Run, store: Store, endpoint: str, tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / command[command.index("--to") + 1]
    here = zhengpu(*command, "--store", store.folder)
    written = file.read_bytes()
    os.remove(file)
    there = zhengpu(*command, "--endpoint", endpoint)
    assert here.code == there.code == 0
    assert there.out == here.out
    assert file.read_bytes() == written


def test_the_whole_graph_comes_over(zhengpu: Run, store: Store, endpoint: str, tmp_path: Path) -> None:
    for source in (("--store", store.folder), ("--endpoint", endpoint)):
        assert zhengpu("export", "--all", *source, "--to", f"{source[0]}.nt").code == 0
    here, there = (sorted((tmp_path / f"{name}.nt").read_bytes().splitlines()) for name in ("--store", "--endpoint"))
    assert there == here
    assert len(here) == len(store)


def test_what_the_server_does_not_take_is_told(endpoint: str) -> None:
    with pytest.raises(QueryError, match="does not take this query"):
        RemoteSource(endpoint).query("SELECT ?s { ?s unknown:p ?o }", trusted=True)


def test_a_document_that_says_wrong_things_is_found_at_the_endpoint_too(zhengpu: Run, tmp_path: Path) -> None:
    facts = next(iter(all_gold_facts()))
    triples = shard(facts).replace(b'"^^<http://www.w3.org/2001/XMLSchema#decimal>', b'"^^<http://www.w3.org/2001/XMLSchema#string>')
    wrong = create_store(tmp_path / "wrong")
    wrong.add([Shard(document_iri(facts), triples, title=facts.document.title or "", source=facts.source)])
    with served(wrong) as address:
        here, there = zhengpu("check", "--store", wrong.folder), zhengpu("check", "--endpoint", address)
    assert here.code == there.code == 1
    assert there.out == here.out
    assert "xsd:decimal" in here.out


def test_documents_that_place_a_body_differently_are_sound_here_and_there(zhengpu: Run, tmp_path: Path) -> None:
    one, other = list(all_gold_facts())[:2]
    lines = shard(one).splitlines(keepends=True)
    region = re.compile(rb"<(?P<body>[^>]*/institution/[^>]*)> <[^>]*#region> (?P<region>\S+) ")
    placed = next(found for line in lines if (found := region.match(line)))
    elsewhere = next(found["region"] for line in lines if (found := region.match(line)) and found["region"] != placed["region"])
    said = b"".join(line.replace(placed["region"], elsewhere) for line in lines if line.startswith((b"<%s>" % placed["body"], elsewhere)))
    differing = create_store(tmp_path / "differing")
    differing.add(Shard(document_iri(facts), shard(facts) + more, title="", source=facts.source) for facts, more in ((one, b""), (other, said)))
    with served(differing) as address:
        here, there = zhengpu("check", "--store", differing.folder), zhengpu("check", "--endpoint", address)
        twice = zhengpu("query", "-", "--endpoint", address, stdin="SELECT ?i { ?i a zp:Institution ; zp:region ?a, ?b . FILTER (STR(?a) < STR(?b)) }")
    assert placed["body"].decode().rpartition("/")[2] in twice.out
    assert (here.code, here.out) == (there.code, there.out)
    assert here.code == 0
