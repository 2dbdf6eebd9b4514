"""Pictures of pages -> printed pages, by RapidOCR (the extra `ocr`; its models come inside the package, nothing is fetched)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import Any

from zhengpu.loaders.pdf_pages.process import Picture
from zhengpu.loaders.printed.marks import Fragment, PrintedPage
from zhengpu.loaders.printed.page import page_of

LEAST_SURE = 0.5  # of 1; seals and stains read as text stay below, print is above 0.9
SAME_SIZE = 0.2  # by which the measured size of a line's type may differ from the usual, and still be that
_NARROW = 0.5  # em: Latin letters and digits
_ARTICLE_RE = re.compile(r"\A(第[一二三四五六七八九十百零〇\d]{1,5}[章节条编篇])(?=[^\s规之款项所的至和或与及、，。）》”])")
_STOP = 0.75  # em: stops, of which the last of a line is measured without its white half


@cache
def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})


def read(picture: Picture) -> PrintedPage:
    """The page that a picture shows; without content, and still a picture, where nothing was found."""
    import numpy as np

    page = picture.page
    image = np.frombuffer(picture.pixels, dtype=np.uint8).reshape(picture.height, picture.width, 3)
    result = _engine()(image)
    if result.txts is None:
        return page
    scale = max(page.width, page.height) / max(picture.width, picture.height)  # points in a pixel; the picture stands as the page is shown
    found: list[Fragment] = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        text = _spaced(" ".join(text.split()))
        if score < LEAST_SURE or not text:
            continue
        xs, ys = [float(x) for x, _ in corners], sorted(float(y) for _, y in corners)
        left, right = min(xs), max(xs)
        bottom = (ys[2] + ys[3]) / 2
        found.append(Fragment(text, left * scale, right * scale, (bottom - 0.15 * (bottom - ys[0])) * scale, _em(text, (right - left) * scale), True))
    return page_of(picture.width * scale, picture.height * scale, _levelled(found), ()) if found else page


def _spaced(text: str) -> str:
    """第一条加大产业用地供应力度 with the space that is printed behind its number, and that OCR sees only at times."""
    return _ARTICLE_RE.sub(r"\1 ", text)


def _em(text: str, width: float) -> float:
    """The width of a Han character in a line of this width; 0 for a line of Latin letters and digits."""
    if text.isascii():
        return 0.0
    return width / sum(_NARROW if c.isascii() else _STOP if unicodedata.category(c).startswith("P") else 1.0 for c in text)


def _levelled(fragments: list[Fragment]) -> list[Fragment]:
    """With one size of type for lines that nearly share it: short ones are measured badly."""
    usual = median([em for f in fragments if f.em for em in [f.em] * len(f.text)] or [0.0])
    return [f._replace(em=usual) if f.em and abs(f.em - usual) <= SAME_SIZE * usual else f for f in fragments]
