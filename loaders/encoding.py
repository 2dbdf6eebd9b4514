"""Bytes of a text file -> characters: byte order marks, UTF-8, GB18030, then charset-normalizer's best guess."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter

from zhengpu.errors import UnreadableDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What real formats begin with; a picture renamed .txt is named for what it is.
_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a bitmap picture",
    b"RIFF": "a media file",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"SQLite format 3": "a database",
}
_CONTROLS = frozenset(chr(code) for code in (*range(9), *range(14, 27), 28, 29, 30, 31, 127))


def decoded(data: bytes, name: str) -> str:
    """The characters of a text file. Raises UnreadableDocument, naming the file, for an empty or binary one or an unknown encoding."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise UnreadableDocument(f"{name}: the file is empty. Nothing was read; check the download or the export that wrote it.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableDocument(f"{name}: begins as {encoding} but breaks off at byte {error.start}. Save it as UTF-8 and try again.") from None
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature) and not _is_text(data, signature):
            raise UnreadableDocument(f"{name}: this is {what}, not a text file. Convert it to text (UTF-8) first.")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _plausible(text):
            return text
    return _guessed(data, name)


def _is_text(data: bytes, signature: bytes) -> bool:
    """Whether a short signature is by chance the beginning of a text: "BM" may start an English word."""
    return signature in (b"BM", b"RIFF", b"GIF8") and b"\x00" not in data[:4096] and max(data[:4096]) < 0x80


def _plausible(text: str) -> bool:
    """Whether a decoding reads as text: hardly any control characters, private or unassigned code points."""
    sample = text[:20_000]
    odd = sum(count for char, count in Counter(sample).items() if char in _CONTROLS or unicodedata.category(char) in ("Co", "Cn", "Cs"))
    return odd <= len(sample) // 200


def _guessed(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is not None and best.encoding:
        try:
            text = data.decode(best.encoding)
        except (UnicodeDecodeError, LookupError):
            text = ""
        if text and _plausible(text) and any("\u4e00" <= char <= "\u9fff" for char in text[:20_000]):
            return text
    raise UnreadableDocument(
        f"{name}: not a text in an encoding this program knows (UTF-8, GB18030, UTF-16, Big5 …), or a binary file. Save it as UTF-8 and try again."
    )
