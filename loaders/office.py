"""DOC, WPS, ODT, RTF -> Document: LibreOffice, where it is on the machine, turns them into DOCX, and that is read."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import docx
from zhengpu.loaders.limits import limits
from zhengpu.model import Document

MOST_MEMORY = 4 * 1024 * 1024  # KiB of address space; a conversion of 300 pages takes 1.5 GiB of it, most never touched
LARGEST_OUTPUT = 256 * 1024  # KiB of any file that it writes
_OLE, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:\\Program Files\\LibreOffice\\program\\soffice.com",
    "C:\\Program Files (x86)\\LibreOffice\\program\\soffice.com",
)
_SAVE_AS = "save the file as DOCX in the program that made it"


def document(data: bytes, *, source: str, digest: str) -> Document:
    """The Document of such a file. Raises UnreadableDocument where it is damaged or locked, and where LibreOffice is missing or cannot convert it."""
    ending = source.rpartition(".")[2].lower()
    form = "doc" if data.startswith(_OLE) else "rtf" if data[:64].lstrip().startswith(_RTF) else "odt"
    if form == "doc":
        _check_streams(data, source)
        # a WPS file of today is one of Word 97 under another name; under its own it would be taken for one of Microsoft Works
        if ending == "wps":
            form = "wps"
    named = "doc" if form == "wps" and _has(data, "WordDocument") else form
    return docx.document(_converted(data, f"document.{named}", source), source=source, digest=digest, form=form)


def _check_streams(data: bytes, source: str) -> None:
    """Says by the names of its streams what an old office file is that holds no text document."""
    if _has(data, "EncryptedPackage"):
        raise UnreadableDocument(f"{source}: is locked with a password. Open it with the password and save it without.")
    if not _has(data, "WordDocument"):
        for stream, what in (("Workbook", "a spreadsheet"), ("Book", "a spreadsheet"), ("PowerPoint Document", "a presentation")):
            if _has(data, stream):
                raise UnreadableDocument(f"{source}: is {what}, not a text document. Save its sheets as CSV, or its text as DOCX.")


def _has(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") + b"\0\0" in data


def soffice() -> str | None:
    """The program that converts; None where it is not installed. ZHENGPU_SOFFICE names one in an unusual place."""
    named = os.environ.get("ZHENGPU_SOFFICE")
    if named:
        return shutil.which(named)
    return shutil.which("soffice") or shutil.which("libreoffice") or next((place for place in _PLACES if Path(place).is_file()), None)


def _converted(data: bytes, name: str, source: str) -> bytes:
    """The bytes of the DOCX that LibreOffice makes of a file, in a folder of its own with a profile of its own, both gone afterwards."""
    program = soffice()
    if program is None:
        raise UnreadableDocument(
            f"{source}: files of this kind are read through LibreOffice, which is not on this machine. "
            f"Install it (apt install libreoffice-writer-nogui, or https://www.libreoffice.org), or {_SAVE_AS}."
        )
    with tempfile.TemporaryDirectory(prefix="zhengpu-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_bytes(files("zhengpu.loaders").joinpath("office.xcu").read_bytes())
        (folder / name).write_bytes(data)
        said = _run(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
                *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(folder / name)),
            ],
            folder,
            source,
        )
        result = folder / "out" / f"{name.rpartition('.')[0]}.docx"
        if not result.is_file():
            reason = next((line.strip() for line in reversed(said.splitlines()) if "rror" in line), "it is damaged or locked with a password")
            raise UnreadableDocument(f"{source}: LibreOffice could not convert it ({reason.replace(str(folder), '')[:200]}). Please {_SAVE_AS}.")
        return result.read_bytes()


def _run(command: list[str], folder: Path, source: str) -> str:
    """What the program said. Raises UnreadableDocument if it takes too long; it and what it started are then ended."""
    posix = os.name == "posix"
    if posix:
        command = ["sh", "-c", f'ulimit -v {MOST_MEMORY} 2>/dev/null; ulimit -f {LARGEST_OUTPUT * 2} 2>/dev/null; exec "$@"', "sh", *command]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=posix
    )
    try:
        said, _ = process.communicate(timeout=limits().conversion)
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(f"{source}: LibreOffice took more than {limits().conversion} seconds over it and was ended. Please {_SAVE_AS}.") from None
    finally:
        _end(process)
    return said.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it started, if it still runs: it is a script that starts another program, which starts a third."""
    if process.poll() is None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
