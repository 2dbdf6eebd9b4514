"""N-Triples as strings: literals in canonical lexical form, and the collector that a shard is written with.

Strings are built directly because objects for every term (rdflib, pyoxigraph) cost ten times what the mapping itself does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from zhengpu.graph.triples import periods
from zhengpu.ontology import terms as zp

# What canonical N-Triples (RDF 1.2) escapes in a literal, and nothing else, so that Oxigraph writes the same bytes.
_SPECIAL_RE = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')
_SURROGATE_RE = re.compile(r"[\ud800-\udfff]")
_SHORT = {"\t": r"\t", "\b": r"\b", "\n": r"\n", "\r": r"\r", "\f": r"\f", '"': r"\"", "\\": r"\\"}
_MOST_DIGITS = 18  # Oxigraph's decimals are 128-bit with 18 places after the point: 10^18 is the largest scale that it keeps exactly


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char) or f"\\u{ord(char):04X}"


def quoted(text: str) -> str:
    """The text between quotation marks. A lone surrogate, which no encoding can write, becomes U+FFFD: one character for one, so that offsets hold."""
    if not text.isascii():
        text = _SURROGATE_RE.sub("\ufffd", text)
    return f'"{_SPECIAL_RE.sub(_escape, text)}"'


def decimal(value: Decimal) -> str | None:
    """The canonical xsd:decimal (85.0 is "85", 1.50 is "1.5"), or None for what xsd:decimal or the store cannot hold (NaN, 1E+40)."""
    if not value.is_finite() or value.adjusted() >= _MOST_DIGITS or int(value.as_tuple().exponent) < -2 * _MOST_DIGITS:
        return None
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > _MOST_DIGITS:
        return None
    plain = f"{whole}.{fraction}" if fraction else whole
    return "0" if plain == "-0" else plain


class Lines:
    """Collects statements as lines of N-Triples. Subjects, predicates and linked things are bare IRIs; an absent value (None or "") adds nothing."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: list[str] = []

    def link(self, subject: str, predicate: str, thing: str) -> None:
        self._lines.append(f"<{subject}> <{predicate}> <{thing}> .")

    def add(self, lines: Iterable[str]) -> None:
        """Statements that were written already."""
        self._lines.extend(lines)

    def type(self, subject: str, *classes: str) -> None:
        for term in classes:
            self._lines.append(f"<{subject}> <{zp.rdf_type}> <{term}> .")

    def text(self, subject: str, predicate: str, value: str | None, language: str = "zh") -> None:
        """Text in a language: a literal @zh."""
        if value:
            self._lines.append(f"<{subject}> <{predicate}> {quoted(value)}@{language} .")

    def code(self, subject: str, predicate: str, value: str | None) -> None:
        """A code, sign or file name: a plain string."""
        if value:
            self._lines.append(f"<{subject}> <{predicate}> {quoted(value)} .")

    def integer(self, subject: str, predicate: str, value: int) -> None:
        self._lines.append(f'<{subject}> <{predicate}> "{value}"^^<{zp.xsd_integer}> .')

    def boolean(self, subject: str, predicate: str, value: bool) -> None:
        self._lines.append(f'<{subject}> <{predicate}> "{"true" if value else "false"}"^^<{zp.xsd_boolean}> .')

    def decimal(self, subject: str, predicate: str, value: Decimal | None) -> None:
        lexical = None if value is None else decimal(value)
        if lexical is not None:
            self._lines.append(f'<{subject}> <{predicate}> "{lexical}"^^<{zp.xsd_decimal}> .')

    def period(self, subject: str, predicate: str, value: str | None) -> None:
        """An ISO year, month or day with its own precision; nothing for a date that does not exist."""
        found = periods.parsed(value)
        if found:
            self._lines.append(f'<{subject}> <{predicate}> "{value}"^^<{found.datatype}> .')

    def first_day(self, subject: str, predicate: str, value: str | None) -> None:
        """The first day of an ISO year, month or day, as xsd:date."""
        found = periods.parsed(value)
        if found:
            self._lines.append(f'<{subject}> <{predicate}> "{found.first}"^^<{zp.xsd_date}> .')

    def last_day(self, subject: str, predicate: str, value: str | None) -> None:
        """The last day of an ISO year, month or day, as xsd:date."""
        found = periods.parsed(value)
        if found:
            self._lines.append(f'<{subject}> <{predicate}> "{found.last}"^^<{zp.xsd_date}> .')

    def sorted(self) -> list[str]:
        """Each statement once, in the order of their code points (which is the order of their UTF-8 bytes)."""
        return sorted(set(self._lines))
