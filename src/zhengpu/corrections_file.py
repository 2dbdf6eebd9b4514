"""zhengpu.toml -> Corrections. Whatever is not as it should be is named with its place and what is allowed there."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Never

from zhengpu.corrections import Alias, Corrections, Ignorable, Ignore, Merge, Named, NoiseString, Split, Theme
from zhengpu.errors import BadCorrections
from zhengpu.ids import normal

NAME = "zhengpu.toml"
LARGEST = 4 << 20  # bytes: forty thousand aliases
LONGEST = 500  # characters of a name; the longest title met has 120
SHORTEST_NOISE = 4  # characters; shorter strings stand inside the words of every document

_SECTIONS = ("aliases", "merges", "splits", "themes", "ignore")
_PLURALS = {"institutions": Named.INSTITUTION, "indicators": Named.INDICATOR}


def read(path: Path) -> Corrections:
    """The corrections in a file. Raises BadCorrections with the file, the place in it, and what is allowed there."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadCorrections(f"{path}: more than the {LARGEST:,} bytes that a file of corrections may have. Is it the right file?")
        data = path.read_bytes()
    except OSError as error:
        raise BadCorrections(f"{path}: cannot be read ({error.strerror or error}). Check the name and the rights.") from None
    return parsed(data, str(path))


def parsed(data: bytes, source: str) -> Corrections:
    """The corrections in the bytes of a file; `source` is its name for messages. Raises BadCorrections."""
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadCorrections(f"{source}: is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadCorrections(f"{source}: is not TOML: {error}. Names with Chinese characters stand in quotation marks.") from None
    except RecursionError:
        raise BadCorrections(f"{source}: is nested too deeply. Its parts are {_listed(_SECTIONS)}.") from None
    root = _Place(source, "", table)
    root.only(_SECTIONS)
    found = Corrections(
        aliases=tuple(_aliases(root)),
        merges=tuple(_merges(root)),
        splits=tuple(_splits(root)),
        themes=tuple(_themes(root)),
        ignored=tuple(_ignored(root)),
        noise=tuple(NoiseString(text) for text in root.part("ignore").strings("noise", at_least=SHORTEST_NOISE)),
    )
    _check_agreement(root, found)
    return found


def _aliases(root: _Place) -> Iterator[Alias]:
    aliases = root.part("aliases")
    aliases.only(_PLURALS)
    for plural, kind in _PLURALS.items():
        names = aliases.part(plural)
        for name in names.table:
            yield Alias(kind, names.checked(_shown(name), name), names.string(name))


def _merges(root: _Place) -> Iterator[Merge]:
    for place in root.parts("merges"):
        place.only(("kind", "name", "same"))
        yield Merge(Named(place.choice("kind", tuple(Named))), place.string("name"), place.strings("same", needed=True))


def _splits(root: _Place) -> Iterator[Split]:
    wheres = ("region", "plan", "document")
    for place in root.parts("splits"):
        place.only(("surface", "name", *wheres))
        if not any(where in place.table for where in wheres):
            place.refuse(f"it does not say for which documents it is. Give {_listed(wheres, 'or')}; for all documents there are [aliases.institutions].")
        yield Split(place.string("surface"), place.string("name"), *(place.string(where) if where in place.table else None for where in wheres))


def _themes(root: _Place) -> Iterator[Theme]:
    themes = root.part("themes")
    for name in themes.table:
        place = themes.part(name)
        place.only(("keywords", "title_keywords", "en", "broader"))
        en, broader = (place.string(key) if key in place.table else None for key in ("en", "broader"))
        keywords, in_titles = place.strings("keywords"), place.strings("title_keywords")
        if not keywords and not in_titles:
            place.refuse("there are no words by which the theme is told. Give keywords (in titles and texts) or title_keywords (in titles only).")
        yield Theme(themes.checked(_shown(name), name), keywords, in_titles, en, broader)


def _ignored(root: _Place) -> Iterator[Ignore]:
    place = root.part("ignore")
    place.only((*Ignorable, "noise"))
    for kind in Ignorable:
        yield from (Ignore(kind, name) for name in place.strings(kind.value))


def _check_agreement(root: _Place, found: Corrections) -> None:
    """Refuses two rules that say different things of one name, and names that would be replaced in turn."""
    renames: list[tuple[Alias | Merge, str, str]] = [(alias, alias.name, alias.canonical) for alias in found.aliases]
    renames += [(merge, name, merge.name) for merge in found.merges for name in merge.same]
    said: dict[tuple[Named, str], Alias | Merge] = {}
    for rule, name, _ in renames:
        earlier = said.setdefault((rule.kind, normal(name)), rule)
        if earlier != rule:
            root.refuse(f"two rules are about the {rule.kind} {name!r}: “{earlier.key}” and “{rule.key}”. Keep one.")
    for rule, _, target in renames:
        following = said.get((rule.kind, normal(target)))
        if following is not None and following != rule:
            root.refuse(f"“{rule.key}” leads to a name that “{following.key}” replaces. Let both lead to the last name.")


class _Place:
    """A table of the file with the words that say where it is."""

    def __init__(self, source: str, where: str, table: Mapping[str, Any]) -> None:
        self.source, self.where, self.table = source, where, table

    def refuse(self, why: str) -> Never:
        raise BadCorrections(f"{self.source}{self.where and ', '}{self.where}: {why}")

    def only(self, allowed: Mapping[str, object] | tuple[str, ...]) -> None:
        names = tuple(map(str, allowed))
        for key in self.table:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                self.refuse(f"there is no key {_shown(key)} here.{f' Did you mean {near[0]}?' if near else ''} Allowed are {_listed(names)}.")

    def part(self, key: str) -> _Place:
        """The table under a key; an empty one where there is none."""
        value = self.table.get(key, {})
        where = f"[{self.where.strip('[]')}.{key}]" if self.where else f"[{key}]"
        if not isinstance(value, dict):
            self.refuse(f"{key} is {_kind(value)}; it has to be a table {where}.")
        return _Place(self.source, where, value)

    def parts(self, key: str) -> Iterator[_Place]:
        """The tables of an array of tables."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            self.refuse(f"{key} is {_kind(value)}; each of them begins with [[{key}]].")
        for number, entry in enumerate(value, 1):
            if not isinstance(entry, dict):
                self.refuse(f"{key} holds {_kind(entry)}; each of them begins with [[{key}]].")
            yield _Place(self.source, f"[[{key}]] no. {number}", entry)

    def string(self, key: str) -> str:
        if key not in self.table:
            self.refuse(f"{key} is missing. Give it as {key} = “…”.")
        return self.checked(_shown(key), self.table[key])

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.string(key)
        if value not in allowed:
            self.refuse(f"{key} is {_shown(value)}; allowed are {_listed(allowed)}.")
        return value

    def strings(self, key: str, *, needed: bool = False, at_least: int = 1) -> tuple[str, ...]:
        """A list of different names; () for none where none is needed."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            self.refuse(f"{key} is {_kind(value)}; it has to be a list: {key} = [“…”, “…”].")
        if needed and not value:
            self.refuse(f"{key} is missing. Give a list: {key} = [“…”, “…”].")
        found = tuple(dict.fromkeys(self.checked(f"an entry of {key}", entry) for entry in value))
        for name in found:
            if len(normal(name)) < at_least:
                self.refuse(f"{key} holds {_shown(name)}, which is too short: at least {at_least} characters, or it would be found inside other words.")
        return found

    def checked(self, shown: str, value: object) -> str:
        """A name that is text, not empty, not endless, and without characters that nobody sees; `shown` is what messages call it."""
        if not isinstance(value, str):
            self.refuse(f"{shown} is {_kind(value)}; it has to be text in quotation marks.")
        if not normal(value):
            self.refuse(f"{shown} is empty. Write the name, or take the line away.")
        if len(value) > LONGEST:
            self.refuse(f"{shown} has {len(value):,} characters; at most {LONGEST} are a name.")
        for character in value:
            if unicodedata.category(character) in ("Cc", "Cf", "Cs"):
                self.refuse(f"{shown} holds U+{ord(character):04X}, which nobody sees. Take it out.")
        return value.strip()


_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table", str: "text"}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a date")


def _shown(text: str) -> str:
    return ascii(text) if not text.isprintable() else repr(text if len(text) <= 60 else text[:59] + "…")


def _listed(names: Iterable[str], last: str = "and") -> str:
    found = list(map(str, names))
    return f"{', '.join(found[:-1])} {last} {found[-1]}" if len(found) > 1 else found[0]
