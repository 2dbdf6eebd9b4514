"""`zhengpu mcp` as an assistant's program uses it: the SDK's own client starts `python -m zhengpu mcp` and talks over its standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import MISSING, OXIGRAPH, served
from gold_facts import all_gold_facts
from running import Run

from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.queries.assistant.claims import checked
from zhengpu.queries.assistant.schema_card import schema_card
from zhengpu.queries.catalogue import catalogue

pytest.importorskip("mcp", reason="the Model Context Protocol SDK is not installed (pip install 'zhengpu[mcp]')")
from mcp import Client, ClientSession, StdioServerParameters, stdio_client

TOOLS = {"schema_card", "search", "list_questions", "ask_question", "show_entity", "check_claim", "sparql_query"}
PLAN = "上海市徐汇区国家知识产权保护示范区建设方案"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SECONDS = 2

Talk = Callable[["Caller"], Awaitable[None]]


class Caller:
    """A client that is connected: calls of tools, and what came back as JSON or as the message of an error."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def __call__(self, tool: str, **arguments: object) -> Any:
        done = await self.client.call_tool(tool, arguments)
        assert not done.is_error, done.content
        assert json.loads(done.content[0].text) == done.structured_content  # for clients of either kind
        return done.structured_content

    async def refused(self, tool: str, **arguments: object) -> str:
        done = await self.client.call_tool(tool, arguments)
        assert done.is_error, done.structured_content
        return str(done.content[0].text)


def talk(place: tuple[str, str], conversation: Talk, *options: str) -> None:
    """Starts the server over a store or endpoint, holds the conversation, and lets it end."""
    server = StdioServerParameters(command=sys.executable, args=["-m", "zhengpu", "mcp", *place, *options], env=dict(os.environ))

    async def held() -> None:
        async with Client(server, read_timeout_seconds=60) as client:
            await conversation(Caller(client))

    asyncio.run(held())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = create_store(tmp_path_factory.mktemp("mcp") / "store")
    opened.add(Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in all_gold_facts())
    return opened


@pytest.fixture(scope="module", params=["store", "endpoint"])
def place(request: pytest.FixtureRequest, store: Store) -> Iterator[tuple[str, str]]:
    if request.param == "store":
        yield "--store", str(store.folder)
    elif OXIGRAPH is None:
        pytest.skip(MISSING)
    else:
        with served(store) as address:
            yield "--endpoint", address


def text_of(store: Store, document: str) -> str:
    (row,) = store.query(f"SELECT ?text {{ <{document}> zp:text ?text }}").rows
    return row[0].value  # type: ignore[union-attr]


def test_the_tools_describe_themselves(place: tuple[str, str]) -> None:
    async def conversation(call: Caller) -> None:
        listed = await call.client.list_tools()
        assert {tool.name for tool in listed.tools} == TOOLS
        for tool in listed.tools:
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.description
            assert len(tool.description) > 60
            assert tool.output_schema
            assert all("description" in told or "default" in told for told in tool.input_schema["properties"].values())
        assert "quote" in (call.client.instructions or "")
        assert call.client.server_info
        assert call.client.server_info.name == "zhengpu"

    talk(place, conversation)


def test_a_client_of_the_older_protocol_is_served_too(store: Store) -> None:
    server = StdioServerParameters(command=sys.executable, args=["-m", "zhengpu", "mcp", "--store", str(store.folder)], env=dict(os.environ))

    async def held() -> None:
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            begun = await session.initialize()
            assert begun.server_info.name == "zhengpu"
            assert {tool.name for tool in (await session.list_tools()).tools} == TOOLS
            done = await session.call_tool("check_claim", {"claim": "徐汇区 2024 方案要求上诉率低于多少?"})
            assert "低于12%" in done.content[0].text

    asyncio.run(held())


def test_nothing_but_the_protocol_is_on_standard_output_and_it_ends_with_its_client(store: Store) -> None:
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about}
    query = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "sparql_query", "arguments": {"query": "ASK {}"}}}
    started = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    with subprocess.Popen(
        [sys.executable, "-m", "zhengpu", "mcp", "--store", str(store.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        for message in (hello, started, query):
            server.stdin.write(json.dumps(message) + "\n")
        server.stdin.flush()
        answers = {}
        while len(answers) < 2:
            answer = json.loads(server.stdout.readline())
            answers[answer["id"]] = answer["result"]
        assert answers[2]["structuredContent"] == {"boolean": True}
        rest, err = server.communicate(timeout=30)  # its standard input is closed
    assert (server.returncode, rest, err) == (0, "", "")


def test_what_an_assistant_asks_for(place: tuple[str, str], store: Store) -> None:
    async def conversation(call: Caller) -> None:
        card = await call("schema_card")
        measures = next(one for one in card["classes"] if one["name"] == "zp:Measure")
        assert measures["things"] == len(store.query("SELECT ?m { ?m a zp:Measure }").rows)
        assert any("zp:leadBody" in one for one in measures["properties"])

        hits = (await call("search", text="上诉率", limit=50))["hits"]
        assert hits[0]["type"] == "indicator"
        placed = next(hit for hit in hits if hit["start"] is not None)
        assert text_of(store, placed["document"])[placed["start"] : placed["end"]] == "上诉率"

        listed = (await call("list_questions"))["questions"]
        assert {one["name"] for one in listed} == set(catalogue())
        asked = await call("ask_question", name="measures-led-by", parameters={"institution": "上海市浦东新区知识产权局保护处"}, limit=2)
        assert (len(asked["rows"]), asked["total"], asked["truncated"]) == (2, 5, True)
        assert asked["question"] == "哪些措施由 上海市浦东新区知识产权局保护处 牵头？"
        assert asked["things"][asked["rows"][0][2]].endswith("/measure/m1")
        assert (await call("ask_question", name="co-responsible-bodies", parameters={"measures": 3}))["rows"]

        shown = await call("show_entity", name="徐府发〔2024〕9号", facts=3)
        assert len(shown["facts"]) == 3
        for fact in shown["facts"]:
            assert text_of(store, fact["document"]["iri"])[fact["start"] : fact["end"]] == fact["quote"]
        assert max(len(one["value"]["text"]) for one in shown["statements"]) < 2000

    talk(place, conversation)


def test_a_claim_is_answered_with_the_words_of_a_document(place: tuple[str, str], store: Store) -> None:
    async def conversation(call: Caller) -> None:
        found = await call("check_claim", claim="徐汇区 2024 方案要求上诉率低于多少?")
        assert found["verdict"] == "found"
        assert found["understood"]["plans"] == [PLAN]
        for one in found["findings"]:
            assert text_of(store, one["document_iri"])[one["start"] : one["end"]] == one["quote"]
            assert "12" in one["quote"]
        assert (await call("check_claim", claim="徐汇区2024年方案上诉率低于10%"))["verdict"] == "differs"
        unknown = await call("check_claim", claim="苏州2024年方案要求上诉率低于多少")
        assert (unknown["verdict"], unknown["findings"]) == ("unknown", [])
        assert unknown["candidates"]

    talk(place, conversation)


def test_sparql_reads_and_ends(place: tuple[str, str]) -> None:
    async def conversation(call: Caller) -> None:
        rows = await call("sparql_query", query="SELECT ?t { ?p a zp:Plan ; dcterms:title ?t } ORDER BY ?t", limit=3)
        assert (rows["columns"], len(rows["rows"]), rows["truncated"]) == (["t"], 3, True)
        assert (await call("sparql_query", query="SELECT ?t { ?p a zp:Plan ; dcterms:title ?t } LIMIT 2 # two"))["truncated"] is False
        assert (await call("sparql_query", query="ASK { ?p a zp:Plan }")) == {"boolean": True}
        assert "zp:Plan" in (await call("sparql_query", query="CONSTRUCT { ?p a zp:Plan } WHERE { ?p a zp:Plan }"))["turtle"]
        for query, advice in (
            ("DELETE WHERE { ?s ?p ?o }", "read-only"),
            ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
            ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM"),
            ("SELECT ?t { ?p a zp:Plan", "not a SPARQL 1.1 query"),
            ("SELECT ?t { } LIMIT x", "not a SPARQL 1.1 query"),
            ("SELECT ?x { ?s ?p ?o }" + " " * 20_000, "the limit is 20,000"),
        ):
            assert advice in await call.refused("sparql_query", query=query)
        begun = time.monotonic()
        assert "second" in await call.refused("sparql_query", query=RUNAWAY)
        assert time.monotonic() - begun < SECONDS + 8  # it has ended long before the query would
        assert (await call("sparql_query", query="ASK { ?p a zp:Plan }")) == {"boolean": True}

    talk(place, conversation, "--timeout", str(SECONDS))


def test_a_mistake_is_told_so_that_it_can_be_mended(place: tuple[str, str]) -> None:
    async def conversation(call: Caller) -> None:
        assert "measures-led-by" in await call.refused("ask_question", name="measures-led")
        assert "institution" in await call.refused("ask_question", name="measures-led-by")
        assert "More than one" in await call.refused("ask_question", name="measures-led-by", parameters={"institution": "区知识产权局"})
        assert "上海市徐汇区知识产权局" in await call.refused("show_entity", name="徐汇区知识产权局处")
        assert "type" in await call.refused("search", text="上诉率", types=["nothing"])
        assert "A claim has" in await call.refused("check_claim", claim=" ")
        assert "limit" in await call.refused("search", text="上诉率", limit=0)

    talk(place, conversation)


def test_a_build_is_seen_without_a_restart(tmp_path: Path) -> None:
    shards = [Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in all_gold_facts()]
    growing = create_store(tmp_path / "store")
    growing.add(shards[:1])

    async def conversation(call: Caller) -> None:
        count = "SELECT ?p { ?p a zp:Plan }"
        assert len((await call("sparql_query", query=count))["rows"]) == (await call("schema_card"))["documents"] == 1
        growing.add(shards[1:])
        assert len((await call("sparql_query", query=count))["rows"]) == (await call("schema_card"))["documents"] == 5

    talk(("--store", str(tmp_path / "store")), conversation)


def test_the_examples_of_the_card_have_answers(store: Store) -> None:
    card = schema_card(store, "en")
    assert len(card.examples) >= 5
    for example in card.examples:
        assert store.query(example.sparql).rows, example.question
    assert sum(len(one) for one in card.pitfalls) < 6000


def test_the_documentation_says_what_is_so(store: Store) -> None:
    text = (Path(__file__).parents[1] / "docs" / "assistants.md").read_text("utf-8")
    added, told = (json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", text, re.M | re.S))
    assert added["mcpServers"]["zhengpu"]["args"][0] == "mcp"
    claim = re.findall(r"^> (.+)$", text, re.M)[0]
    found = asdict(checked(store, claim))
    assert told["verdict"] == found["verdict"]
    assert set(told["understood"]["names"]) == set(found["understood"]["names"])
    assert told["findings"][0].items() <= next(one for one in found["findings"] if one["quote"] == told["findings"][0]["quote"]).items()
    assert set(re.findall(r"^\| (?:`(\w+)`(?:, `(\w+)`)?) \| ", text.partition("## Checking a claim")[0].partition("## The tools")[2], re.M)) == {
        ("schema_card", ""), ("search", ""), ("list_questions", "ask_question"), ("show_entity", ""), ("check_claim", ""), ("sparql_query", "")
    }  # fmt: skip


def test_without_the_sdk_or_a_store_it_says_what_to_do(zhengpu: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = zhengpu("mcp", "--store", tmp_path / "none")
    assert (done.code, done.out) == (2, "")
    assert "no store" in done.err
    monkeypatch.setattr("zhengpu.cli.assisting.find_spec", lambda name: None)
    done = zhengpu("mcp")
    assert done.code == 2
    assert "zhengpu[mcp]" in done.err
