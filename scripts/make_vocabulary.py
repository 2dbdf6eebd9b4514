"""Writes docs/vocabulary.md, the vocabulary as tables for analysts, from ontology/zhengpu.ttl and ontology/schemes.ttl.

    python scripts/make_vocabulary.py

tests/test_ontology.py compares the committed file with what this writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "vocabulary.md"
ZP = "https://w3id.org/zhengpu/ontology#"
ZPC = "https://w3id.org/zhengpu/concept/"

HEAD = """# 词汇表 · The vocabulary

<!-- Written by scripts/make_vocabulary.py from ontology/zhengpu.ttl and ontology/schemes.ttl; edit those, then run the script. -->

图谱由下列类、属性和概念组成；每个词有中英文名称和说明。写查询时前缀不必声明。
The graph is made of these classes, properties and concepts. Queries need not declare the prefixes.

```sparql
PREFIX zp: <https://w3id.org/zhengpu/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/zhengpu/concept/role/>   # 概念按体系各有前缀 one prefix for each scheme of concepts
```

- 文字带 `@zh`；编号、符号、单位、文件名是普通字符串。Text is `@zh`; numbers of documents, signs, units and file names are plain strings.
- 位置按 Unicode 码点计，左闭右开：`SUBSTR(?text, ?start + 1, ?end - ?start) = ?quote`。Places count code points, half-open.
- `zp:startBy`、`zp:dueBy` 是所述时段的首日和末日（`xsd:date`）；`zp:periodStart`、`zp:periodEnd`、`zp:baselineDate` 保持原文的精度。
  `zp:startBy` and `zp:dueBy` are the first and last day of what is stated; `zp:periodStart`, `zp:periodEnd` and `zp:baselineDate` keep its precision.
"""


def vocabulary() -> str:
    """The whole page."""
    ontology = Graph().parse(ROOT / "ontology" / "zhengpu.ttl")
    schemes = Graph().parse(ROOT / "ontology" / "schemes.ttl")
    return "\n".join([HEAD, *_classes(ontology), *_properties(ontology), *_schemes(schemes)]) + "\n"


def _classes(graph: Graph) -> Iterator[str]:
    yield "## 类 · Classes\n"
    yield from _head("类 class", "名称 label", "上级 superclasses", "说明 comment")
    for term in _terms(graph, OWL.Class):
        yield _row(_code(graph, term), _both(graph, term, RDFS.label, " "), _codes(graph, term, RDFS.subClassOf), _both(graph, term, RDFS.comment))
    yield ""


def _properties(graph: Graph) -> Iterator[str]:
    yield "## 属性 · Properties\n"
    yield from _head("属性 property", "名称 label", "主语 domain", "宾语 range", "上级 superproperty", "说明 comment")
    for term in sorted({*_terms(graph, OWL.ObjectProperty), *_terms(graph, OWL.DatatypeProperty)}, key=str.lower):
        relations = [_codes(graph, term, relation) for relation in (RDFS.domain, RDFS.range, RDFS.subPropertyOf)]
        yield _row(_code(graph, term), _both(graph, term, RDFS.label, " "), *relations, _both(graph, term, RDFS.comment))
    yield ""
    yield "沿用的属性 Properties of other vocabularies:\n"
    yield from _head("属性 property", "名称 label")
    for other in sorted({term for term in graph.subjects(RDFS.label) if not str(term).startswith(ZP)}, key=str):
        yield _row(_code(graph, other), _both(graph, other, RDFS.label, " "))
    yield ""


def _schemes(graph: Graph) -> Iterator[str]:
    yield "## 概念 · Concepts\n"
    for scheme in _subjects(graph, SKOS.ConceptScheme):
        yield f"### {_both(graph, scheme, SKOS.prefLabel, ' · ')} `{str(scheme).removeprefix(ZPC)}:`\n"
        yield f"{_both(graph, scheme, SKOS.definition)}\n"
        concepts = [concept for concept in _subjects(graph, SKOS.Concept) if (concept, SKOS.inScheme, scheme) in graph]
        keywords = any((concept, SKOS.altLabel, None) in graph for concept in concepts)
        columns = ("概念 concept", "名称 label", "上级 broader", "说明 definition")
        yield from _head(*columns, "关键词 keywords", "标题关键词 keywords in titles") if keywords else _head(*columns)
        for concept in concepts:
            above = ", ".join(f"`{_concept(node)}`" for node in sorted(graph.objects(concept, SKOS.broader), key=str))
            words = ["、".join(map(str, sorted(graph.objects(concept, label), key=str))) for label in (SKOS.altLabel, SKOS.hiddenLabel)] if keywords else []
            cells = (_both(graph, concept, SKOS.prefLabel, " "), above, _both(graph, concept, SKOS.definition))
            yield _row(f"`{_concept(concept)}`", *cells, *words)
        yield ""


def _head(*columns: str) -> tuple[str, str]:
    return _row(*columns), _row(*["---"] * len(columns))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _terms(graph: Graph, kind: Node) -> list[URIRef]:
    """Our terms of a kind, by name."""
    return sorted((term for term in _subjects(graph, kind) if str(term).startswith(ZP)), key=str.lower)


def _subjects(graph: Graph, kind: Node) -> list[URIRef]:
    return sorted({term for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)})


def _both(graph: Graph, term: Node, relation: URIRef, between: str = "<br>") -> str:
    """The Chinese and the English text."""
    texts = {getattr(text, "language", None): str(text) for text in graph.objects(term, relation)}
    return between.join(texts[language] for language in ("zh", "en")).replace("|", "\\|")


def _code(graph: Graph, term: Node) -> str:
    """The term as queries write it."""
    return f"`{graph.namespace_manager.normalizeUri(str(term))}`"


def _codes(graph: Graph, term: Node, relation: Node) -> str:
    return ", ".join(_code(graph, node) for node in sorted(graph.objects(term, relation), key=str))


def _concept(term: Node) -> str:
    return str(term).removeprefix(ZPC).replace("/", ":")


if __name__ == "__main__":
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(vocabulary(), "utf-8")
    print(f"wrote {OUTPUT.relative_to(ROOT)}")
