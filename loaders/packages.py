"""A ZIP package of XML parts (DOCX and its kin): parts by their paths, without entities, network or trees that fill the memory."""

from __future__ import annotations

import re
from posixpath import join, normpath

from lxml import etree

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.archive import Archive
from zhengpu.loaders.limits import limits, setting

_DTD_RE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")
_SAVE_AGAIN = "Open it in the program that made it and save it again."
# "Strict Open XML" has other names than all other files for the same things (ISO/IEC 29500-1 and -4)
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMES = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)


class Package:
    """The parts of a file by their paths (word/document.xml), case ignored. `source` is the name that error messages give."""

    def __init__(self, data: bytes, source: str) -> None:
        """Raises UnreadableDocument for a ZIP that is damaged or beyond the limits."""
        self.source = source
        self._archive = Archive(data, source)
        self._names = {name.lower(): name for name in self._archive.names}

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._names

    def xml(self, path: str) -> etree._Element | None:
        """The root element of a part, None where there is none. Comments and processing instructions are left out. Raises UnreadableDocument."""
        name = self._names.get(path.lower())
        if name is None:
            return None
        data = self._archive.read(name)
        if _DTD_RE.search(data):
            raise self._refused(path, "declares entities, which no word processor does")
        if data.count(b"<") + data.count(b"=") > limits().marks:
            raise self._refused(path, f"has more than {limits().marks:,} tags and attributes ({setting('marks')})")
        if _STRICT in data:
            for strict, usual in _NAMES:
                data = data.replace(strict, usual)
        # the standard knows two encodings; another would pass the checks above unseen
        encoding = None if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        parser = etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._refused(path, f"is not well-formed XML ({error})") from None

    def related(self, path: str = "") -> dict[str, list[str]]:
        """What a part (the package itself: "") relates to: kind of relation (officeDocument, styles, header) -> paths of parts, in the order of the file."""
        folder, _, name = path.rpartition("/")
        root = self.xml(join(folder, "_rels", f"{name}.rels"))
        found: dict[str, list[str]] = {}
        for relation in root if root is not None else ():
            target = relation.get("Target") or ""
            if target and relation.get("TargetMode") != "External":
                whole = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found.setdefault((relation.get("Type") or "").rpartition("/")[2], []).append(whole)
        return found

    def _refused(self, path: str, why: str) -> UnreadableDocument:
        return UnreadableDocument(f"{self.source}: its part {path} {why}. {_SAVE_AGAIN}")
