"""Characters as one types them: fonts of PDF writers name ⼈ (a radical of the Kangxi dictionary) where 人 is printed, since both have one shape."""

from __future__ import annotations

import re
import unicodedata

# Radicals that are whole characters, which Unicode does not decompose (CJK Radicals Supplement; its EquivalentUnifiedIdeograph.txt).
_SUPPLEMENT = (
    "⺁厂⺄乙⺆冂⺇几⺊卜⺌小⺍小⺒巳⺓幺⺕彐⺛旡⺝月⺠民⺩王⺪疋⺫目⺬示⺮竹⺯糸⺶羊⺷羊⺻聿⺼肉⺽臼⻁虎⻃西⻄西⻅见⻆角⻇角⻉贝⻊足⻋车⻑長⻓长⻔门⻖阜⻗雨"
    "⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻱龟"
)
_PLAIN = dict(zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True))
# Bullets of the symbol fonts that word processors use, in the private characters that stand for their glyphs
_BULLETS = dict.fromkeys("\uf06c\uf06e\uf075\uf076\uf0a7\uf0b2\uf0b7\uf0d8\uf0fc", "●")
_ODD_RE = re.compile("[\u2e80-\u2fdf\uf000-\uf0ff\uf900-\ufaff]")


def plain_characters(text: str) -> str:
    """The text with each radical, compatibility ideograph and private bullet as the usual character: as long as before."""
    return _ODD_RE.sub(_usual, text) if _ODD_RE.search(text) else text


def _usual(match: re.Match[str]) -> str:
    character = match.group()
    usual = _PLAIN.get(character) or _BULLETS.get(character) or unicodedata.normalize("NFKC", character)
    return usual if len(usual) == 1 else character
