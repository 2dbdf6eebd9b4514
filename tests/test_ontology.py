"""The contract: code, queries, shapes and documentation use the terms and concepts that the ontology declares, and no others."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from zhengpu import ids, model
from zhengpu.corrections import Theme
from zhengpu.errors import BadCorrections, UnknownName
from zhengpu.ontology import schemes, terms

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(str(files("zhengpu").joinpath("ontology")))
QUERIES = sorted(Path(str(files("zhengpu").joinpath("queries"))).glob("*.rq"))
TURTLE = ("zhengpu.ttl", "schemes.ttl", "shapes.ttl")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


def graph(name: str) -> Graph:
    return Graph().parse(data=schemes.turtle(name), format="turtle")


def declared() -> set[str]:
    ontology = graph("zhengpu.ttl")
    return {str(term) for kind in KINDS for term in ontology.subjects(RDF.type, kind) if str(term).startswith(ids.ONTOLOGY)}


def named() -> dict[str, str]:
    """Name in terms.py -> IRI, of our own terms."""
    return {name: value for name, value in vars(terms).items() if isinstance(value, str) and value.startswith(ids.ONTOLOGY) and name != "ONTOLOGY"}


def languages(source: Graph, term: Node, relation: URIRef) -> list[str]:
    return sorted(str(text.language) for text in source.objects(term, relation) if isinstance(text, Literal))


def concept_iris(text: str) -> set[str]:
    return {iri for iri in re.findall(r"<([^<>\s]+)>", text) if iri.startswith(ids.CONCEPT)}


def test_terms_and_ontology_name_the_same_things() -> None:
    assert set(named().values()) == declared()
    assert all(value == ids.ONTOLOGY + name for name, value in named().items())


def test_every_term_is_described_in_both_languages() -> None:
    ontology = graph("zhengpu.ttl")
    for term in declared():
        for relation in (RDFS.label, RDFS.comment):
            found = languages(ontology, URIRef(term), relation)
            assert found == ["en", "zh"], f"{term} {relation}"


def test_every_concept_is_described_in_both_languages() -> None:
    vocabulary = graph("schemes.ttl")
    things = set(vocabulary.subjects(RDF.type, SKOS.Concept)) | set(vocabulary.subjects(RDF.type, SKOS.ConceptScheme))
    assert len(things) > 80
    for thing in things:
        for relation in (SKOS.prefLabel, SKOS.definition):
            assert languages(vocabulary, thing, relation) == ["en", "zh"], f"{thing} {relation}"


def test_concepts_hang_together() -> None:
    vocabulary = graph("schemes.ttl")
    for concept in vocabulary.subjects(RDF.type, SKOS.Concept):
        scheme = vocabulary.value(concept, SKOS.inScheme)
        notation = vocabulary.value(concept, SKOS.notation)
        assert str(concept) == ids.concept(str(scheme).removeprefix(ids.CONCEPT), str(notation))
        above = vocabulary.value(concept, SKOS.broader)
        assert (above is None) == ((concept, SKOS.topConceptOf, scheme) in vocabulary)
        assert above is None or vocabulary.value(above, SKOS.inScheme) == scheme


def test_superterms_domains_and_ranges_are_declared() -> None:
    """A misspelt zp:Institutoin in a domain would otherwise be a class of its own."""
    ontology = graph("zhengpu.ttl")
    known = {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        for term, other in ontology.subject_objects(relation):
            assert other in known or str(other).startswith((str(RDF), terms.PREFIXES["xsd"])), f"{term} {relation} {other}"


def test_ontology_is_within_the_profile_it_claims() -> None:
    ontology = graph("zhengpu.ttl")
    assert (None, RDF.type, OWL.Restriction) not in ontology
    assert (None, RDF.type, OWL.TransitiveProperty) not in ontology
    assert (None, RDF.type, OWL.FunctionalProperty) not in ontology
    assert (None, OWL.imports, None) not in ontology


def test_shapes_use_declared_terms_and_whole_lists() -> None:
    shapes, known = graph("shapes.ttl"), declared()
    concepts = schemes.concepts()
    used = {str(term) for triple in shapes for term in triple if isinstance(term, URIRef)}
    assert {iri for iri in used if iri.startswith(ids.ONTOLOGY)} <= known
    assert {iri for iri in used if iri.startswith(ids.CONCEPT)} <= set(concepts)
    lists = [{str(item) for item in Collection(shapes, head)} for head in shapes.objects(None, SH["in"]) if isinstance(head, BNode)]
    for name in terms.SCHEMES:
        if name != terms.THEME:  # the user may add themes
            assert {concept.iri for concept in schemes.scheme(name)} in lists, name


def test_closed_lists_of_the_model_are_the_schemes() -> None:
    for name, kinds in ((terms.SECTION_KIND, model.SectionKind), (terms.ROLE, model.Role), (terms.CITATION_RELATION, model.Relation)):
        assert {concept.notation for concept in schemes.scheme(name)} == {kind.value for kind in kinds}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.name)
def test_queries_use_declared_terms(path: Path) -> None:
    text = path.read_text("utf-8")
    prefixes = terms.PREFIXES | dict(re.findall(r"^PREFIX\s+([\w-]*):\s*<([^>]+)>", text, re.M | re.I))
    body = re.sub(r'"[^"\n]*"|^\s*#.*$|<[^<>\s]*>', " ", text, flags=re.M)
    used = {prefixes[prefix] + name for prefix, name in re.findall(r"(?<![\w?$:])([\w-]+):(\w[\w-]*)", body) if prefix in prefixes}
    unknown = re.findall(r"(?<![\w?$:])([\w-]+):\w", body)
    assert set(unknown) <= set(prefixes)
    assert {iri for iri in used if iri.startswith(ids.ONTOLOGY)} <= declared()
    assert {iri for iri in used | concept_iris(text) if iri.startswith(ids.CONCEPT)} <= set(schemes.concepts()) | set(prefixes.values())


def code_names() -> Iterator[tuple[Path, str]]:
    for path in sorted(FOLDER.parent.resolve().rglob("*.py")):
        text = path.read_text("utf-8")
        alias = re.search(r"from zhengpu\.ontology import terms(?: as (\w+))?", text)
        if alias and path.name != "terms.py":
            for name in re.findall(rf"\b{alias[1] or 'terms'}\.(\w+)", text):
                yield path, name


def test_code_uses_names_that_terms_has() -> None:
    missing = [(path.name, name) for path, name in code_names() if not hasattr(terms, name)]
    assert not missing


def test_nobody_writes_a_term_by_hand() -> None:
    """Outside of ids.py, which holds the namespaces, no Python file spells the ontology's address."""
    for folder in ("src", "loaders", "extract", "ontology", "graph", "queries", "viz"):
        for path in (ROOT / folder).rglob("*.py"):
            assert path.name == "ids.py" or not re.search(r"w3id\.org/zhengpu/(ontology|concept)[#/]\w", path.read_text("utf-8")), path


def test_importing_terms_is_cheap() -> None:
    """`zhengpu --help` names terms; it must not pay for an RDF library."""
    code = "import sys, zhengpu.ontology.terms, zhengpu.ontology.schemes; sys.exit(bool({'rdflib', 'pyoxigraph'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("title", "text", "wanted"),
    [
        ("加强知识产权司法保护", "", {"保护"}),
        ("完善融资服务", "推广专利、商标质押融资。", {"运用", "服务", "专利", "商标"}),
        ("健全数据知识产权登记规则", "", {"数据知识产权"}),
        ("推进造林绿化", "完成造林十万亩，加强古树名木保护。", set()),  # 保护 is too general a word to count in a text
        ("加强海外纠纷应对指导", "", {"国际合作", "保护"}),
    ],
)
def test_themes(title: str, text: str, wanted: set[str]) -> None:
    assert {iri.rpartition("/")[2] for iri in schemes.themes(title, text)} == wanted


def test_users_may_add_themes_of_their_own() -> None:
    afforestation, ecology = Theme("造林", keywords=("造林",), broader="生态"), Theme("生态", title_keywords=("绿化",), en="Ecology")
    own = schemes.own_themes((afforestation, ecology, Theme("保护", keywords=("古树名木",))))
    found = schemes.themes("推进绿化", "完成造林十万亩，加强古树名木保护。", own)
    assert set(found) == {ids.theme("造林"), ids.theme("生态"), ids.concept("theme", "保护")}
    assert [(concept.iri, concept.broader) for concept in own[:2]] == [(ids.theme("造林"), ids.theme("生态")), (ids.theme("生态"), None)]
    assert schemes.themes("推进绿化", "完成造林十万亩。") == ()


def test_a_theme_below_none_or_with_other_names_is_refused() -> None:
    with pytest.raises(UnknownName, match="国际合作"):
        schemes.own_themes((Theme("口岸", keywords=("口岸",), broader="国际"),))
    with pytest.raises(BadCorrections, match="保护"):
        schemes.own_themes((Theme("保护", keywords=("打假",), en="Guarding"),))


def test_vocabulary_page_is_up_to_date() -> None:
    script = ROOT / "scripts" / "make_vocabulary.py"
    assert (ROOT / "docs" / "vocabulary.md").read_text("utf-8") == runpy.run_path(str(script))["vocabulary"](), f"run python {script.name}"


@pytest.mark.parametrize("name", TURTLE)
def test_other_parsers_read_the_files(name: str) -> None:
    import pyoxigraph as ox

    assert len(list(ox.parse(schemes.turtle(name), format=ox.RdfFormat.TURTLE))) == len(graph(name))
