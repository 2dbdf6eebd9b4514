"""What pages load — modules, styles, libraries — from memory: compressed once, under an address that names their state, so that browsers keep them."""

from __future__ import annotations

import gzip
import re
from functools import cached_property
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path
from posixpath import dirname, join, normpath

from starlette.requests import Request
from starlette.responses import Response

from zhengpu.queries.server.negotiation import takes_gzip
from zhengpu.queries.server.requests import headers

# import { html } from "../vendor/preact.js"; in what was minified: import{h as a}from"./shared-….js". Not import("…"), which is loaded when it is wanted.
_IMPORT_RE = re.compile(r"""\bfrom\s*["'](\.{1,2}/[^"']+)["']""")
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


class StaticFiles:
    """The files of a folder as they are when they are first wanted; a path that is none of theirs leads nowhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packed: dict[str, bytes] = {}

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Path below the folder -> content."""
        return {path.relative_to(self._folder).as_posix(): path.read_bytes() for path in sorted(self._folder.rglob("*")) if path.is_file()}

    @cached_property
    def version(self) -> str:
        """Another one when any file has changed."""
        state = blake2b(digest_size=8)
        for name, content in self.files.items():
            state.update(f"{name}\0{len(content)}\0".encode() + content)
        return state.hexdigest()

    def imported(self, name: str) -> tuple[str, ...]:
        """The modules that a module needs before it runs, those of its imports too; without it."""
        found: dict[str, None] = {}
        rest = [name]
        while rest:
            module = rest.pop(0)
            for target in _IMPORT_RE.findall(self.files[module].decode("utf-8")):
                path = normpath(join(dirname(module), target))
                if path not in found and path != name:
                    found[path] = None
                    rest.append(path)
        return tuple(found)

    async def response(self, request: Request) -> Response:
        """The file under {version}/{path}: for ever where the version is that of now."""
        name = request.path_params["path"]
        content = self.files.get(name)
        if content is None:
            return Response("There is no such file.\n", 404, media_type="text/plain")
        is_now = request.path_params["version"] == self.version
        told = {"Cache-Control": "public, max-age=31536000, immutable" if is_now else "no-store", "Vary": "Accept-Encoding"}
        if takes_gzip(headers(request.scope).encoding):
            if name not in self._packed:
                self._packed[name] = gzip.compress(content, 9, mtime=0)
            content = self._packed[name]
            told["Content-Encoding"] = "gzip"
        return Response(content, 200, told, _TYPES.get(Path(name).suffix) or guess_type(name)[0] or "application/octet-stream")
