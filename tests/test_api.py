"""The JSON API over HTTP, from a real server over the golden documents: every endpoint is described, every answer is as the description says, whatever
comes in a parameter is a value or refused with words."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pyoxigraph as ox
import pytest
from gold_facts import all_gold_facts, gold_facts
from serving import Answered, Served, served

from zhengpu import ids
from zhengpu.graph.storage.remarks import NONE, KeptTable, Remarks
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import create_store
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.model import Cell, Removal
from zhengpu.model import Problem as Oddity
from zhengpu.ontology import terms as zp
from zhengpu.queries.api.parameters import Parameter, read
from zhengpu.queries.api.shape import Schemas, as_json
from zhengpu.queries.api.table import ENDPOINTS, Endpoint
from zhengpu.queries.server.problems import Problem

BUREAU = ids.institution("上海市徐汇区知识产权局")
COURT = ids.institution("上海市徐汇区人民法院")
XUHUI = document_iri(gold_facts("xuhui-2024-protection-zone"))
PLAN = ids.within(XUHUI, "plan", "1")
SHAOXING = ids.within(document_iri(gold_facts("shaoxing-2024-protection-zone")), "plan", "1")
TABLE = KeptTable(1, (Cell(0, 0, 3, 5), Cell(1, 0, 6, 9)))
REMARKS = Remarks.of([Removal("返回顶部", "navigation", 12)], [Oddity("misnumbered", "二 is followed by 四", 3, 9)], [TABLE])
# Endpoint -> parameters with which it has an answer.
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "GET overview": [{}, {"lang": "en"}],
    "GET search": [{"q": "知识产权局"}, {"q": "上诉率", "type": ["goal", "measure"], "limit": 3, "offset": 1}],
    "GET complete": [{"q": "徐汇"}, {"q": "商标", "for": "concept:theme"}, {}],
    "GET things": [{"type": "plan"}, {"type": "document", "year": 2024}, {"type": "measure", "region": ids.region("310000")}],
    "GET entity": [{"iri": BUREAU}, {"iri": PLAN, "limit": 3}, {"iri": XUHUI, "lang": "en"}, {"iri": zp.Measure}, {"iri": ids.concept("role", "lead")}],
    "GET neighbours": [{"iri": BUREAU, "relation": zp.responsibleBody, "direction": "in"}],
    "GET documents": [{}, {"region": ids.region("330000"), "year": 2024, "q": "绍兴"}],
    "GET document": [{"iri": XUHUI}, {"iri": PLAN}],
    "GET passage": [{"document": XUHUI, "start": 100, "end": 120}],
    "GET questions": [{}, {"lang": "en"}],
    "GET questions/{id}": [{"id": "measures-led-by", "institution": "保护处"}, {"id": "indicators-side-by-side", "limit": 2, "lang": "en"}],
    "POST check": [{"sparql": "SELECT * { ?s ?p ?o }"}, {"sparql": "SELECT * {"}, {"sparql": "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }"}],
    "GET vocabulary": [{}],
    "GET network": [{"around": BUREAU, "hops": 2}, {"name": "co-responsibility"}, {"question": "measures-led-by", "institution": "保护处"}],
    "GET path": [{"from": BUREAU, "to": COURT}],
    "GET export": [{"iri": BUREAU}, {"name": "citations", "format": "gexf"}],
    "POST export": [{"nodes": [BUREAU, COURT], "format": "graphml"}],
    "GET compare": [{"plan": [PLAN, SHAOXING]}, {"region": ids.region("310000")}],
    "GET schedule": [{"plan": PLAN, "as_of": "2025-12-01"}, {}],
    "GET schedule.ics": [{"plan": PLAN, "as_of": "2025-12-01"}],
    "GET quality": [{}, {"document": XUHUI}],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("api") / "store"
    with create_store(folder) as store:
        store.add(
            Shard(iri=document_iri(facts), triples=shard(facts), title=facts.document.title or "", remarks=REMARKS if document_iri(facts) == XUHUI else NONE)
            for facts in all_gold_facts()
        )
    with served(folder) as running:
        yield running


def get(server: Served, path: str, **headers: str) -> Answered:
    return server.ask("GET", path, headers={"Accept": "application/json", **headers})


def call(server: Served, endpoint: Endpoint, given: dict[str, Any], **headers: str) -> Answered:
    values = dict(given)
    path = re.sub(r"{(\w+)}", lambda blank: values.pop(blank[1]), endpoint.path)
    if endpoint.body is not None:
        return server.ask("POST", f"/api/{path}", json.dumps(values).encode(), {"Content-Type": "application/json", **headers})
    return get(server, f"/api/{path}?{urlencode(values, doseq=True)}", **headers)


def told(answer: Answered) -> Any:
    return json.loads(answer.body)


@pytest.fixture(scope="module")
def description(server: Served) -> dict[str, Any]:
    found: dict[str, Any] = told(get(server, "/api/openapi.json"))
    return found


# The description -------------------------------------------------------------------------------------------------------


def test_every_endpoint_is_described_and_has_an_example(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    described = {f"{method.upper()} {path.removeprefix('/api/')}" for path, methods in description["paths"].items() for method in methods}
    assert described == {endpoint.name for endpoint in ENDPOINTS} | {"GET openapi.json"}
    assert set(EXAMPLES) == {endpoint.name for endpoint in ENDPOINTS}
    identities = [operation["operationId"] for methods in description["paths"].values() for operation in methods.values()]
    assert len(set(identities)) == len(identities)
    for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)):
        assert reference in description["components"]["schemas"]
    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


CALLS = [pytest.param(endpoint, given, id=f"{endpoint.name} {','.join(given)}") for endpoint in ENDPOINTS for given in EXAMPLES[endpoint.name]]


@pytest.mark.parametrize(("endpoint", "given"), CALLS)
def test_every_answer_is_as_described(server: Served, description: dict[str, Any], endpoint: Endpoint, given: dict[str, Any]) -> None:
    answer = call(server, endpoint, given)
    assert answer.status == 200, answer.body[:500]
    if endpoint.answer is None:
        assert answer.type in endpoint.files
        assert answer.body
        return
    assert answer.type == "application/json"
    operation = description["paths"][f"/api/{endpoint.path}"][endpoint.method.lower()]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": description["components"]}).validate(told(answer))


def test_a_description_cannot_be_made_of_what_has_no_form_in_json() -> None:
    with pytest.raises(TypeError, match="JSON"):
        Schemas().of(bytes)
    with pytest.raises(TypeError, match="JSON"):
        as_json(b"")


# Answers ---------------------------------------------------------------------------------------------------------------


def test_a_quotation_stands_at_its_place(server: Served) -> None:
    found = told(get(server, f"/api/document?{urlencode({'iri': XUHUI})}"))
    assert len(found["facts"]) > 50
    assert all(found["text"][fact["start"] : fact["end"]] == fact["quote"] for fact in found["facts"])
    hit = told(get(server, f"/api/search?{urlencode({'q': '上诉率'})}"))["items"][0]
    assert [hit["snippet"][start:end] for start, end in hit["highlights"]] == ["上诉率"] * len(hit["highlights"])


def test_the_overview_counts_its_gaps_in_the_background(server: Served) -> None:
    gaps = told(get(server, "/api/overview"))["quality"]
    for _ in range(50):
        if all(gap["count"] is not None for gap in gaps):
            break
        gaps = told(get(server, "/api/overview"))["quality"]
    assert all(gap["count"] > 0 for gap in gaps if gap["question"] == "measures-without-body")
    assert not [gap for gap in gaps if gap["count"] is None]


def test_names_are_completed(server: Served) -> None:
    found = told(get(server, f"/api/complete?{urlencode({'q': '徐汇区人民法院', 'for': 'institution'})}"))
    assert found[0]["iri"] == COURT
    assert {one["type"] for one in found} == {"institution"}
    themes = told(get(server, f"/api/complete?{urlencode({'q': '商标', 'for': 'concept:theme'})}"))
    assert [one["iri"] for one in themes] == [ids.concept("theme", "商标")]
    assert told(get(server, "/api/complete?q=%20")) == []


def test_a_question_can_be_taken_away_as_a_table(server: Served) -> None:
    answer = get(server, f"/api/questions/measures-led-by?{urlencode({'institution': '保护处', 'format': 'csv'})}")
    assert answer.type == "text/csv"
    assert "measures-led-by.csv" in answer.headers["Content-Disposition"]
    assert len(list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))) == 5
    assert answer.body.startswith(b"\xef\xbb\xbf")  # else Excel shows noise
    book = get(server, f"/api/questions/measures-led-by?{urlencode({'institution': '保护处', 'format': 'xlsx'})}")
    assert book.type.endswith("spreadsheetml.sheet")
    rows = list(openpyxl.load_workbook(io.BytesIO(book.body)).worksheets[0].values)
    assert len(rows) == 6
    assert "加快推动浦东法规落地见效" in rows[1]


def test_an_ambiguous_name_comes_with_its_candidates_and_an_unknown_one_with_near_ones(server: Served) -> None:
    near = get(server, f"/api/questions/measures-led-by?{urlencode({'institution': '浦东市场监督'})}")
    assert (near.status, near.type) == (404, "application/problem+json")
    assert "上海市浦东新区市场监督管理局" in told(near)["near"]
    shared = next(name for name, number in surfaces().items() if number > 1)
    answer = get(server, f"/api/questions/measures-led-by?{urlencode({'institution': shared})}")
    assert answer.status == 409
    problem = told(answer)
    assert problem["parameter"] == "institution"
    assert len(problem["candidates"]) == surfaces()[shared]
    chosen = get(server, f"/api/questions/measures-led-by?{urlencode({'institution': problem['candidates'][0]['iri']})}")
    assert chosen.status == 200


@cache
def surfaces() -> dict[str, int]:
    """Surface form -> bodies that are called so and by no name of their own."""
    bodies: dict[str, set[str]] = {}
    own = {x.canonical for f in all_gold_facts() for x in (*f.responsibilities, *f.mentions)}
    for facts in all_gold_facts():
        for x in (*facts.responsibilities, *facts.mentions):
            bodies.setdefault(x.surface, set()).add(ids.institution(x.canonical))
    return {surface: len(those) for surface, those in bodies.items() if surface not in own}


def test_a_query_is_checked_with_the_place_of_its_fault(server: Served) -> None:
    check = next(endpoint for endpoint in ENDPOINTS if endpoint.path == "check")
    assert told(call(server, check, {"sparql": "SELECT * { ?s zp:leadBody ?o }"})) == {"ok": True}
    fault = told(call(server, check, {"sparql": "SELECT *\n{ ?s ?p }"}))
    assert (fault["ok"], fault["line"]) == (False, 2)
    assert "SERVICE" in told(call(server, check, {"sparql": "ASK { SERVICE <http://e.org/> { ?s ?p ?o } }"}))["message"]


def test_files_are_what_they_say(server: Served) -> None:
    gexf = get(server, "/api/export?name=citations&format=gexf")
    assert len(ElementTree.fromstring(gexf.body).findall(".//{*}node")) == told(get(server, "/api/network?name=citations"))["counts"]["plan"] + len(
        {ids.work(x.full_title or x.title) for f in all_gold_facts() for x in f.references}
    )
    turtle = get(server, f"/api/export?{urlencode({'iri': BUREAU})}")
    assert any(quad.predicate.value == zp.quote for quad in ox.parse(turtle.body, ox.RdfFormat.TURTLE))
    calendar = get(server, f"/api/schedule.ics?{urlencode({'plan': PLAN, 'as_of': '2025-12-01'})}")
    assert calendar.body.startswith(b"BEGIN:VCALENDAR\r\n")


# Caching and compression -----------------------------------------------------------------------------------------------


def test_a_client_that_has_the_answer_is_told_so(server: Served) -> None:
    path = f"/api/entity?{urlencode({'iri': BUREAU})}"
    first = get(server, path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = get(server, path, **{"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert (again.status, again.body) == (304, b"")
    assert get(server, f"{path}&lang=en").headers["ETag"] != first.headers["ETag"]


def test_answers_are_compressed_for_those_who_ask(server: Served) -> None:
    path = f"/api/document?{urlencode({'iri': XUHUI})}"
    packed = get(server, path, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == get(server, path).body
    assert len(packed.body) * 4 < len(get(server, path).body)


@pytest.mark.parametrize(("iri", "removed"), [(XUHUI, 1), (PLAN, 1), (SHAOXING, 0)])
def test_a_document_tells_what_cleaning_took_out_of_it_and_its_tables(server: Served, iri: str, removed: int) -> None:
    found = told(get(server, f"/api/document?{urlencode({'iri': iri})}"))
    assert found["removed"] == [{"text": "返回顶部", "why": "navigation", "position": 12}][:removed]
    cells = [[(cell["row"], cell["column"], cell["start"], cell["end"]) for cell in table["cells"]] for table in found["tables"]]
    assert cells == [[(0, 0, 3, 5), (1, 0, 6, 9)]][:removed]


@pytest.mark.parametrize(("given", "problems"), [({}, 1), ({"document": XUHUI}, 1), ({"document": SHAOXING.rpartition("/plan/")[0]}, 0)])
def test_the_page_of_quality_tells_what_reading_stumbled_over(server: Served, given: dict[str, str], problems: int) -> None:
    listed = told(get(server, f"/api/quality?{urlencode(given)}"))["problems"]
    found = [(one["document"]["iri"], one["kind"], one["message"], one["start"], one["end"]) for one in listed]
    assert found == [(XUHUI, "misnumbered", "二 is followed by 四", 3, 9)][:problems]


# Linked data -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("accept", "type"), [("text/turtle", "text/turtle"), ("application/ld+json", "application/ld+json"), ("*/*", "text/turtle")])
def test_a_thing_answers_at_its_address_in_rdf(server: Served, accept: str, type: str) -> None:
    answer = server.ask("GET", f"/id/{BUREAU.removeprefix(ids.base())}", headers={"Accept": accept})
    assert (answer.status, answer.type) == (200, type)
    assert "Accept" in answer.headers["Vary"]
    format = ox.RdfFormat.TURTLE if type == "text/turtle" else ox.RdfFormat.JSON_LD
    said = {(quad.subject.value, quad.predicate.value) for quad in ox.parse(answer.body, format) if isinstance(quad.subject, ox.NamedNode)}
    assert (BUREAU, zp.skos_prefLabel) in said


def test_a_browser_is_given_the_page_of_a_thing(server: Served) -> None:
    answer = server.ask("GET", f"/id/{BUREAU.removeprefix(ids.base())}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status, answer.type, answer.headers["Vary"]) == (200, "text/html", "Accept")
    assert f'data-page="entity" data-iri="{BUREAU}"' in answer.body.decode()
    missing = server.ask("GET", "/id/institution/nobody", headers={"Accept": "text/html"})
    assert (missing.status, missing.type) == (404, "text/html")
    assert server.ask("GET", "/id/institution/nobody", headers={"Accept": "text/turtle"}).status == 404
    assert server.ask("GET", f"/id/{BUREAU.removeprefix(ids.base())}", headers={"Accept": "image/png"}).status == 406


# Hostile requests ------------------------------------------------------------------------------------------------------

HOSTILE = ["", " ", "x", "-1", "99999999999999999999", "' OR 1=1 --", "} DELETE WHERE { ?s ?p ?o", "<script>alert(1)</script>", "x:\u0000", "%00"]
HOSTILE += ["../../etc/passwd", "> } #", "\u202e", "𠮷", "https://e.org/" + "x" * 5000, "nan", "1e9", "2024-02-30", "zh-CN"]


@pytest.mark.parametrize("endpoint", [endpoint for endpoint in ENDPOINTS if endpoint.body is None], ids=lambda endpoint: endpoint.name)
def test_no_parameter_breaks_an_answer(server: Served, endpoint: Endpoint) -> None:
    example = EXAMPLES[endpoint.name][0]
    names = [parameter.name for parameter in endpoint.parameters] + [name for name in example if name not in {one.name for one in endpoint.parameters} | {"id"}]
    for name in names:
        for value in HOSTILE:
            answer = call(server, endpoint, {**example, name: value})
            assert answer.status in (200, 400, 404), (name, value, answer.body[:300])
            if answer.status != 200:
                assert answer.type == "application/problem+json"
                assert told(answer)["detail"]
    assert call(server, endpoint, {**example, "nonsense": "1"}).status in ((400, 404) if endpoint.others else (400,))
    assert call(server, endpoint, example).status == 200


def test_an_injection_into_a_path_or_a_name_finds_nothing(server: Served) -> None:
    for id in ("..%2f..%2fetc%2fpasswd", "measures-led-by.rq", "' } #", "x" * 3000):
        assert get(server, f"/api/questions/{id}").status in (400, 404)
    before = told(get(server, "/api/overview"))["store"]
    name = '保护处" } ; DROP ALL ; SELECT * { ?s ?p "'
    assert get(server, f"/api/questions/measures-led-by?{urlencode({'institution': name})}").status == 404
    assert told(get(server, "/api/overview"))["store"] == before


BODIES = [b"", b"[]", b"{", b'{"sparql": 1}', b'{"sparql": "ASK {}", "more": 1}', b"[" * 10_000, b'{"nodes": ["x", 1], "format": "ttl"}', "全".encode("gbk")]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_not_as_described_is_refused(server: Served, body: bytes) -> None:
    for path in ("check", "export"):
        answer = server.ask("POST", f"/api/{path}", body, {"Content-Type": "application/json"})
        assert (answer.status, answer.type) == (400, "application/problem+json")


def test_methods_that_are_none_are_refused(server: Served) -> None:
    for method, path in (("POST", "overview"), ("DELETE", "entity"), ("PUT", "export"), ("GET", "check")):
        assert server.ask(method, f"/api/{path}", b"" if method != "GET" else None).status == 405
    assert get(server, "/api/nothing").status == 404


@pytest.mark.parametrize(
    ("parameter", "value", "wanted"),
    [
        (Parameter("n", "integer", "", most=9), "9", 9),
        (Parameter("n", "integer", "", least=-2), "-2", -2),
        (Parameter("n", "choice", "", choices=("a", "b")), "b", "b"),
        (Parameter("n", "text", "", repeated=True), "b", ["b"]),
    ],
)
def test_values_are_read_as_declared(parameter: Parameter, value: str, wanted: object) -> None:
    assert read([parameter], {"n": [value]}) == {"n": wanted}


@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        (Parameter("n", "integer", "", most=9), ["10"]),
        (Parameter("n", "integer", ""), ["٣"]),
        (Parameter("n", "integer", ""), ["1", "2"]),
        (Parameter("n", "date", ""), ["2024-13-01"]),
        (Parameter("n", "choice", "", choices=("a",)), ["c"]),
        (Parameter("n", "iri", ""), ["a b"]),
        (Parameter("n", "text", ""), ["x" * 2001]),
        (Parameter("m", "text", "", required=True), ["x"]),
    ],
)
def test_values_that_are_not_as_declared_are_refused(parameter: Parameter, values: list[str]) -> None:
    with pytest.raises(Problem):
        read([parameter], {"n": values})
