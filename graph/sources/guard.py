"""The guard: a query may read the default graph of the store that it is put to, and nothing else.

It judges the parse tree, so that "SERVICE" in quotation marks, a variable ?service or a comment pass. The text that is judged is the text
that runs: `sparql.normal` has taken out what rdflib's parser and the engine's read differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from threading import Lock

from zhengpu.errors import QueryError, QueryRefused
from zhengpu.graph.sources.source import Term
from zhengpu.graph.sources.sparql import bound, completed, form, normal, tokens

# rdflib's grammar needs a millisecond or so a line, and more for long IN lists; no question written by hand comes near this.
LONGEST = 100_000  # characters
DEEPEST = 200  # open brackets; the engine parses by recursion and breaks at some thousand
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_parser = Lock()  # the first parses of a process must not run in several threads at once (pyparsing builds its elements lazily)


def prepared(sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> str:
    """The text to run: normal, judged (unless trusted), with prefixes and bound variables in place.

    Raises QueryRefused, QueryError, BadParameter."""
    text = normal(sparql)
    if not trusted:
        _judge(text)
    return bound(completed(text), bindings or {})


def check(sparql: str) -> None:
    """Nothing, for a query that only reads the default graph. Raises QueryRefused for any other, QueryError for what is no SPARQL 1.1 query.

    >>> check('SELECT ?service { ?service ?p "SERVICE <http://example.org/> {}" }')
    """
    _judge(normal(sparql))


def admitted(sparql: str) -> str:
    """The text to run, as `prepared` gives it, for a server that is asked thousands of new queries: without the cost of a parse where none is needed.

    The engine's `query` runs no update, and a query calls another server or names its data by the words SERVICE and FROM only: a text in which
    those letters stand nowhere, not even in quotation marks, does neither. Raises QueryRefused, QueryError."""
    text = normal(sparql)
    letters = text.lower()
    if "service" in letters or "from" in letters or not text.strip() or len(text) > LONGEST:
        _judge(text)
    if sum(map(text.count, "([{")) > DEEPEST and _depth(text) > DEEPEST:
        raise QueryError(f"The query is nested more than {DEEPEST} deep. Take some braces or parentheses out.")
    return completed(text)


def _depth(sparql: str) -> int:
    """How many brackets are open at once, at most."""
    deepest = depth = 0
    for _, text in tokens(sparql):
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        deepest = max(deepest, depth)
    return deepest


@lru_cache(maxsize=512)  # a verdict costs about 10 ms of parsing; the questions of the library are few
def _judge(sparql: str) -> None:
    if not sparql.strip():
        raise QueryError("The query is empty. Write a SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    if len(sparql) > LONGEST:
        raise QueryError(f"The query has {len(sparql):,} characters; the limit is {LONGEST:,}. Put long lists of values into several queries.")
    tree = _tree(sparql)
    for name, _ in _nodes(tree):
        if name == "ServiceGraphPattern":
            raise QueryRefused("The query calls another server (SERVICE). Put that part to the other server itself, with --endpoint URL.")
        if name == "DatasetClause":
            raise QueryRefused("The query names its own data (FROM or FROM NAMED). This store has one default graph and reads no other: leave FROM out.")
    words = {text.upper() for kind, text in tokens(sparql) if kind == "word"}
    if unseen := words & {"SERVICE", "FROM"}:  # a bare word is a keyword: if the parser found no such clause, it was led astray
        raise QueryRefused(f"The query could not be judged: {unseen.pop()} stands where the parser saw none. Write it more plainly.")


def _tree(sparql: str) -> object:
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        with _parser:
            return parseQuery(sparql)
    except ParseException as error:
        if (word := form(sparql)) in _UPDATES:
            raise QueryRefused(f"The query would change data ({word}). Queries are read-only: documents come in with `build` and go with `remove`.") from error
        where = f"line {error.lineno}, column {error.column}: {error.line.strip()[:120]}"
        raise QueryError(f"This is not a SPARQL 1.1 query: {error.msg}, {where}") from error
    except RecursionError as error:
        raise QueryError("The query is nested too deeply. Take some braces or parentheses out.") from error
    except Exception as error:  # rdflib raises plain errors of its own on odd input, e.g. for a prefix or a number
        raise QueryError(f"This query could not be parsed: {error}") from error


def _nodes(tree: object) -> Iterator[tuple[str, object]]:
    """Every named node of rdflib's parse tree, and the node; without recursion, since trees may be deep."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    rest: list[object] = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, CompValue):
            yield node.name, node
            rest.extend(node.values())
        elif isinstance(node, ParseResults | list | tuple | set):
            rest.extend(node)
