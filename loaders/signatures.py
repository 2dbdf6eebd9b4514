"""What a file is by its bytes, whatever it is called: which of the formats that are no text reads it."""

from __future__ import annotations

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"  # gateways put lines of their own before it (ISO 32000-1, annex H: within the first 1,024 bytes)


def format_of(data: bytes, ending: str) -> str | None:
    """The module of `loaders` that reads such bytes; None where they are text, or nothing that is read. `ending` (.docx) decides on damaged files."""
    if data.startswith(_OLE) or data[:64].lstrip().startswith(b"{\\rtf"):
        return "office"
    if data.startswith(_PDF) or (ending == ".pdf" and _PDF in data[:1024]):
        return "pdf"
    if data.startswith(_ZIP):
        if data[30:120].startswith(_OPEN_DOCUMENT):
            return "office"
        # the names of the parts stand unpacked in the file
        if b"word/" in data or ending in (".docx", ".docm"):
            return "docx"
        if b"OFD.xml" in data or ending == ".ofd":
            return "ofd"
    return None
