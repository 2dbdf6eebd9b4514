"""`zhengpu serve`: the store over HTTP."""

from __future__ import annotations

import sys
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, StoreOption
from zhengpu.errors import BadParameter

if TYPE_CHECKING:
    from socket import socket

    from zhengpu.queries.server.service import Service

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LEAST_TOKEN = 16  # characters


def serve(
    store: StoreOption = DEFAULT_STORE,
    host: Annotated[str, typer.Option("--host", help="The address to listen at; other machines reach 0.0.0.0, or ::.")] = LOOPBACK[0],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8765,
    writable: Annotated[bool, typer.Option("--writable", help="Let clients that know the token put and delete documents' graphs.")] = False,
    token_file: Annotated[Path | None, typer.Option("--token-file", metavar="FILE", help="The file that holds the token for writing.")] = None,
    cors: Annotated[str | None, typer.Option("--cors", metavar="ORIGIN", help="The site whose pages may read answers, or * for all.")] = None,
    seconds: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for one query; then it is ended.")] = 10.0,
    rows: Annotated[int, typer.Option("--max-rows", min=1, help="Rows or triples of one answer.")] = 100_000,
    size: Annotated[int, typer.Option("--max-bytes", min=1024, help="Bytes of one answer.")] = 64 << 20,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes for quick queries.  [default: one a core, at least 2]")] = None,
    memory: Annotated[int, typer.Option("--max-memory", min=64, help="MiB that one query may take.")] = 1024,
    cache: Annotated[int, typer.Option("--cache", min=0, help="MiB of small answers kept until the store changes.")] = 32,
    log: Annotated[str, typer.Option("--log", metavar="FILE|-", help="The access log, JSON lines; - is standard error.")] = "",
    show: Annotated[bool, typer.Option("--open", help="Open the pages in the browser.")] = False,
) -> None:
    """Serve the store over HTTP, closed and read-only: pages to explore and read it, the JSON API, SPARQL 1.1 at /sparql, graphs at /graphs.

    Queries run in processes of their own that are ended at the limits. A finished build is seen without a restart. Ctrl-C stops the server.

    \b
    Examples:
      zhengpu serve --open
      zhengpu serve --store plans --port 8080 --timeout 30
      zhengpu serve --host 0.0.0.0 --cors https://example.org --log access.jsonl
      zhengpu serve --writable --token-file token.txt
    """
    from zhengpu.queries.server.limits import MIB, Limits
    from zhengpu.queries.server.service import Service

    if cors is not None and cors != "*" and not cors.startswith(("http://", "https://")):
        raise BadParameter(f"--cors {cors!r} is no origin. Give one such as https://example.org, or *.")
    usual = Limits()
    limits = Limits(
        seconds=seconds, rows=rows, bytes=size, memory=memory * MIB, workers=workers or usual.workers, quick=min(usual.quick, seconds / 2), cache=cache * MIB
    )
    service = Service(store, limits, token=_token(writable, token_file))
    _run(service, _listening(host, port), host, log, cors, show)


def _token(writable: bool, file: Path | None) -> str | None:
    """The token that lets write, None for a server that only reads. Raises BadParameter."""
    if not writable:
        if file is not None:
            raise BadParameter("--token-file goes with --writable.")
        return None
    if file is None:
        raise BadParameter("--writable wants --token-file FILE: whoever writes must know what stands in it.")
    try:
        token = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadParameter(f"The token in {file} cannot be read: {error}") from None
    if len(token) < _LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise BadParameter(f"The token in {file} must have at least {_LEAST_TOKEN} printable ASCII characters without spaces.")
    return token


def _listening(host: str, port: int) -> socket:
    """A socket at that address. Raises BadParameter where it cannot be had."""
    import socket

    try:
        families = [found[0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        family = socket.AF_INET if socket.AF_INET in families else families[0]  # `localhost` is 127.0.0.1 to most clients
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise BadParameter(f"The server cannot listen at {host}, port {port}: {error}. Choose another with --host and --port (0 takes a free one).") from None


def _run(service: Service, listening: socket, host: str, log: str, cors: str | None, show: bool) -> None:
    """Serves until SIGINT or SIGTERM. Raises StoreError where the store cannot be read, BadParameter where the log cannot be written."""
    from contextlib import ExitStack

    from zhengpu.queries.server.access_log import AccessLog
    from zhengpu.queries.server.server import serve as serve_on
    from zhengpu.viz.app import application

    address, port = listening.getsockname()[:2]
    hosts = (*LOOPBACK, host) if ip_address(address).is_loopback else None
    url = f"http://{f'[{address}]' if ':' in address else address}:{port}/"
    with ExitStack() as stack:
        stack.enter_context(listening)
        try:
            stream = sys.stderr if log == "-" else stack.enter_context(open(log, "a", buffering=1)) if log else None
        except OSError as error:
            raise BadParameter(f"The log {log} cannot be written: {error}") from None
        served = application(service, AccessLog(stream) if stream else None, hosts=hosts, origin=cors)

        def ready() -> None:
            held = service.pool.contents
            console.say(f"{service.folder}: {held.documents} documents, {held.triples} triples, {'in memory' if held.in_memory else 'on disk'}")
            console.say(f"{url} shows the pages 在浏览器里打开, {url}sparql answers SPARQL. Ctrl-C stops the server.")
            sys.stdout.flush()
            if show:
                import webbrowser

                webbrowser.open(url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:"))

        serve_on(served, service, listening, ready)
