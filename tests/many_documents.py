"""Many documents of real shape: the golden facts again and again under other numbers and names, so that queries can be tried at size.

Each copy has a document, plans, a county and institutions of its own; indicators, cited works and themes are shared, as they are among real plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gold_facts import all_gold_facts

from zhengpu import regions
from zhengpu.graph.triples.mapping import shard
from zhengpu.model import Facts

_PLACES = sorted(division.code for division in regions.table().values() if division.level == "county")


def copy(facts: Facts, number: int) -> Facts:
    """The same facts as the document 〔2024〕number of a place of that number; the text, and so every quotation, stays."""

    def named(name: str) -> str:
        return f"{number}号{name}"

    issuers = tuple(map(named, facts.document.issuers))
    place = regions.table()[_PLACES[number * 7 % len(_PLACES)]]  # 7: so that a thousand are spread over the provinces
    return replace(
        facts,
        document=replace(facts.document, document_number=f"测发〔2024〕{number}号", title=named(facts.document.title or ""), issuers=issuers),
        plan=replace(facts.plan, title=named(facts.plan.title or ""), regions=(place.full,), region_codes=(place.code,)),
        responsibilities=tuple(replace(duty, canonical=named(duty.canonical)) for duty in facts.responsibilities),
        mentions=tuple(replace(mention, canonical=named(mention.canonical)) for mention in facts.mentions),
        institutions=tuple(
            replace(institution, name=named(institution.name), region_code=institution.region_code and place.code) for institution in facts.institutions
        ),
    )


def shards(count: int) -> Iterator[bytes]:
    """The shards of `count` documents, the golden ones first as they are."""
    originals = all_gold_facts()
    for number in range(count):
        facts = originals[number % len(originals)]
        yield shard(facts if number < len(originals) else copy(facts, number))
