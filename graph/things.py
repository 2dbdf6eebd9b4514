"""The things that documents share: institutions, indicators, cited works, regions, campaigns. Each is described once a shard.

Their labels are functions of their names, like their IRIs, so that two documents never give one thing two preferred labels."""

from __future__ import annotations

from collections import defaultdict

from zhengpu import ids, regions
from zhengpu.graph.triples.ntriples import Lines
from zhengpu.model import Facts, Institution, Plan, Reference
from zhengpu.ontology import schemes
from zhengpu.ontology import terms as zp


class Things:
    """Each method returns the thing's IRI and sees to it that `lines` describes the thing."""

    __slots__ = ("_iris", "_known", "_lines", "_own", "_surfaces")

    def __init__(self, lines: Lines, facts: Facts, own: tuple[schemes.Concept, ...] = ()) -> None:
        """`own` are themes of the user's, whose keywords count beside those of the packaged ones."""
        self._lines = lines
        self._own = own
        self._known: dict[str, Institution] = {institution.name: institution for institution in facts.institutions}
        self._surfaces: dict[str, set[str]] = defaultdict(set)
        for responsibility in facts.responsibilities:
            self._surfaces[responsibility.canonical].add(responsibility.surface)
        for mention in facts.mentions:
            self._surfaces[mention.canonical].add(mention.surface)
        self._iris: dict[tuple[str, str], str] = {}

    def institution(self, name: str) -> str:
        iri = self._iris.get(("institution", name))
        if iri:
            return iri
        iri = self._iris["institution", name] = ids.institution(name)
        label = ids.normal(name)
        self._lines.type(iri, zp.Institution)
        self._lines.text(iri, zp.skos_prefLabel, label)
        known = self._known.get(name)
        for surface in self._surfaces[name].union(known.surfaces if known else ()):
            if surface != label:
                self._lines.text(iri, zp.skos_altLabel, surface)
        if known and known.kind and ids.concept(zp.INSTITUTION_KIND, known.kind) in schemes.concepts():
            self._lines.link(iri, zp.institutionKind, ids.concept(zp.INSTITUTION_KIND, known.kind))
        if known and known.region_code:
            self._lines.link(iri, zp.region, self.region(known.region_code))
        return iri

    def link_subordinates(self) -> None:
        """Links a body to the longest other name of this document that its own begins with: 上海市徐汇区人民检察院知识产权办公室 to 上海市徐汇区人民检察院."""
        names = {name: iri for (kind, name), iri in self._iris.items() if kind == "institution"}
        for name, iri in names.items():
            above = next((name[:length] for length in range(len(name) - 1, 2, -1) if name[:length] in names), None)
            if above and names[above] != iri:
                self._lines.link(iri, zp.org_subOrganizationOf, names[above])

    def indicator(self, canonical: str, name: str) -> str:
        iri = self._iris.get(("indicator", canonical))
        label = ids.normal(canonical)
        if not iri:
            iri = self._iris["indicator", canonical] = ids.indicator(canonical)
            self._lines.type(iri, zp.Indicator)
            self._lines.text(iri, zp.skos_prefLabel, label)
            self.link_themes(iri, label)
        if name != label:
            self._lines.text(iri, zp.skos_altLabel, name)
        return iri

    def link_themes(self, subject: str, title: str, text: str = "") -> None:
        """Links a measure or indicator to the themes that its title and text are about; one of the user's own is described with those above it."""
        for theme in schemes.themes(title, text, self._own):
            self._lines.link(subject, zp.theme, theme)
            if self._own:
                self._describe_theme(theme)

    def _describe_theme(self, iri: str | None) -> None:
        own = {concept.iri: concept for concept in self._own if concept.iri not in schemes.concepts()}
        while (concept := own.get(iri or "")) is not None and ("theme", concept.iri) not in self._iris:
            iri = self._iris["theme", concept.iri] = concept.iri
            self._lines.type(iri, zp.skos_Concept)
            self._lines.link(iri, zp.skos_inScheme, concept.scheme)
            self._lines.code(iri, zp.skos_notation, concept.notation)
            self._lines.text(iri, zp.skos_prefLabel, concept.zh)
            if concept.en != concept.zh:
                self._lines.text(iri, zp.skos_prefLabel, concept.en, "en")
            if concept.broader:
                self._lines.link(iri, zp.skos_broader, concept.broader)
            iri = concept.broader

    def work(self, reference: Reference) -> str:
        title = reference.full_title or reference.title  # 《意见》 of two documents are two works
        iri = self._iris.get(("work", title))
        if not iri:
            iri = self._iris["work", title] = ids.work(title)
            self._lines.type(iri, zp.LegalReference)
            self._lines.text(iri, zp.dcterms_title, ids.work_title(title))
        for other in {title, reference.title} - {ids.work_title(title)}:
            self._lines.text(iri, zp.skos_altLabel, other)
        self._lines.code(iri, zp.documentNumber, reference.document_number)
        kind = ids.concept(zp.REFERENCE_KIND, reference.kind)
        if kind in schemes.concepts():
            self._lines.link(iri, zp.referenceKind, kind)
        return iri

    def campaign(self, name: str) -> str:
        iri = self._iris.get(("campaign", name))
        if not iri:
            iri = self._iris["campaign", name] = ids.campaign(name)
            self._lines.type(iri, zp.Campaign)
            self._lines.text(iri, zp.skos_prefLabel, ids.normal(name))
        return iri

    def region(self, code: str, name: str | None = None) -> str:
        """A division with those that it lies in, up to the country. `name` is the label of a code that GB/T 2260 has no more."""
        iri = self._iris.get(("region", code))
        if not iri:
            iri = self._iris["region", code] = described_region(self._lines, code, name)
        return iri

    def governed(self, plan: Plan) -> list[str]:
        """The regions that a plan is for; 全国 has no code in the facts."""
        if not plan.region_codes:
            return [self.region(regions.COUNTRY.code)] if regions.COUNTRY.name in plan.regions else []
        names = plan.regions if len(plan.regions) == len(plan.region_codes) else (None,) * len(plan.region_codes)
        return [self.region(code, name) for code, name in zip(plan.region_codes, names, strict=True)]


def described_region(lines: Lines, code: str, name: str | None = None) -> str:
    """The IRI of a division, which `lines` describes with those that it lies in, up to the country. `name` as for Things.region."""
    iri = ids.region(code)
    division = regions.table().get(code)
    lines.type(iri, zp.Region)
    lines.code(iri, zp.divisionCode, code)
    lines.text(iri, zp.skos_prefLabel, division.full if division else name or code)
    if division and division.name != division.full:
        lines.text(iri, zp.skos_altLabel, division.name)
    if division and division.level != "country":
        lines.link(iri, zp.within, described_region(lines, division.parent or regions.COUNTRY.code))
    return iri
