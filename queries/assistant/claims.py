"""Checking a claim or a question against the graph by rules: what the plans say about it, word for word, or that they say nothing.

    checked(source, "徐汇区 2024 方案要求上诉率低于多少?").findings[0].quote     → '知识产权司法民事案件上诉率低于12%'

A claim is about targets (an indicator, with or without a figure) or about works (《title》, 文号). Regions, years and titles in it choose the plans. Nothing
is reckoned or guessed: what does not fit every word of the claim is a candidate, and no finding.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhengpu.errors import BadParameter
from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.assistant.claim_words import Words, words_of
from zhengpu.queries.assistant.finding import Finding, Part, Verdict
from zhengpu.queries.assistant.plans_meant import Meant, meant, plans_of
from zhengpu.queries.assistant.targets_claimed import targets_claimed
from zhengpu.queries.assistant.works_claimed import works_claimed

LONGEST = 500  # characters of a claim
_MOST_PLANS = 8  # that are named as understood
_EXAMPLES = "徐汇区2024年方案要求上诉率低于多少？ or 《知识产权强国建设纲要》是哪些方案的依据？"


@dataclass(frozen=True, slots=True)
class Understood:
    """How the claim was read: the plans it is about ("" of them where it means all), the indicators and works in it, its figures, the years by which;
    `not_understood` are words that name nothing in the graph."""

    plans: tuple[str, ...]
    names: tuple[str, ...]
    figures: tuple[str, ...]
    due_years: tuple[int, ...]
    not_understood: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a claim. `findings` are about just what it says; `candidates` come near, and prove nothing; `note` says why there is no finding."""

    claim: str
    verdict: Verdict
    note: str
    understood: Understood
    findings: tuple[Finding, ...]
    candidates: tuple[Finding, ...]


def checked(source: TripleSource, claim: str, language: str = "zh") -> Checked:
    """What the plans of the source say to the claim. Raises BadParameter for one that is empty or longer than LONGEST, and what the source raises."""
    if not claim.strip() or len(claim) > LONGEST:
        raise BadParameter(f"A claim has 1 to {LONGEST} characters: {_EXAMPLES}")
    words = words_of(claim)
    about = meant(plans_of(source), words)
    found = (works_claimed(source, words, about, language), targets_claimed(source, words, about, language))
    parts = [part for part in found if part is not None]
    # 根据《…》: what else stands beside a work and names no indicator is no second claim
    if found[0] and found[1] and not found[1].names and not found[1].candidates:
        parts = [found[0]]
    if not parts:
        parts = [Part(Verdict.UNKNOWN, note="The claim names no indicator (上诉率) and no work (《…》) that could be looked up. Search, or ask a question.")]
    verdict = next(verdict for verdict in Verdict if any(part.verdict is verdict for part in parts))
    return Checked(
        claim,
        verdict,
        " ".join(part.note for part in parts if part.note),
        _understood(words, about, parts),
        tuple(finding for part in parts for finding in part.findings),
        tuple(finding for part in parts for finding in part.candidates),
    )


def _understood(words: Words, about: Meant, parts: list[Part]) -> Understood:
    return Understood(
        () if about.is_open else tuple(plan.title for plan in about.plans[:_MOST_PLANS]),
        tuple(dict.fromkeys(name for part in parts for name in part.names)),
        tuple(figure.text for figure in words.figures),
        words.due_years,
        tuple(dict.fromkeys(word for part in parts for word in part.not_understood)),
    )
