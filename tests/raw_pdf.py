"""PDFs written object by object, for tests: as many pages as wanted, and files that mean harm."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    b"/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 94 500]"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def file_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """The file of objects 1, 2, …; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, trailer, len(out)
    )  # fmt: skip


def stream(data: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    if packed:
        data, entries = zlib.compress(data), entries + b"/Filter/FlateDecode"
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(data), entries, data)


def shown(text: str, x: float, y: float, size: float = 12, *, turned: int = 0, mode: int = 0) -> bytes:
    """The operators that print a line at a place, counted from the lower left; `turned` in degrees against the clock."""
    matrix = {0: b"1 0 0 1", 90: b"0 1 -1 0", 180: b"-1 0 0 -1", 270: b"0 -1 1 0", 45: b".7 .7 -.7 .7"}[turned]
    return b"BT /F %g Tf %d Tr %b %g %g Tm <%b> Tj ET\n" % (size, mode, matrix, x, y, text.encode("utf-16-be").hex().encode())


def line(x: float, y: float, u: float, v: float) -> bytes:
    return b"%g %g m %g %g l S\n" % (x, y, u, v)


def pages_of(contents: Iterable[bytes], size: tuple[float, float] = (595, 842), entries: bytes = b"", *, packed: bool = True) -> bytes:
    """The file of pages with these contents."""
    parts = list(contents)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(parts)))
    objects = [CATALOG, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(parts)), FONT]
    for number, content in enumerate(parts):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>%b>>" % (*size, 5 + 2 * number, entries)
        objects += [page, stream(content, packed=packed)]
    return file_of(objects)
