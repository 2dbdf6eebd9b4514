"""Query text as tokens: prefixes completed, variables bound to terms. The same text then goes to the embedded engine and to any endpoint.

pyoxigraph's own `substitutions` work for projected variables only and endpoints have none, and a VALUES block at the head of a query is
not seen by the filters of subqueries and optional parts (SPARQL evaluates from the inside out). So a bound variable is replaced token by
token, as SEP-0007 of the SPARQL community group defines it; terms are written by the engine, so no value can become syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from zhengpu.errors import BadParameter, QueryError
from zhengpu.graph.sources.source import PREFIXES, Term

# The terminals of the SPARQL 1.1 grammar (section 19.8), as far as they matter for finding variables and keywords.
# `local` may escape what would end it, e.g. zp:a\'b, and such a quotation mark opens no string.
_TOKEN_RE = re.compile(
    r"""
      (?P<space>   [\ \t\r\n]+ | \#[^\n]* )
    | (?P<string>  \"{3} (?: \"{0,2} (?: [^"\\] | \\. ) )* \"{3} | '{3} (?: '{0,2} (?: [^'\\] | \\. ) )* '{3}
                 | " (?: [^"\\\n] | \\. )* " | ' (?: [^'\\\n] | \\. )* ' )
    | (?P<iri>     < [^<>"{}|^`\\\x00-\x20]* > )
    | (?P<var>     [?$] \w+ )
    | (?P<name>    (?: \w [\w.\-]* )? : (?: [\w.\-:\u00b7] | %[0-9A-Fa-f]{2} | \\[_~.\-!$&'()*+,;=/?\#@%] )* )
    | (?P<tag>     @ [A-Za-z]+ (?: - [A-Za-z0-9]+ )* )
    | (?P<word>    \w+ )
    | (?P<mark>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
# A backslash pair, or a code point escape (SPARQL 1.1, section 19.2).
_ESCAPE_RE = re.compile(r"\\\\(?P<pair>[uU]?)|\\u(?P<short>[0-9A-Fa-f]{4})|\\U(?P<long>[0-9A-Fa-f]{8})")
# Prefixes that may be meant, in strings too; the declarations at the very beginning of a query, as far as no comment interrupts them.
_NAMED_RE = re.compile(f"({'|'.join(PREFIXES)}):")
_PROLOGUE_RE = re.compile(r"(?:\s*(?i:PREFIX)\s+[\w.\-]*:\s*<[^<>\"{}|^`\\\x00-\x20]*>)*")
_DECLARED_RE = re.compile(r"(?i:PREFIX)\s+([\w.\-]*):\s*<")
_DELIMITERS = frozenset("\"'\\<>\n\r#")


class Token(NamedTuple):
    kind: str
    text: str


def tokens(sparql: str) -> list[Token]:
    """The query cut into tokens, white space and comments included, so that their texts joined are the query."""
    return [Token(match.lastgroup or "mark", match.group()) for match in _TOKEN_RE.finditer(sparql)]


def normal(sparql: str) -> str:
    """The query with LF line ends and without code point escapes, so that every parser reads the same words.

    rdflib resolves \\u0053ERVICE before it parses, Oxigraph inside of strings and IRIs only, and they disagree about where a comment ends
    at a lone CR: what one judges harmless the other would run. Raises QueryError for an escape that stands for a delimiter, for half a
    surrogate pair, or for no character.
    """

    def resolved(match: re.Match[str]) -> str:
        digits = match["short"] or match["long"]
        if digits is None:  # an escaped backslash: no parser shall take \\\\u for an escape (rdflib reads up to eight digits after it)
            return r"\\" + (rf"\U{ord(match['pair']):08X}" if match["pair"] else "")
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or chr(code) in _DELIMITERS:
            raise QueryError(f"The escape {match.group()} in the query is not allowed: write the character itself (\\\" for a quotation mark).")
        return chr(code)

    text = sparql.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE_RE.sub(resolved, text) if "\\" in text else text


def form(sparql: str) -> str:
    """The word after the declarations of prefixes, in upper case: SELECT, ASK, CONSTRUCT, DESCRIBE, an update's INSERT …, or "" where there is none."""
    words = (text.upper() for kind, text in tokens(sparql) if kind == "word")
    return next((word for word in words if word not in ("PREFIX", "BASE")), "")


@lru_cache(maxsize=128)  # finding the prefixes takes a tenth of what a small question takes
def completed(sparql: str) -> str:
    """The query with declarations of those prefixes of `PREFIXES` that it uses and does not declare, on its first line."""
    named = set(_NAMED_RE.findall(sparql)) & PREFIXES.keys()
    if named <= set(_DECLARED_RE.findall(_PROLOGUE_RE.match(sparql).group())):  # type: ignore[union-attr]  # it may match nothing, but it matches
        return sparql  # the usual case, at a tenth of the cost
    declared: set[str] = set()
    used: set[str] = set()
    previous = ""
    for kind, text in tokens(sparql):
        if kind == "name":
            (declared if previous == "PREFIX" else used).add(text.partition(":")[0])
        if kind != "space":
            previous = text.upper()
    head = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items() if prefix in used - declared)
    return head + sparql


def written(term: Term) -> str:
    """The term as a SPARQL token. Raises BadParameter for blank nodes and triples, which cannot name anything in a query."""
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise BadParameter(f"A parameter is an IRI or a literal, not {term}.")
    # In `C:\\users` (a literal's backslash, then u) a parser that resolves code points first would see an escape.
    return normal(str(term)) if isinstance(term, ox.Literal) else str(term)


def values(variable: str, terms: Iterable[Term]) -> str:
    """VALUES ?variable { … }, for a query of this program that asks about many terms at once."""
    return f"VALUES ?{variable} {{ {' '.join(map(written, terms))} }}"


@dataclass(slots=True)
class _Level:
    """What the walk knows of one pair of braces: the SELECT that stands in it, how many parentheses are open, whether inner braces were closed."""

    select: _Select | None = None
    parentheses: int = 0
    closed: bool = False


@dataclass(slots=True)
class _Select:
    """One SELECT: which variables its head or tail keeps, and the output position just inside its braces."""

    star: bool = False
    inside: int | None = None
    kept: set[str] = field(default_factory=set)


def bound(sparql: str, bindings: Mapping[str, Term]) -> str:
    """The query in which each variable of `bindings` (name without ?) is its term, wherever it stands.

    Where only a variable may stand (after SELECT, GROUP BY, ORDER BY) it stays, and that SELECT's pattern begins with VALUES; BOUND(?x) is true.
    Raises BadParameter where the query has no such variable, or gives it a value of its own (AS ?x, VALUES ?x).
    """
    if not bindings:
        return sparql
    pieces = list(_template(sparql, frozenset(bindings)))
    terms = {name: written(term) for name, term in bindings.items()}
    pieces[1::2] = [terms[name] for name in pieces[1::2]]
    return "".join(pieces)


@lru_cache(maxsize=256)  # the walk takes longer than the engine needs for a small question, and the same questions come again
def _template(sparql: str, names: frozenset[str]) -> tuple[str, ...]:
    """The query cut at the places of these variables: text, name of a variable, text, name, …, text. Raises BadParameter as `bound`."""
    output: list[str] = []
    selects: list[_Select] = []
    levels = [_Level()]
    before: list[tuple[str, int]] = [("", 0)] * 2  # the tokens so far without space, in upper case, and where they stand in the output
    slots: dict[int, str] = {}  # place in the output -> the variable whose term stands there
    met: set[str] = set()
    for kind, text in tokens(sparql):
        level = levels[-1]
        output.append(text)
        if kind == "space":
            continue
        (second, place), (last, _) = before[-2:]
        if kind == "var" and text[1:] in names:
            name = text[1:]
            met.add(name)
            if last in ("AS", "VALUES") or (second, last) == ("VALUES", "("):
                raise BadParameter(f"The query gives {text} a value itself, so it cannot be a parameter.")
            if (second, last) == ("BOUND", "("):
                output[place], output[-1] = "", "true"
            elif level.select is not None and not level.parentheses:
                level.select.kept.add(name)
            elif len(levels) > 1 or level.parentheses or not level.closed:  # else CONSTRUCT … ORDER BY ?x, by a constant, which is no order
                slots[len(output) - 1] = name
        elif kind == "word" and text.upper() == "SELECT":
            level.select = _Select()
            selects.append(level.select)
        elif text == "*" and level.select is not None and level.select.inside is None and not level.parentheses:
            level.select.star = True
        elif text in "()":
            level.parentheses += 1 if text == "(" else -1
        elif text == "{":
            if level.select is not None and level.select.inside is None:
                level.select.inside = len(output) - 1
            levels.append(_Level())
        elif text == "}" and len(levels) > 1:
            levels.pop()
            levels[-1].closed = True
        before.append((text.upper(), len(output) - 1))
    if missing := sorted(names - met):
        raise BadParameter(f"The query has no variable ?{missing[0]}.")
    kept = {select.inside: sorted(met if select.star else select.kept) for select in selects if select.inside is not None}
    pieces = [""]
    for place, text in enumerate(output):
        if place in slots:
            pieces += [slots[place], ""]
        else:
            pieces[-1] += text
        for name in kept.get(place, ()):
            pieces[-1] += f" VALUES ?{name} {{ "
            pieces += [name, " }"]
    return tuple(pieces)
