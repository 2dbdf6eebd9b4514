#!/usr/bin/env python3
"""Pictures of the pages for the README: docs/screenshots/*.png, of the sample corpus, in a real Chromium.

    python scripts/screenshots.py

Needs playwright, Pillow and Chromium (apt-get install chromium fonts-noto-cjk). Each picture is drawn with 256 colours and stays below 200 kB.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browsing import Visit, chromium
from PIL import Image
from serving import served

import zhengpu
from zhengpu import ids

ROOT = Path(__file__).parents[1]

MOST = 200_000  # bytes
COLOURS = 256
WINDOW = {"width": 1280, "height": 800}
BUREAU = ids.institution("上海市徐汇区知识产权局")
NOTICE = f"{ids.base()}document/徐府发〔2024〕9号"
XUHUI = ids.region("310104")
PLACE = "健全完善统筹协调机制。"  # what the picture of reading shows

PAGES = {
    "overview": "/",
    "explore": f"/explore?around={quote(BUREAU)}&hops=2",
    "ask": "/ask?question=bodies-by-measures&view=bar",
    "read": f"/read?iri={quote(NOTICE)}",
    "compare": f"/compare?tab=similar&region={quote(XUHUI)}",
    "schedule": "/schedule?as_of=2024-09-01",
}


def main() -> None:
    target = ROOT / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        with as_file(files("zhengpu.samples")) as samples:
            zhengpu.build(sorted(samples.glob("*.txt")), store)
        with served(store) as server, chromium() as browser:
            for name, path in PAGES.items():
                server.ask("GET", "/api/quality")  # it counts what the first page shows of it
                visit = Visit(browser, server.url, viewport=WINDOW, color_scheme="light")
                page = visit.go(path)
                page.wait_for_load_state("networkidle")
                if name == "explore":
                    page.locator(".panel button.plain").filter(has_text=re.compile("上海市徐汇区知识产权局$")).first.click()
                    page.locator(".panel h3 + ul button.plain").filter(has_text="负责").nth(2).click()
                    page.locator(".proof mark").wait_for()
                    page.get_by_role("button", name="看全图").click()
                if name == "read":
                    page.locator(".text .fact").filter(has_text="区司法局").first.click()
                    page.locator(".text p").filter(has_text=PLACE).first.scroll_into_view_if_needed()
                page.wait_for_timeout(1000)
                size = save(page.screenshot(), target / f"{name}.png")
                print(f"{target.relative_to(ROOT)}/{name}.png  {size:,} bytes")
                if visit.complaints:
                    sys.exit("\n".join(visit.complaints))
                visit.close()


def save(picture: bytes, path: Path) -> int:
    """The bytes that the picture takes. Exits where they are too many."""
    made = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    made.save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST:
        sys.exit(f"{path} has {size:,} bytes, more than {MOST:,}: draw it with fewer colours.")
    return size


if __name__ == "__main__":
    main()
