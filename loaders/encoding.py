"""Bytes of a text file -> characters: byte order marks, UTF-8, GB18030, then charset-normalizer's best guess."""

from __future__ import annotations

import codecs
import unicodedata

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
MOST_DAMAGED = 50  # one character in so many; what reads as UTF-8 in all others is UTF-8, for other encodings do not by chance
COMMON = 0.08
_COMMONEST = frozenset(
    "的一是不了在人有为大来以个中上到国和地子时出要于下得年生自会后能对事所行过家用发作方成者多日三小二同经法进分定主公部政府工市区实施管理务业产单位责任"
    "關實業產單責務國會為發經過進個來對時後區縣與於"
)
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
            text = _mended(data, encoding)
        if text and _plausible(text) and not (encoding == "gb18030" and _is_big5(data, text)):
            return text
    return _guessed(data, name)


def _mended(data: bytes, encoding: str) -> str:
    """The text with U+FFFD where a few bytes are damaged (a file cut off inside a character, a page put together from two); "" for more than a few."""
    text = data.decode(encoding, "replace")
    damaged = text.count("\ufffd")
    if damaged * MOST_DAMAGED > sum(char > "\x7f" for char in text) or (encoding != "utf-8" and _commonness(text) < COMMON):
        return ""
    return text


def _commonness(text: str) -> float:
    """The share of the commonest characters among the Chinese ones: a quarter in real text, a fiftieth in bytes read in the wrong encoding."""
    han = [char for char in text[:20_000] if "\u4e00" <= char <= "\u9fff"]
    return sum(char in _COMMONEST for char in han) / len(han) if han else 0.0


def _is_big5(data: bytes, text: str) -> bool:
    """Whether bytes that can be read as GB18030 make sense in Big5 only: most Big5 texts are also valid GB18030."""
    return _commonness(text) < COMMON and _commonness(data.decode("big5hkscs", "replace")) > COMMON


def _is_text(data: bytes, signature: bytes) -> bool:
    """Whether a short signature is by chance the beginning of a text: "BM" may start an English word."""
    return signature in (b"BM", b"RIFF", b"GIF8") and b"\x00" not in data[:4096] and max(data[:4096]) < 0x80


def _plausible(text: str) -> bool:
    """Whether a decoding reads as text: hardly any control characters, private or unassigned code points."""
    sample = text[:20_000]
    if sample.replace("\n", "").replace("\r", "").replace("\t", "").replace("\u3000", "").isprintable():  # most texts
        return True
    odd = sum(sample.count(char) for char in set(sample) if char in _CONTROLS or unicodedata.category(char) in ("Co", "Cn", "Cs"))
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
