"""Whether shards keep the rules of ontology/shapes.ttl (SHACL), and whether every quotation is what the text says at its place.

One shard at a time, because pySHACL's time grows with the graph and a document's rules need nothing outside its shard: 0.3 s for 5,000 triples.
An endpoint has no shards: there it is what the endpoint says of a document and of the things in it. Of a thing that documents share (a school that
one plan places in 绍兴市 and another in 杭州市) each may say something else, which is no fault of either, here as there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from zhengpu.errors import StoreError
from zhengpu.graph import entities
from zhengpu.graph.exports.neighbourhood import said_in
from zhengpu.graph.sources.source import Answer, TripleSource
from zhengpu.graph.storage.store import Store
from zhengpu.ontology import schemes
from zhengpu.ontology import terms as zp

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

QUOTATION = "Quotation"  # the rule that is no SHACL shape: text[start:end] is the quotation


class Severity(StrEnum):
    VIOLATION = "violation"  # an error of the program, or of somebody who edited the shard
    WARNING = "warning"  # something that documents usually say and this one does not


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken by one thing. `shape` is the rule's name (a class, or Quotation), `entity` the thing's IRI, `path` the property as zp:value or None."""

    severity: Severity
    shape: str
    entity: str
    path: str | None
    zh: str
    en: str

    def message(self, language: str) -> str:
        return self.en if language == "en" else self.zh


_DOCUMENTS = "SELECT ?document WHERE { ?document a zp:Document } ORDER BY ?document"
_OF_FILE = "SELECT ?document WHERE { ?document zp:sourceFile ?file } ORDER BY ?document"


def checked(source: TripleSource, document: str | None = None) -> list[tuple[str, list[Finding]]]:
    """The IRI of each document and file of observed values, or of the one document that is named (by number, title, file or IRI), and the findings in it.

    Raises UnknownName, AmbiguousName, StoreError, and what the source raises."""
    if isinstance(source, Store):
        entries = (source.document(document),) if document else (*source.documents, *source.observations)
        return [(entry.iri, list(check([source.triples(entry)]))) for entry in entries]
    found = []
    for iri in [_document(source, document)] if document else _iris(source.query(_DOCUMENTS, trusted=True)):
        shard = ox.serialize(said_in(source, [iri]).triples, format=ox.RdfFormat.N_TRIPLES)
        found.append((iri, list(check([shard or b""], of=iri))))
    return found


def _document(source: TripleSource, name: str) -> str:
    by_file = _iris(source.query(_OF_FILE, {"file": ox.Literal(name)}, trusted=True))
    return by_file[0] if len(by_file) == 1 else entities.entity(source, name, ("document",)).iri


def _iris(answer: Answer) -> list[str]:
    return [term.value for (term,) in answer.rows if isinstance(term, ox.NamedNode)]


def check(shards: Iterable[bytes], of: str = "") -> Iterator[Finding]:
    """The findings in each shard, violations first. Shards are N-Triples, e.g. (store.triples(entry) for entry in store.documents).

    With the IRI of a document these are what an endpoint says of it: other documents may have said more of things that do not hang on that IRI.
    Raises StoreError for bytes that are not N-Triples."""
    for triples in shards:
        graph = _parsed(triples)
        found = [*_shape_findings(graph, of), *_quotation_findings(graph)]
        yield from sorted(found, key=lambda f: (f.severity, f.entity, f.shape, f.path or "", f.en))


def prepare() -> None:
    """Reads the shapes and labels, for a process that cannot open files later on."""
    _shapes()
    for language in ("zh", "en"):
        _labels(language)


def _parsed(triples: bytes) -> Graph:
    from rdflib import Graph
    from rdflib.exceptions import ParserError

    graph = Graph()
    try:
        with _quiet():
            graph.parse(data=triples, format="nt")
    except (ParserError, UnicodeDecodeError) as error:
        raise StoreError(f"A shard is not N-Triples: {error}. Build its document again.") from error
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """rdflib logs a traceback for each ill-typed literal; here it becomes a finding."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


@cache
def _shapes() -> Graph:
    from rdflib import Graph

    return Graph().parse(data=schemes.turtle("shapes.ttl"), format="turtle")


@cache
def _labels(language: str) -> dict[str, str]:
    """IRI of a term -> its label."""
    from rdflib import RDFS, Graph

    graph = Graph().parse(data=schemes.turtle("zhengpu.ttl"), format="turtle")
    return {str(term): str(label) for term, label in graph.subject_objects(RDFS.label) if getattr(label, "language", None) == language}


def _shape_findings(graph: Graph, of: str) -> Iterator[Finding]:
    from pyshacl import validate
    from rdflib import RDF, SH, Graph

    with _quiet():
        _, report, _ = validate(graph, shacl_graph=_shapes(), allow_warnings=True, allow_infos=True)
    if not isinstance(report, Graph):
        raise StoreError(f"The shapes could not be checked: {report}")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        component = _local(report.value(result, SH.sourceConstraintComponent)).removesuffix("ConstraintComponent")
        if component == "MaxCount" and not str(report.value(result, SH.focusNode)).startswith(of):
            continue
        shape = report.value(result, SH.sourceShape)
        path = report.value(result, SH.resultPath)
        other = _shapes().value(shape, SH[_COMPARED[component]]) if component in _COMPARED else None
        warning = report.value(result, SH.resultSeverity) == SH.Warning
        zh, en = (_message(component, language, path, report.value(result, SH.value), other) for language in ("zh", "en"))
        yield Finding(
            severity=Severity.WARNING if warning else Severity.VIOLATION,
            shape=_local(next(_shapes().subjects(SH.property, shape), shape)),
            entity=str(report.value(result, SH.focusNode)),
            path=_prefixed(path) if path else None,
            zh=zh,
            en=en,
        )


_MESSAGES = {  # constraint -> (Chinese, English); {label} names the property, {value} what stands there, {other} the class, type or property compared with
    "MinCount": ("缺少“{label}”", "“{label}” is missing"),
    "MaxCount": ("“{label}”不止一个", "“{label}” occurs more than once"),
    "Datatype": ("“{label}”为 {value}，不是 {other} 类型的值", "“{label}” is {value}, not a value of type {other}"),
    "Class": ("“{label}”为 {value}，图中没有说它是“{other}”", "“{label}” is {value}, which is not described as {other}"),
    "In": ("“{label}”为 {value}，不在允许的取值之列", "“{label}” is {value}, which is not on the closed list"),
    "LessThan": ("“{label}”不在“{other}”之前", "“{label}” is not before “{other}”"),
    "LessThanOrEquals": ("“{label}”晚于“{other}”", "“{label}” is after “{other}”"),
}
_ANY_MESSAGE = ("“{label}”为 {value}，形式不对", "“{label}” is {value}, which is not of the right form")
_COMPARED = {"Datatype": "datatype", "Class": "class", "LessThan": "lessThan", "LessThanOrEquals": "lessThanOrEquals"}


def _message(component: str, language: str, path: Node | None, value: Node | None, other: Node | None) -> str:
    labels = _labels(language)
    shown = _prefixed(value) if len(str(value)) <= 80 else f"{str(value)[:80]}…"
    names = {name: labels.get(str(node)) or _prefixed(node) for name, node in (("label", path), ("other", other))}
    return _MESSAGES.get(component, _ANY_MESSAGE)[language == "en"].format(value=shown, **names)


def _quotation_findings(graph: Graph) -> Iterator[Finding]:
    """zp:quote of facts and zp:text of sections, goals and measures against the text of their document."""
    from rdflib import URIRef

    texts: dict[Node | None, str] = {document: str(text) for document, text in graph.subject_objects(URIRef(zp.text))}
    for term in (zp.quote, zp.text):
        for entity, quote in graph.subject_objects(URIRef(term)):
            start, end = (str(graph.value(entity, URIRef(edge))) for edge in (zp.start, zp.end))
            if not (start.isdecimal() and end.isdecimal()):
                continue  # a document's own text; for a fact the shapes say that its place is missing
            stands = texts.get(graph.value(entity, URIRef(zp.inDocument)), "")[int(start) : int(end)]
            if stands != str(quote):
                place = f"[{start}, {end})"
                said = str(quote)[:40]
                zh, en = f"文中 {place} 处是“{stands[:40]}”，不是“{said}”", f"the text at {place} is “{stands[:40]}”, not “{said}”"
                yield Finding(Severity.VIOLATION, QUOTATION, str(entity), _prefixed(URIRef(term)), zh, en)


def _local(node: Node | None) -> str:
    return str(node).rpartition("#")[2]


def _prefixed(node: Node | None) -> str:
    iri = str(node)
    fitting = [prefix for prefix, namespace in zp.PREFIXES.items() if iri.startswith(namespace)]
    prefix = max(fitting, key=lambda prefix: len(zp.PREFIXES[prefix]), default=None)  # role: rather than zpc:
    return f"{prefix}:{iri.removeprefix(zp.PREFIXES[prefix])}" if prefix else iri
