"""What an analyst knows better than the rules: the corrections of a store's zhengpu.toml, as typed rules. See docs/corrections.md.

`zhengpu.corrections_file` reads them, `zhengpu.extract.review.correcting` and `zhengpu.loaders.noise_strings` apply them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

from zhengpu.ids import normal


class Named(StrEnum):
    """What has a canonical name that a correction may change."""

    INSTITUTION = "institution"
    INDICATOR = "indicator"


class Ignorable(StrEnum):
    """A kind of fact that may be left out."""

    MENTIONS = "mentions"
    RESPONSIBILITIES = "responsibilities"
    TARGETS = "targets"
    REFERENCES = "references"
    CAMPAIGNS = "campaigns"


@dataclass(frozen=True, slots=True)
class Alias:
    """What a document calls `name`, or what was made of it, is `canonical`."""

    kind: Named
    name: str
    canonical: str

    @property
    def key(self) -> str:
        return f"alias {self.kind} {self.name} → {self.canonical}"


@dataclass(frozen=True, slots=True)
class Merge:
    """The canonical names in `same` are one thing, called `name`."""

    kind: Named
    name: str
    same: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"merge {self.kind} {'、'.join(self.same)} → {self.name}"


@dataclass(frozen=True, slots=True)
class Split:
    """What documents of a region, plan or document (all that are given must fit) call `surface` is the body `name`.

    `region` is a name or GB/T 2260 code, `plan` a plan's title, `document` a document's 文号, title or file name."""

    surface: str
    name: str
    region: str | None = None
    plan: str | None = None
    document: str | None = None

    @property
    def key(self) -> str:
        where = ", ".join(place for place in (self.region, self.plan, self.document) if place)
        return f"split {self.surface} ({where}) → {self.name}"


@dataclass(frozen=True, slots=True)
class Theme:
    """Keywords of a theme: `keywords` count in titles and texts, `title_keywords` in titles only.

    A theme that the packaged scheme does not have is a new one, with its names and perhaps the theme above it."""

    name: str
    keywords: tuple[str, ...] = ()
    title_keywords: tuple[str, ...] = ()
    en: str | None = None
    broader: str | None = None

    @property
    def key(self) -> str:
        return f"theme {self.name}"

    def fits(self, title: str, text: str = "") -> bool:
        return any(word in title for word in self.title_keywords) or any(word in title or word in text for word in self.keywords)


@dataclass(frozen=True, slots=True)
class Ignore:
    """Facts of a kind that are left out: those whose name, in the text or canonical, is `name`."""

    kind: Ignorable
    name: str

    @property
    def key(self) -> str:
        return f"ignore {self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class NoiseString:
    """Words that are no part of any document and are taken out of the text before it is read."""

    text: str

    @property
    def key(self) -> str:
        return f"noise {self.text}"


Rule: TypeAlias = Alias | Merge | Split | Theme | Ignore | NoiseString


@dataclass(frozen=True, slots=True)
class Corrections:
    """All rules of a file; none by default. Each field in the order of the file."""

    aliases: tuple[Alias, ...] = ()
    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()
    themes: tuple[Theme, ...] = ()
    ignored: tuple[Ignore, ...] = ()
    noise: tuple[NoiseString, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        for field in fields(self):
            yield from getattr(self, field.name)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def digest(self) -> str:
        """A name for exactly these rules: comments, spaces and quotation marks of the file do not count. Empty where there are none."""
        if not self:
            return ""
        return sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def same_name(name: str, other: str | None) -> bool:
    """Whether two names are one but for width of characters and white space."""
    return other is not None and normal(name) == normal(other)
