"""Where the server's routes are, and how it names itself in what it says about itself."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

SPARQL: Final = "/sparql"
GRAPHS: Final = "/graphs"
VOID: Final = "/.well-known/void"
HEALTH: Final = "/healthz"
METRICS: Final = "/metrics"


def origin(scope: Scope) -> str:
    """The scheme and host under which the client came: http://127.0.0.1:8765. The host was checked, or is what the client believes."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    safe = "".join(character for character in host if character.isalnum() or character in ".-:[]")
    if not safe:
        server = scope.get("server") or ("localhost", None)
        safe = f"{server[0]}:{server[1]}" if server[1] else server[0]
    return f"{scope['scheme']}://{safe}"
