"""A real `oxigraph` server, over the index of a store or with nothing in it yet, for tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhengpu.errors import QueryError
from zhengpu.graph.sources.remote import RemoteSource
from zhengpu.graph.storage.store import Store

OXIGRAPH = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
MISSING = "the oxigraph server is not installed (pip install oxigraph)"


@contextmanager
def served(store: Store) -> Iterator[str]:
    """The address of an endpoint over the store's index, while it stands."""
    place = store.folder / "index" / store.state / "graph"
    with _standing("serve-read-only", "--location", str(place)) as address:
        yield address


@contextmanager
def empty(folder: Path | None = None) -> Iterator[str]:
    """The address of an endpoint that can be written to, in memory or in a folder, while it stands."""
    with _standing("serve", *(("--location", str(folder)) if folder else ())) as address:
        yield address


@contextmanager
def _standing(*command: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/query"
    with subprocess.Popen([str(OXIGRAPH), *command, "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                try:
                    RemoteSource(address).query("ASK {}")
                    break
                except QueryError:
                    time.sleep(0.1)
            yield address
        finally:
            server.kill()
