"""How much is in the graph: things by class, and each document with what was found in it."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.sources.source import TripleSource
from zhengpu.ids import ONTOLOGY
from zhengpu.queries.tables.tables import Cell, readable

# Counted class by class: joining labels to the counted classes first would make the engine walk all things for each of them.
_CLASSES = """
SELECT ?class ?words ?things WHERE {
  { SELECT ?class (COUNT(?thing) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class }
  ?class rdfs:label ?words FILTER (LANG(?words) = ?language)
}
ORDER BY DESC(?things) ?class"""

_DOCUMENTS = """
SELECT ?document ?title ?issued (COUNT(?plan) AS ?plans) WHERE {
  ?document a zp:Document .
  OPTIONAL { ?document dcterms:title ?title }
  OPTIONAL { ?document dcterms:issued ?issued }
  OPTIONAL { ?document zp:promulgates ?plan }
}
GROUP BY ?document ?title ?issued
ORDER BY ?issued ?title ?document"""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class of ours, its label and how many things are of it."""

    kind: Cell
    things: int


@dataclass(frozen=True, slots=True)
class DocumentCount:
    """A document: its title, its date as precise as it is stated ("" if it is not), and the number of its plans."""

    document: Cell
    issued: str
    plans: int


@dataclass(frozen=True, slots=True)
class Stats:
    """`classes`: most things first; `documents`: by date and title."""

    classes: tuple[ClassCount, ...]
    documents: tuple[DocumentCount, ...]


def stats(source: TripleSource, language: str = "zh") -> Stats:
    """The counts of the source. It reads every statement of class once: about a second for a thousand documents on disk."""
    classes = source.query(_CLASSES, {"language": ox.Literal(language)}, trusted=True).rows
    documents = source.query(_DOCUMENTS, trusted=True).rows
    return Stats(
        tuple(
            ClassCount(Cell(readable(words), kind.value), int(readable(things)))
            for kind, words, things in classes
            if isinstance(kind, ox.NamedNode) and kind.value.startswith(ONTOLOGY)
        ),
        tuple(
            DocumentCount(Cell(readable(title or document), document.value), readable(issued), int(readable(plans)))
            for document, title, issued, plans in documents
            if isinstance(document, ox.NamedNode)
        ),
    )
