"""What a check of a claim finds: the words of a document, their place, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zhengpu.queries.views.proved import Citation, Target


class Verdict(StrEnum):
    """What the documents say to a claim."""

    DIFFERS = "differs"  # quotations about just this say something else
    UNKNOWN = "unknown"  # nothing in the graph is about just this; the candidates come near
    AGREES = "agrees"  # a quotation says it
    FOUND = "found"  # the claim asks, and the quotations tell


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact: `says` in short, `quote` is [start, end) of the text of the document, in code points.

    `agrees` is None where the claim states nothing to compare."""

    says: str
    quote: str
    document: str
    document_iri: str
    start: int
    end: int
    plan: str
    iri: str
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a check of the targets or of the works in a claim comes to. `names` are the indicators or works that were understood, `not_understood` the words
    that were not; `note` says why there is no finding, or what else to know."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    candidates: tuple[Finding, ...] = ()
    names: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    note: str = ""


_SIGNS = {">=": "≥", "<=": "≤", "~": "≈", "rank": "前"}


def of_target(target: Target, agrees: bool | None = None) -> Finding:
    """A target as a finding: 知识产权民事案件上诉率 ≤ 12 %, 期限 2026-02-28."""
    value = target.value_text if target.value is None else f"{_SIGNS.get(target.comparator, target.comparator)} {target.value} {target.unit}".strip()
    parts = (
        f"{target.indicator.label} {value}{f' / {target.per}' if target.per else ''}",
        f"基期 {target.baseline} {target.baseline_date}".strip() if target.baseline is not None else "",
        f"期限 {target.due}" if target.due else "",
    )
    where = target.document
    return Finding(", ".join(filter(None, parts)), target.quote, where.label, where.iri, target.start, target.end, target.plan.label, target.iri, agrees)


def of_citation(citation: Citation, agrees: bool | None = None) -> Finding:
    """A citation as a finding: 《知识产权强国建设纲要》 (basis)."""
    where = citation.document
    says = f"《{citation.work.label.strip('《》')}》 ({citation.relation})"
    return Finding(says, citation.quote, where.label, where.iri, citation.start, citation.end, citation.stated_in.label, citation.iri, agrees)
