"""The reference facts of the five golden documents as `Facts`, so that graph, queries and views are tested apart from extraction.

The guide's JSON has no offsets: each quotation is searched in the raw text (full-width forms, white space and Markdown stars aside), first
inside the unit that the fact belongs to. `text` is the raw text of the sample file, so offsets differ from those of the loaded document."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhengpu import regions
from zhengpu.graph.observed.observations import observations_shard, observed
from zhengpu.graph.sources.embedded import memory_source
from zhengpu.loaders.observation_rows import observation_table
from zhengpu.model import (
    Campaign,
    DocumentRecord,
    Evidence,
    Facts,
    FieldEvidence,
    Goal,
    Institution,
    Measure,
    MeasureKind,
    Mention,
    Milestone,
    Noise,
    Plan,
    Reference,
    Relation,
    Responsibility,
    Role,
    Section,
    SectionKind,
    Target,
)

GOLDEN = Path(__file__).parent / "golden"
SLUGS = tuple(sorted(path.stem for path in GOLDEN.glob("*.json")))

Json = dict[str, Any]
Span = tuple[int, int]

_UNIFIED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "―": "-", "～": "~", "・": "·", "•": "·", "﹒": "."})
_KINDS = {  # by ending or by a word inside, first match wins: rough, for tests only
    "检察院": "检察院",
    "法院": "法院",
    "公安": "公安",
    "中共": "党委",
    "联席会议": "工作机制",
    "专班": "工作机制",
    "领导小组": "工作机制",
    "委员会": "政府",
    "大学": "高校",
    "学院": "高校",
    "公司": "企业",
    "集团": "企业",
    "联盟": "联盟",
    "协会": "协会",
    "商会": "协会",
    "世界": "国际组织",
    "园区": "园区",
    "开发区": "园区",
    "中心": "服务机构",
    "站": "服务机构",
    "各": "群体",
    "单位": "群体",
    "局": "政府",
    "政府": "政府",
    "办": "政府",
    "厅": "政府",
    "国务院": "政府",
}


def golden(slug: str) -> Json:
    """The guide's JSON of a golden document."""
    loaded: Json = json.loads((GOLDEN / f"{slug}.json").read_text("utf-8"))
    return loaded


def raw(slug: str) -> bytes:
    """The bytes of the sample file."""
    return files("zhengpu").joinpath("samples", f"{slug}.txt").read_bytes()


class Finder:
    """Finds quotations in a text, blind to white space, stars and width; answers in offsets of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        kept = [(char, at) for at, source in enumerate(text) for char in self.compact(source)]
        self.blind = "".join(char for char, _ in kept)
        self.at = [at for _, at in kept]

    @staticmethod
    def compact(text: str) -> str:
        return "".join(char for char in unicodedata.normalize("NFKC", text).translate(_UNIFIED) if not char.isspace() and char != "*")

    def find(self, quote: str, *spans: Span) -> Evidence | None:
        """The first place of the quotation in the first of these spans that has it."""
        wanted = self.compact(quote)
        for start, end in spans or ((0, len(self.text)),):
            low, high = self._blind(start), self._blind(end)
            found = self.blind.find(wanted, low, high) if wanted else -1
            if found >= 0:
                return Evidence.of(self.text, self.at[found], self.at[found + len(wanted) - 1] + 1)
        return None

    def nearest(self, surface: str, *spans: Span) -> Evidence:
        """The surface or, where a shared head was expanded (越城区政府 of 越城区、柯桥区政府), the longest part of it that stands there."""
        for length in range(len(surface), 0, -1):
            for offset in range(len(surface) - length + 1):
                found = self.find(surface[offset : offset + length], *spans)
                if found:
                    return found
        return Evidence.of(self.text, spans[0][0], spans[0][1])

    def _blind(self, offset: int) -> int:
        return bisect_left(self.at, offset)


@cache
def gold_facts(slug: str) -> Facts:
    """The facts of tests/golden/<slug>.json with their quotations located in src/zhengpu/samples/<slug>.txt; optional facts included."""
    data, content = golden(slug), raw(slug)
    text = content.decode("utf-8")
    finder = Finder(text)
    whole = (0, len(text))
    outline = _outline(finder, data["outline"])
    spans: dict[str, Span] = {s.id: (s.evidence.start, s.body_end) for s in outline}
    first = outline[0].evidence.start if outline else len(text)
    spans |= {"notice": (0, first), "preamble": (0, first), "table": whole}
    goals = tuple(_goal(finder, entry, spans) for entry in data["goals"])
    spans |= {goal.id: (goal.evidence.start, spans[goal.section][1]) for goal in goals}
    measures = tuple(_measures(finder, data["measures"], {s.id: s for s in outline}))
    # The bracket of responsible bodies follows the body, so a measure reaches to the end of its section, a task to the next task.
    tasks = [m.evidence.start for m in measures if m.kind is MeasureKind.TASK] + [len(text)]
    for m in measures:
        spans[m.id] = (m.evidence.start, min(s for s in tasks if s > m.evidence.start) if m.kind is MeasureKind.TASK else spans[m.section][1])

    def proof(entry: Json, unit: str) -> Evidence:
        return finder.nearest(entry["evidence"], spans[unit], whole)

    responsibilities = tuple(
        Responsibility(e["measure"], e["surface"], e["canonical"], Role(e["role"]), proof(e, e["measure"])) for e in data["responsibilities"]
    )
    mentions = tuple(Mention(e["in"], e["surface"], e["canonical"], finder.nearest(e["surface"], spans[e["in"]], whole)) for e in data["mentions"])
    targets = tuple(
        Target(
            id=e["id"],
            unit=e["in"],
            indicator=e["indicator"],
            canonical_indicator=e["canonical_indicator"],
            value=Decimal(str(e["value"])),
            value_text=e["value_text"],
            comparator=e["comparator"],
            unit_of_measure=e["unit"],
            evidence=proof(e, e["in"]),
            per=e["per"],
            baseline=None if e["baseline"] is None else Decimal(str(e["baseline"])),
            baseline_date=e["baseline_date"],
            due=e["due"],
        )
        for e in data["targets"]
    )
    references = tuple(Reference(e["in"], e["title"], e["document_number"], e["kind"], Relation(e["relation"]), proof(e, e["in"])) for e in data["references"])
    schedule = tuple(
        Milestone(e["in"], e["text"], e["start"], e["end"], e["ongoing"], finder.nearest(e["text"], spans[e["in"]], whole), e.get("title"))
        for e in data["schedule"]
    )
    campaigns = tuple(Campaign(e["in"], e["name"], finder.nearest(e["name"], spans[e["in"]], whole)) for e in data["campaigns"])
    return Facts(
        source=data["source"],
        sha256=sha256(content).hexdigest(),
        text=text,
        document=_record(finder, data["document"]),
        plan=_plan(data["plan"]),
        more_plans=tuple(map(_plan, data.get("more_plans", ()))),
        outline=outline,
        goals=goals,
        measures=measures,
        responsibilities=responsibilities,
        mentions=mentions,
        targets=targets,
        references=references,
        schedule=schedule,
        campaigns=campaigns,
        noise=tuple(Noise(e["text"], e["why"]) for e in data["noise"]),
        institutions=_institutions(data, responsibilities, mentions),
    )


def all_gold_facts() -> tuple[Facts, ...]:
    """The facts of the five golden documents, by file name."""
    return tuple(map(gold_facts, SLUGS))


def _outline(finder: Finder, entries: list[Json]) -> tuple[Section, ...]:
    found: list[tuple[Json, Evidence]] = []
    cursor = 0
    for entry in entries:
        rest = (cursor, len(finder.text))
        evidence = (
            finder.find(entry["label"] + entry["title"], rest) or finder.find(entry["title"], rest) or finder.nearest(entry["title"], (0, len(finder.text)))
        )
        found.append((entry, evidence))
        cursor = max(cursor, evidence.end)
    starts = [*sorted(evidence.start for _, evidence in found), len(finder.text)]
    return tuple(
        Section(
            e["id"], e["label"], e["title"], e["level"], e["parent"], SectionKind(e["kind"]), ev, ev.end, max(ev.end, min(s for s in starts if s > ev.start))
        )
        for e, ev in found
    )


def _goal(finder: Finder, entry: Json, spans: dict[str, Span]) -> Goal:
    start = finder.nearest(entry["evidence"], spans[entry["section"]], (0, len(finder.text))).start
    line_end = finder.text.find("\n", start)
    return Goal(entry["id"], entry["section"], entry["title"], Evidence.of(finder.text, start, line_end if line_end > 0 else len(finder.text)))


def _measures(finder: Finder, entries: list[Json], sections: dict[str, Section]) -> Iterator[Measure]:
    cursor = 0
    for entry in entries:
        section = sections[entry["section"]]
        task = entry["kind"] == "task"
        low = max(cursor, section.evidence.start) if task else section.evidence.start
        rest = (low, len(finder.text))
        if task:
            evidence = finder.nearest(entry["title"], rest)
            body = evidence
        else:
            starts = finder.nearest(entry["starts"], (section.body_start, len(finder.text)), rest)
            ends = finder.nearest(entry["ends"], (starts.start, len(finder.text)))
            body = Evidence.of(finder.text, starts.start, ends.end)
            evidence = Evidence.of(finder.text, min(section.evidence.start, body.start), body.end)
        cursor = evidence.end
        yield Measure(entry["id"], entry["section"], entry["label"], entry["title"], MeasureKind(entry["kind"]), body, evidence)


def _record(finder: Finder, entry: Json) -> DocumentRecord:
    quoted = ((name, finder.find(entry[name])) for name in ("title", "document_number", "index_number") if entry[name])
    return DocumentRecord(
        title=entry["title"],
        document_number=entry["document_number"],
        issuers=tuple(entry["issuers"]),
        issued=entry["issued"],
        published=entry["published"],
        index_number=entry["index_number"],
        theme=entry["theme"],
        validity=entry["validity"],
        disclosure=entry["disclosure"],
        addressees=tuple(entry["addressees"]),
        proofs=tuple(FieldEvidence(name, evidence) for name, evidence in quoted if evidence),
    )


def _plan(entry: Json) -> Plan:
    return Plan(entry["title"], entry["type"], tuple(entry["regions"]), tuple(entry["region_codes"]), entry["period"]["start"], entry["period"]["end"])


def _institutions(data: Json, responsibilities: tuple[Responsibility, ...], mentions: tuple[Mention, ...]) -> tuple[Institution, ...]:
    surfaces: dict[str, set[str]] = defaultdict(set)
    for name in data["document"]["issuers"]:
        surfaces[name].add(name)
    for canonical, surface in [(r.canonical, r.surface) for r in responsibilities] + [(m.canonical, m.surface) for m in mentions]:
        surfaces[canonical].add(surface)
    return tuple(Institution(name, _kind(name), _region(name), tuple(sorted(found))) for name, found in sorted(surfaces.items()))


def _kind(name: str) -> str | None:
    return next((kind for word, kind in _KINDS.items() if word in name), None)


def _region(name: str) -> str | None:
    bare = name.removeprefix("中共")
    for length in range(len(bare), 2, -1):
        for region in regions.names().get(bare[:length], ()):
            if region.full == bare[:length]:
                return region.code
    return None


def observations(plans: bytes) -> bytes:
    """The shard of tests/observations.csv over the shards of the golden documents."""
    table = observation_table(Path(__file__).parent / "observations.csv")
    found = observed(memory_source(plans), [(row.number, row.cells) for row in table.rows], table.name)
    assert not found.misfits
    return observations_shard(table.name, sha256(b"").hexdigest(), found.observations)[0].triples
