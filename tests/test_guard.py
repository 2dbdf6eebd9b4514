"""What the guard lets pass and what it refuses, and that bound variables are terms wherever they stand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengpu.errors import BadParameter, QueryError, QueryRefused
from zhengpu.graph.sources.embedded import memory_source
from zhengpu.graph.sources.guard import LONGEST, check
from zhengpu.graph.sources.source import Answer
from zhengpu.graph.sources.sparql import bound, completed, normal, tokens

E = "http://example.org/"
GRAPH = f'<{E}甲> <{E}名> "甲局"@zh .\n<{E}乙> <{E}名> "乙局"@zh .\n<{E}甲> <{E}上级> <{E}乙> .\n'.encode()

INNOCENT = [
    'SELECT * { ?s ?p "SERVICE <http://example.org/> {}" }',
    "SELECT ?service ?from { ?service ?from ?load }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/> {}",
    "PREFIX service: <http://example.org/> SELECT * { ?s service:from service:load }",
    "SELECT * { ?s ?p <http://example.org/SERVICE#FROM> }",
    "SELECT * { ?s ?p 'INSERT DATA { <a:a> <a:b> <a:c> }' }",
    "CONSTRUCT { ?s a <http://example.org/LOAD> } WHERE { ?s ?p ?o }",
    "DESCRIBE <http://example.org/x>",
    "ASK { _:service ?p ?o }",
    r"SELECT * { ?s ?p '\u4e00' }",
    r"SELECT * { ?s ?p ?o FILTER REGEX(?o, '[\\u4e00-\\u9fff]') }",
    "SELECT * { ?s ?p ?o OPTIONAL { { SELECT ?s { ?s ?p ?o } } MINUS { ?s a ?o } } FILTER EXISTS { GRAPH ?g { ?s ?p ?o } } }",
    'SELECT * { ?s ?p """a "quoted" SERVICE""" }',
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING (COUNT(*) > 1) ORDER BY DESC(?n) LIMIT 3",
]

REFUSED = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service silent ?where { ?s ?p ?o } }",
    "ASK { ?s ?p ?o FILTER NOT EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { { OPTIONAL { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } } UNION { ?a ?b ?c } } } }",
    "SELECT (EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } AS ?x) { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    r"SELECT * { \U00000053\u0045RVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    # rdflib ends a comment at LF only, Oxigraph at CR too
    "SELECT * { ?s ?p ?o # harmless\rSERVICE <http://127.0.0.1:9/> { ?a ?b ?c }\n}",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM <http://example.org/g> { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://example.org/g> { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
    "CONSTRUCT FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
    "DESCRIBE <http://example.org/x> FROM <file:///etc/passwd>",
    "ASK FROM <file:///etc/passwd> { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "PREFIX e: <http://example.org/>\nINSERT DATA { e:a e:b e:c }",
    "# a comment\nDELETE WHERE { ?s ?p ?o }",
    "WITH <http://example.org/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP DEFAULT",
]

MALFORMED = [
    "",
    "  # only a comment",
    "SELEKT * { ?s ?p ?o }",
    "SELECT * { ?s ?p",
    "SELECT * { ?s ?p ?o } ; DROP ALL",
    "SELECT * { " + "{ " * 400 + "?s ?p ?o" + " }" * 400 + " }",
    "SELECT * { ?s ?p ?o FILTER(" + "(" * 400 + "1" + ")" * 400 + ") }",
    "SELECT * { ?s ?p '" + "长" * LONGEST + "' }",
    r"SELECT * { ?s ?p 'a\u0022 }",  # a code point escape may not end the string
    r"SELECT * { ?s ?p 'a\uD800' }",
    r"SELECT * { ?s ?p 'a\UFFFFFFFF' }",
    'SELECT * { ?s ?p "a\\u0022 . } #" } SERVICE <http://127.0.0.1:9/> {}',
    "SELECT * { ?s nowhere:p ?o }",
    "\x00",
]


@pytest.mark.parametrize("query", INNOCENT)
def test_an_innocent_query_passes_and_runs(query: str) -> None:
    check(query)
    assert isinstance(memory_source(GRAPH).query(query), Answer)


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_that_does_more_than_read_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match=r"SERVICE|FROM|would change data"):
        memory_source(GRAPH).query(query)


@pytest.mark.parametrize("query", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_query_is_an_error_that_says_so(query: str) -> None:
    with pytest.raises(QueryError):
        memory_source(GRAPH).query(query)


def test_a_syntax_error_names_the_place() -> None:
    with pytest.raises(QueryError, match="line 2, column 3"):
        check("SELECT * {\n  ?s ?p ; }")


def test_the_parse_is_done_once_for_each_text(monkeypatch: pytest.MonkeyPatch) -> None:
    check("SELECT ?once { ?once ?p ?o }")
    monkeypatch.setattr("zhengpu.graph.sources.guard._tree", lambda text: pytest.fail("parsed again"))
    check("SELECT ?once { ?once ?p ?o }")


@given(st.text(alphabet=st.sampled_from("SELECT ERVICE {}<>?$xyz\"'\\u0053#\r\n@^.:()"), max_size=60))
def test_no_text_breaks_the_guard_and_tokens_lose_nothing(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text
    try:
        check(text)
    except (QueryError, QueryRefused):
        return
    assert "SERVICE" not in {token.text.upper() for token in tokens(normal(text)) if token.kind == "word"}


# Bound variables -----------------------------------------------------------------------------------------------------


def answer(query: str, **bindings: ox.NamedNode | ox.Literal) -> list[tuple[str | None, ...]]:
    rows = memory_source(GRAPH).query(query, bindings).rows
    return [tuple(getattr(term, "value", None) for term in row) for row in rows]


JIA, YI = ox.NamedNode(E + "甲"), ox.NamedNode(E + "乙")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"SELECT ?body ?name {{ ?body <{E}名> ?name }}", [(E + "甲", "甲局")]),
        (f"SELECT ?name {{ ?body <{E}名> ?name }}", [("甲局",)]),
        (f"SELECT ?name {{ $body <{E}名> ?name }}", [("甲局",)]),
        (f"SELECT ?name {{ {{ SELECT ?name {{ ?body <{E}名> ?name }} }} }}", [("甲局",)]),
        (f"SELECT ?body (COUNT(*) AS ?n) {{ ?body <{E}名> ?name }} GROUP BY ?body", [(E + "甲", "1")]),
        (f"SELECT ?n {{ {{ SELECT ?body (COUNT(?name) AS ?n) {{ ?body <{E}名> ?name }} GROUP BY ?body }} }}", [("1",)]),
        (f"SELECT ?name {{ ?x <{E}名> ?name OPTIONAL {{ ?x <{E}上级> ?y FILTER(?x = ?body) }} FILTER(BOUND(?y)) }}", [("甲局",)]),
        (f"SELECT ?name {{ ?x <{E}名> ?name FILTER EXISTS {{ ?body <{E}上级> ?x }} }}", [("乙局",)]),
        (f"SELECT ?name {{ ?body <{E}名> ?name FILTER BOUND(?body) }}", [("甲局",)]),
        (f"SELECT ?name {{ ?body <{E}名> ?name FILTER(!BOUND(?body)) }}", []),
        (f"SELECT ?name {{ ?body <{E}名> ?name }} ORDER BY ?body", [("甲局",)]),
        ('SELECT ?s { BIND("?body" AS ?s) FILTER(ISIRI(?body)) } # ?body', [("?body",)]),
        (f"SELECT * {{ ?body <{E}上级>/<{E}名> ?name }}", [(E + "甲", "乙局")]),
    ],
)
def test_a_bound_variable_is_its_term_wherever_it_stands(query: str, expected: list[tuple[str, ...]]) -> None:
    assert answer(query, body=JIA) == expected


def test_construct_and_describe_take_bindings() -> None:
    source = memory_source(GRAPH)
    built = source.query(f"CONSTRUCT {{ ?body <{E}x> ?name }} WHERE {{ ?body <{E}名> ?name }} ORDER BY ?body", {"body": YI})
    assert [str(triple) for triple in built.triples] == [f'<{E}乙> <{E}x> "乙局"@zh']
    assert len(source.query("DESCRIBE ?body", {"body": JIA}).triples) == 2


@given(st.text(max_size=40) | st.sampled_from(["\"\"\" } #", "\\", "\\u0022", "\\\\u0022 }", "'''", "\n\r\t\x00", "?body"]))
def test_no_literal_becomes_syntax(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return
    assert answer("SELECT ?same { BIND(?text AS ?same) }", text=ox.Literal(text)) == [(text,)]


@pytest.mark.parametrize("query", ["SELECT ?x { ?x ?p ?o }", "SELECT (1 AS ?body) {}", "SELECT ?x { BIND(1 AS ?body) }", "SELECT ?x { VALUES ?body { 1 } }"])
def test_a_binding_that_cannot_be_is_refused(query: str) -> None:
    with pytest.raises(BadParameter, match="body"):
        memory_source(GRAPH).query(query, {"body": JIA})


def test_blank_nodes_are_no_parameters() -> None:
    with pytest.raises(BadParameter, match="IRI or a literal"):
        bound("SELECT * { ?body ?p ?o }", {"body": ox.BlankNode("b")})


def test_known_prefixes_need_no_declaration_and_own_ones_win() -> None:
    assert completed("SELECT * { ?s zp:quote ?o }").startswith("PREFIX zp: <https://w3id.org/zhengpu/ontology#> ")
    own = "PREFIX zp: <http://example.org/> SELECT * { ?s zp:quote 'skos:prefLabel' }"
    assert completed(own) == own
