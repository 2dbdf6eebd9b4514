"""The words of the pages: the same keys in both languages, and a word for every key that a page asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "viz" / "static"
# "read.there": "看原文",
_ENTRY_RE = re.compile(r'^  (?:"([^"]+)"|(\w+)): "((?:[^"\\]|\\.)*)",$', re.M)
_ASKED_RE = re.compile(r"""\bt\("([^"]+)\"""")
_FAMILY_RE = re.compile(r"\bt\(`([\w.]+\.)\$\{")  # t(`type.${card.type}`)


def words(language: str) -> dict[str, str]:
    text = (STATIC / "words" / f"{language}.js").read_text("utf-8")
    entries = [(quoted or plain, value) for quoted, plain, value in _ENTRY_RE.findall(text)]
    assert len(entries) == sum(line.startswith("  ") for line in text.splitlines())  # no line that this test cannot read
    assert len(dict(entries)) == len(entries)
    return dict(entries)


ZH, EN = words("zh"), words("en")
MODULES = sorted([*(STATIC / "app").glob("*.js"), *(STATIC / "pages").glob("*.js")])


def test_both_languages_have_the_same_words() -> None:
    assert list(ZH) == list(EN)
    blanks = re.compile(r"\{\w+\}")
    assert {key: set(blanks.findall(text)) for key, text in ZH.items()} == {key: set(blanks.findall(text)) for key, text in EN.items()}
    assert all(ZH.values())
    assert not [key for key, text in EN.items() if key != "brand" and re.search(r"[\u3400-\u9fff]", text)]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_word_that_a_page_asks_for_is_there(module: Path) -> None:
    text = module.read_text("utf-8")
    assert {key for key in _ASKED_RE.findall(text) if key not in ZH} == set()
    assert {family for family in _FAMILY_RE.findall(text) if not any(key.startswith(family) for key in ZH)} == set()


def test_every_word_is_asked_for() -> None:
    everything = "\n".join(module.read_text("utf-8") for module in MODULES)
    asked = set(_ASKED_RE.findall(everything))
    families = tuple(_FAMILY_RE.findall(everything))
    listed = {key for key in ZH if f'"{key}"' in everything}
    assert {key for key in ZH if key not in asked | listed and not key.startswith(families)} == set()


@pytest.mark.parametrize("module", [*MODULES, *sorted((STATIC / "words").glob("*.js"))], ids=lambda path: path.name)
def test_chinese_stands_in_the_words_alone(module: Path) -> None:
    code = re.sub(r"//.*", "", module.read_text("utf-8"))
    if module.parent.name != "words":
        assert set(re.findall(r"[\u3400-\u9fff]{2,}", code)) <= {"中文", "政谱"}  # the switch to Chinese, and the name
    assert "innerHTML" not in code
    assert not re.search(r"\bstyle=|\beval\(|new Function|document\.write", code)
