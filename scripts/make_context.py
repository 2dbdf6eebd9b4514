#!/usr/bin/env python3
"""Writes ontology/context.jsonld, the JSON-LD context of exports, from the ontology: python scripts/make_context.py [--check].

Each property goes by its local name. What is text is Chinese unless a value says otherwise, links are plain strings, integers and booleans
are JSON's own; other datatypes stand with the property where its range is one datatype."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD

from zhengpu.ids import ONTOLOGY
from zhengpu.ontology.terms import PREFIXES

TARGET = Path(__file__).parents[1] / "ontology" / "context.jsonld"
# Terms of others that the store's triples use, and the ontology declares without a range, or not at all.
OTHERS = {
    "dcterms:title": "zh", "dcterms:issued": None, "dcterms:publisher": "@id", "dcterms:source": None, "dcterms:description": "zh", "dcterms:license": "@id",
    "org:subOrganizationOf": "@id", "skos:prefLabel": "zh", "skos:altLabel": "zh", "skos:definition": "zh", "skos:broader": "@id", "skos:inScheme": "@id",
    "skos:topConceptOf": "@id", "skos:hasTopConcept": "@id", "skos:notation": None, "skos:hiddenLabel": "zh", "rdfs:label": "zh", "rdfs:comment": "zh",
    "rdfs:subClassOf": "@id", "rdfs:subPropertyOf": "@id", "rdfs:domain": "@id", "rdfs:range": "@id", "rdfs:seeAlso": "@id", "owl:inverseOf": "@id",
}  # fmt: skip


def context() -> dict[str, Any]:
    """Term -> its definition; "id" and "type" are JSON-LD's @id and @type, and what stands under "export" is no statement."""
    prefixes = {name: iri for name, iri in PREFIXES.items() if iri[-1] in "#/" and (name == "zpc" or not iri.startswith(PREFIXES["zpc"]))}
    terms: dict[str, Any] = {}
    for name, kind in OTHERS.items():
        terms[name.partition(":")[2]] = {"@id": name, **_definition(kind)}
    graph = rdflib.Graph().parse(TARGET.with_name("zhengpu.ttl"))
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for subject in sorted(graph.subjects(RDF.type, kind)):
            if str(subject).startswith(ONTOLOGY):
                name = str(subject).removeprefix(ONTOLOGY)
                if name in terms or name in prefixes:
                    raise SystemExit(f"{name} is the name of two terms")
                terms[name] = {"@id": f"zp:{name}", **_definition(_kind(graph, subject, kind))}
    plain = {name: entry["@id"] if len(entry) == 1 else entry for name, entry in sorted(terms.items())}
    return {"@version": 1.1, "@vocab": ONTOLOGY, "id": "@id", "type": "@type", "export": None, **prefixes, **plain}


def _kind(graph: rdflib.Graph, subject: Any, kind: Any) -> str | None:
    ranges = set(graph.objects(subject, RDFS.range))
    if kind == OWL.ObjectProperty:
        return "@id"
    if RDF.langString in ranges:
        return "zh"
    datatype = next(iter(ranges), None)
    if datatype is None or datatype in (XSD.string, XSD.integer, XSD.boolean, SKOS.Concept):
        return None
    return f"xsd:{str(datatype).removeprefix(str(XSD))}"


def _definition(kind: str | None) -> dict[str, str]:
    if kind is None:
        return {}
    return {"@language": "zh"} if kind == "zh" else {"@type": kind}


def text() -> str:
    return json.dumps({"@context": context()}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text("utf-8") == text() else f"{TARGET} is not what the ontology says: python scripts/make_context.py")
    TARGET.write_text(text(), "utf-8")
