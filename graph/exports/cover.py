"""What an export states of itself: the question it answers, how new its data are, how much it holds. No clock: the same export states the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

# What XML 1.0 cannot hold; it may stand in the text of a damaged file.
NOT_XML_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Cover:
    """`data` is the day of the latest document in the source and `documents` their number.

    `things` and `links` count by kind (of a network), `triples` those of RDF (None: not counted). `truncated` says that --per-hop left some out.
    `command` is what the program that the files are for takes them in with, where that is not plain."""

    question: str
    data: str = ""
    documents: int = 0
    things: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, int] = field(default_factory=dict)
    triples: int | None = None
    truncated: bool = False
    command: str = ""

    def told(self) -> dict[str, object]:
        """The same for JSON; what was not counted is left out."""
        return {name: value for name, value in asdict(self).items() if value not in ({}, None, "")}

    def lines(self) -> list[str]:
        """The same for people, without line breaks inside: a comment must end where its line ends."""
        said = [("question", self.question), ("data until", self.data), ("documents in the source", self.documents)]
        said += [("triples", self.triples)] if self.triples is not None else []
        said += [(name, _counted(counts)) for name, counts in (("things", self.things), ("links", self.links)) if counts]
        said += [("left out", "things beyond --per-hop")] if self.truncated else []
        return [f"{name}: {' '.join(str(value).split())}" for name, value in said if value not in ("", None)]

    def comment(self) -> str:
        """The same as a comment of XML, in which two hyphens may not stand together."""
        return "<!--\n" + NOT_XML_RE.sub("\ufffd", "\n".join(self.lines())).replace("--", "- -").replace("--", "- -") + "\n-->\n"

    def json(self) -> bytes:
        return (json.dumps(self.told(), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _counted(counts: Mapping[str, int]) -> str:
    return f"{sum(counts.values())} ({', '.join(f'{name} {number}' for name, number in sorted(counts.items()))})"
