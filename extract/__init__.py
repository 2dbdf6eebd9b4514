"""Document -> Facts. Each kind of fact has its own module; this is the order in which they are read."""

from __future__ import annotations

from dataclasses import replace

from zhengpu.extract.bodies.institutions import Resolver
from zhengpu.extract.bodies.mentions import mentions
from zhengpu.extract.bodies.townships import own_township
from zhengpu.extract.campaigns import campaigns
from zhengpu.extract.dates.plan_period import with_period
from zhengpu.extract.dates.schedule import schedule
from zhengpu.extract.dates.stated_deadlines import stated_deadlines
from zhengpu.extract.duties.responsibilities import responsibilities
from zhengpu.extract.fold import folded
from zhengpu.extract.genre import as_read, genre
from zhengpu.extract.metadata import metadata
from zhengpu.extract.outline.front_matter import front_matter
from zhengpu.extract.outline.tree import outline
from zhengpu.extract.outline.units import units
from zhengpu.extract.reading import Reading
from zhengpu.extract.review.guide_json import guide_json
from zhengpu.extract.targets.targets import targets
from zhengpu.extract.works.references import references
from zhengpu.model import Document, DocumentKind, Facts, Institution, Noise, Removal
from zhengpu.regions import COUNTRY, Region


def facts(document: Document) -> Facts:
    """Everything that a document says. Never raises for odd text: what cannot be read yields no fact, or a Problem with its place."""
    text, fold = document.text, folded(document.text)
    front = front_matter(document, fold)
    headings, problems = outline(document, fold, front)

    def canonical(surface: str, region: Region | None) -> str:
        return Resolver(None if region == COUNTRY else region, None, fold).resolve(surface).name

    data = metadata(document, fold, front, canonical)
    region = None if data.region == COUNTRY else own_township(data.region, data.record.issuers, data.plans[0].title or "") or data.region
    kind = genre(data.plans[0].title or data.record.title, fold, front.body_start, headings)
    headings = as_read(headings, kind)
    record = replace(data.record, kind=kind)
    issuer = data.record.issuers[0] if data.record.issuers else None
    parts = units(document, fold, front, headings)
    reading = Reading(document, text, fold, record, data.plans[0], region, issuer, headings, parts.goals, parts.measures, parts.units, parts.tables)
    promises = kind not in (DocumentKind.REGULATION, DocumentKind.LIST)  # fines and days of force are no targets and no schedule
    milestones = schedule(reading) if promises else ()
    plan = with_period(data.plans[0], milestones, reading)
    reading = replace(reading, plan=plan)
    stated = stated_deadlines(reading, milestones) if promises else ()
    resolver = Resolver(region, issuer, fold, record.issued or record.published or plan.period_start)
    duties = responsibilities(reading, resolver)
    named = mentions(reading, resolver, duties)
    return Facts(
        source=document.source,
        sha256=document.sha256,
        text=text,
        document=record,
        plan=plan,
        more_plans=data.plans[1:],
        outline=headings,
        goals=parts.goals,
        measures=parts.measures,
        responsibilities=duties,
        mentions=named,
        targets=targets(reading, milestones) if promises else (),
        references=references(reading),
        schedule=tuple(sorted((*milestones, *stated), key=lambda milestone: (milestone.evidence.start, milestone.evidence.end))),
        campaigns=campaigns(reading),
        noise=tuple(noise(document.removed)),
        institutions=_institutions(
            resolver, [*((duty.surface, duty.canonical) for duty in duties), *((mention.surface, mention.canonical) for mention in named)], data.record.issuers
        ),
        problems=problems,
    )


def _institutions(resolver: Resolver, named: list[tuple[str, str]], issuers: tuple[str, ...]) -> tuple[Institution, ...]:
    """Every body met, by canonical name, with the surfaces it was met under."""
    surfaces: dict[str, dict[str, None]] = {name: {} for name in issuers}
    for surface, canonical in named:
        surfaces.setdefault(canonical, {})[surface] = None
    found = []
    for name in sorted(surfaces):
        resolved = resolver.resolve(next(iter(surfaces[name]), name))
        found.append(Institution(name, resolved.kind, resolved.region_code, tuple(surfaces[name])))
    return tuple(found)


def noise(removed: tuple[Removal, ...]) -> list[Noise]:
    """What cleaning took out, each string once, in order."""
    found = dict.fromkeys((removal.text, removal.why) for removal in removed)
    return [Noise(text, why) for text, why in found]


__all__ = ["facts", "guide_json"]
