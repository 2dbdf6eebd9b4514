"""Files for fuzzing: one good file of each format, ways to damage it, and files that mean harm. The same seed makes the same files."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files

import docx_parts
import ofd_printer
import raw_pdf

PLAN = files("zhengpu.samples").joinpath("xuhui-2024-protection-zone.txt").read_text("utf-8")
LINES = [line for line in PLAN.splitlines() if line.strip()][:60]
PAGE = "<!DOCTYPE html><html><head><meta charset=utf-8><title>工作方案</title></head><body><div id=zoom>{}</div></body></html>"
TABLE = [["序号", "指标名称", "2026年", "责任单位"], ["1", "床位数（张）", "500", "市卫生健康委"], ["2", "医师数（名）", "300", "市卫生健康委"]]


# Good files ----------------------------------------------------------------------------------------------------------------


def good() -> dict[str, bytes]:
    """A plan in each format, by the name of its file."""
    text = "\n".join(LINES)
    body = "".join(f"<p>{line}</p>" for line in LINES)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TABLE)
    word = "".join(map(docx_parts.paragraph, LINES)) + docx_parts.table(*(docx_parts.row(*row) for row in TABLE))
    printed = ofd_printer.Printer().paragraphs(LINES[1:25], title=LINES[0])
    printed.table(TABLE, [20, 50, 40, 46])
    markdown = "\n\n".join(f"## {line}" if len(line) < 20 else line for line in LINES) + "\n\n|" + "|\n|".join("|".join(row) for row in TABLE) + "|\n"
    made = {
        "plan.txt": text.encode(),
        "plan-gb.txt": text.encode("gb18030"),
        "plan-16.txt": text.encode("utf-16"),
        "plan.html": PAGE.format(body + f"<table border=1>{rows}</table>").encode(),
        "plan.md": markdown.encode(),
        "plan.docx": docx_parts.package(word),
        "plan.ofd": ofd_printer.ofd(printed),
        "plan.pdf": pdf(),
        "plans.csv": table(),
        "plans.jsonl": "".join(json.dumps({"标题": f"方案{n}", "正文": text}, ensure_ascii=False) + "\n" for n in range(3)).encode(),
    }
    return made | {"plans.zip": docx_parts.zipped({name: made[name] for name in ("plan.txt", "plan.html", "plan.docx", "plan.ofd", "plans.csv")})}


def table() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["标题", "正文"], *([f"方案{n}", "\n".join(LINES)] for n in range(3))])
    return out.getvalue().encode()


def pdf() -> bytes:
    """A plan on pages, 35 characters in a line."""
    broken = [line[at : at + 35] for line in LINES for at in range(0, len(line), 35)]
    pages = [broken[at : at + 25] for at in range(0, len(broken), 25)]
    return raw_pdf.pages_of(b"".join(raw_pdf.shown(line, 72, 770 - 26 * n) for n, line in enumerate(page)) for page in pages)


# Damage --------------------------------------------------------------------------------------------------------------------


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice([1, 5, 50])):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def doubled(data: bytes, chance: random.Random) -> bytes:
    """A block stands there once more."""
    first, last = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:last] + data[first:last] * chance.choice([1, 3]) + data[last:]


def swapped(data: bytes, chance: random.Random) -> bytes:
    """Two neighbouring blocks have changed places."""
    first, middle, last = sorted(chance.randrange(len(data)) for _ in range(3))
    return data[:first] + data[middle:last] + data[first:middle] + data[last:]


def lost(data: bytes, chance: random.Random) -> bytes:
    """A block is gone, or nothing but NUL."""
    first = chance.randrange(len(data))
    last = min(len(data), first + chance.choice([1, 40, 4000]))
    return data[:first] + b"\x00" * (last - first) * chance.randrange(2) + data[last:]


DAMAGE: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, flipped, doubled, swapped, lost)


def damaged(originals: Mapping[str, bytes], times: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Each file damaged so many times in each way; of a ZIP also the members, packed again in good order. Names tell the way and the turn."""
    for name, data in originals.items():
        chance = random.Random(f"{seed} {name}")
        for turn in range(times):
            for way in DAMAGE:
                yield f"{way.__name__}-{turn}-{name}", way(data, chance)
                if data.startswith(b"PK"):
                    yield f"{way.__name__}-inside-{turn}-{name}", inside(data, way, chance)


def inside(data: bytes, way: Callable[[bytes, random.Random], bytes], chance: random.Random) -> bytes:
    """A ZIP one of whose members is damaged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(name for name, part in parts.items() if part))
    return docx_parts.zipped(parts | {name: way(bytes(parts[name]), chance)})


# Harm ----------------------------------------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE d [<!ENTITY a "哈哈哈哈">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)) + "]>"
OUTSIDE = '<!DOCTYPE d [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
BOMB = b"\x00" * (96 << 20)
MEGABYTES = 10_000_000  # bytes of a line without end


def mixed(length: int, seed: int = 5) -> str:
    """Words of plans at random, which pack too badly for the limit on bombs."""
    words = random.Random(seed)
    return "".join(words.choices("推进公共服务工作全面提升能力水平、，《》（）市教育局0123456789年亿元%：到达", k=length))


def harm() -> dict[str, Callable[[], bytes]]:
    """Files that mean harm, each made when it is wanted."""
    zipped, package, ofd, xml = docx_parts.zipped, docx_parts.package, ofd_printer.zipped, ofd_printer.xml
    page = PAGE.format

    def table_of(cell: str, times: int, rows: int = 1) -> bytes:
        return page(f"<table border=1>{f'<tr>{cell * times}</tr>' * rows}</table><p>正文。</p>").encode()

    def nested(depth: int) -> bytes:
        data = zipped({"plan.txt": "一、总体要求"})
        for _ in range(depth):
            data = zipped({"a.zip": data, "b.zip": data})
        return data

    def ofd_with(part: str, content: str) -> bytes:
        return ofd(ofd_printer.parts([ofd_printer.page_xml("")]) | {part: content})

    def line(piece: str) -> bytes:
        return (piece * (MEGABYTES // len(piece.encode()))).encode()

    first_page = "Doc_0/Pages/Page_0/Content.xml"
    return {
        "ratio.zip": lambda: zipped({"plan.txt": BOMB}),
        "many.zip": lambda: zipped({f"{n}.txt": "甲" for n in range(20_000)}),
        "nested.zip": lambda: nested(12),
        "out.zip": lambda: zipped({"../../plan.txt": PLAN, "/etc/plan.txt": PLAN, "C:\\plan.txt": PLAN, "..\\..\\plan.html": page(PLAN), "./.././": b""}),
        "names.zip": lambda: zipped({"甲" * 20_000 + ".txt": PLAN, "\x1b[31m.txt": PLAN, "a\nb.txt": PLAN}),
        "ratio.docx": lambda: zipped({"[Content_Types].xml": "", "word/document.xml": BOMB}),
        "blank.docx": lambda: package(" " * (60 << 20)),
        "laughs.docx": lambda: package(docx_parts.paragraph("&j;"), prolog=LAUGHS),
        "outside.docx": lambda: package(docx_parts.paragraph("&j;"), prolog=OUTSIDE),
        "span.docx": lambda: package(docx_parts.table(*[docx_parts.row(docx_parts.cell("甲", '<w:gridSpan w:val="1000000000"/>'), "乙")] * 500)),
        "wide.docx": lambda: package(docx_parts.table(*(docx_parts.row(*(mixed(4, n) for n in range(5_000))) for _ in range(4)))),
        "deep.docx": lambda: package("<w:tbl><w:tr><w:tc>" * 4_000 + "</w:tc></w:tr></w:tbl>" * 4_000),
        "line.docx": lambda: package(docx_parts.paragraph(mixed(3_000_000))),
        "ratio.ofd": lambda: ofd({"OFD.xml": BOMB}),
        "laughs.ofd": lambda: ofd_with("OFD.xml", LAUGHS + "<d>&j;</d>"),
        "outside.ofd": lambda: ofd_with(first_page, OUTSIDE + "<d>&j;</d>"),
        "deep.ofd": lambda: ofd_with(first_page, xml("Page", "<ofd:Content>" + "<ofd:PageBlock>" * 5_000 + "</ofd:PageBlock>" * 5_000 + "</ofd:Content>")),
        "places.ofd": lambda: ofd(ofd_printer.parts([ofd_printer.page_xml("".join(ofd_printer.Printer().text(PLAN[:2000], 1e12, -1e12, 1e9).pages[0]))])),
        "steps.ofd": lambda: ofd_with("OFD.xml", xml("OFD", "<ofd:DocBody><ofd:DocRoot>" + "../" * 50_000 + "etc/passwd</ofd:DocRoot></ofd:DocBody>")),
        "laughs.html": lambda: (LAUGHS + page("&j;正文。")).encode(),
        "span.html": lambda: table_of("<td rowspan=1000000000 colspan=1000000000>甲</td>", 30, 300),
        "wide.html": lambda: table_of("<td>甲</td>", 20_000, 4),
        "tall.html": lambda: table_of("<td rowspan=65534>甲</td>", 3, 50_000),
        "deep.html": lambda: page("<div>" * 200_000 + "正文").encode(),
        "lists.html": lambda: page("<ul><li>甲" * 2_500).encode(),
        "tables.html": lambda: page("<table><tr><td>甲" * 900).encode(),
        "line.html": lambda: page("<p>" + "推进公共服务工作，" * 370_000).encode(),
        "nul.html": lambda: page("<p>正\x00文。</p>" * 20_000).encode(),
        "lists.md": lambda: "".join("  " * depth + "- 推进工作\n" for depth in range(3_000)).encode(),
        "quotes.md": lambda: (">" * 50_000 + "推进工作\n").encode(),
        "links.md": lambda: ("[" * 50_000 + "推进工作" + "](" * 50_000).encode(),
        "ticks.md": lambda: "".join("`" * n + "甲" for n in range(1, 2_500)).encode(),
        "wide.md": lambda: ("|甲" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "|乙" * 20_000 + "|\n").encode(),
        "line.md": lambda: line("推进**公共**服务《"),
        "line.txt": lambda: line("推进公共服务工作，到2026年达到100亿元（责任单位：市教育局、"),
        "digits.txt": lambda: line("9"),
        "marks.txt": lambda: line("（"),
        "wide.txt": lambda: ("|".join(["指标"] * 20_000) + "\n" + "|".join(["2026年"] * 20_000) + "\n").encode() * 3,
        "nul.txt": lambda: PLAN.replace("、", "\x00").encode(),
        "mixed.txt": lambda: (PLAN.encode() + PLAN.encode("gb18030") + PLAN.encode("utf-16")) * 2,
        "big5.txt": lambda: "推動經濟社會發展，提升公共服務水平".encode("big5") * 3_000,
        "half.txt": lambda: PLAN.encode("utf-16")[:-1],
        "wide.csv": lambda: (",".join(f"列{n}" for n in range(50_000)) + "\n" + "," * 50_000 + "\n").encode(),
        "line.csv": lambda: "标题,正文\n".encode() + line("推进公共服务工作，"),
        "open.csv": lambda: '标题,正文\n"方案","'.encode() + "正文\n".encode() * 200_000,
        "nul.csv": lambda: table().replace(b"\n", b"\x00\n"),
        "deep.jsonl": lambda: b'{"text": ' + b"[" * 200_000 + b"\n" + b'{"text": ' + b'{"a":' * 200_000 + b"\n",
        "number.jsonl": lambda: b'{"title": ' + b"9" * 100_000 + b', "text": 1e999}\n{"text": NaN}\n{"text": "\\ud800"}\n',
        "line.jsonl": lambda: b'{"text": "' + line("推进公共服务工作，") + b'"}\n',
        "pages.pdf": lambda: raw_pdf.pages_of(raw_pdf.shown(f"{n}.推进公共服务工作。", 72, 700) for n in range(5_000)),
        "ratio.pdf": lambda: raw_pdf.pages_of([b" " * (200 << 20)]),
        "line.pdf": lambda: raw_pdf.pages_of([raw_pdf.shown("推进公共服务工作，" * 40_000, 72, 700)]),
        "name.pdf": lambda: PLAN.encode(),
        "name.docx": lambda: PLAN.encode(),
        "name.zip": lambda: pdf(),
        "empty.ofd": lambda: b"",
        "empty.html": lambda: b"\x00" * 5_000,
    }
