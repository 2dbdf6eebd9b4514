"""Where a server takes questions, updates and graphs: three addresses, of which a user knows one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import Request

from zhengpu.errors import QueryError
from zhengpu.graph.sources.connection import AGENT, Connection
from zhengpu.graph.sources.endpoint import Endpoint, endpoint


@dataclass(frozen=True, slots=True)
class Places:
    """The endpoints of one server; `update` and `graphs` (Graph Store Protocol) are None where it has none, or none is known.

    `has_default` tells whether it keeps a default graph of its own: Virtuoso's is the union of all its graphs, in which what two of them say counts twice."""

    query: Endpoint
    update: Endpoint | None
    graphs: Endpoint | None
    has_default: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether it takes graphs at the path of `zhengpu serve`, and no updates."""
        return self.update is None and self.graphs is not None and urlsplit(self.graphs.address).path == "/graphs"


@dataclass(frozen=True, slots=True)
class _Engine:
    """How one engine lays its addresses out: what its Server header begins with ("" for any), the path of its questions, and what replaces it."""

    server: str
    path_re: str
    update: str  # "" for none
    graphs: str
    has_default: bool = True


_ENGINES = (
    _Engine("Virtuoso", r"/sparql(-auth)?/?$", r"/sparql{auth}", r"/sparql-graph-crud{auth}", has_default=False),
    _Engine("Oxigraph", r"/(query)?$", r"/update", r"/store"),
    _Engine("", r"^(?P<base>.*/repositories/[^/]+)/?$", r"{base}/statements", r"{base}/rdf-graphs/service"),  # GraphDB, RDF4J
    _Engine("", r"^(?P<base>/[^/]+)/(query|sparql)/?$", r"{base}/update", r"{base}/data"),  # Jena Fuseki
    _Engine("", r"^/query/?$", r"/update", r"/store"),  # oxigraph behind another server
    _Engine("", r"^/sparql/?$", "", r"/graphs"),  # zhengpu serve: it takes graphs of documents, and no updates
)


def places(address: str, update: str | None = None, graphs: str | None = None, timeout: float | None = None) -> Places:
    """The addresses of the server that answers queries at `address`; `update` and `graphs` are believed where they are given, and guessed otherwise by what the
    server calls itself and by the path.

    Raises QueryError for an address that is none, and where no endpoint answers."""
    asked = endpoint(address)
    server = _server(asked, timeout)
    found = next((one for one in _ENGINES if server.startswith(one.server) and re.search(one.path_re, urlsplit(asked.address).path or "/")), None)
    guessed = {name: _guess(asked, found, path) for name, path in (("update", found.update), ("graphs", found.graphs)) if path} if found else {}
    return Places(
        asked,
        endpoint(update) if update else guessed.get("update"),
        endpoint(graphs) if graphs else guessed.get("graphs"),
        has_default=found is None or found.has_default,
    )


def _guess(asked: Endpoint, engine: _Engine, pattern: str) -> Endpoint:
    parts = urlsplit(asked.address)
    path = parts.path or "/"
    match = re.search(engine.path_re, path)
    named = match.groupdict() if match else {}
    auth = "-auth" if asked.user or asked.token else ""
    made = pattern.format(auth=auth, **named)
    if engine.server == "Virtuoso":  # /sparql may stand below another path
        made = re.sub(engine.path_re, "", path) + made
    address = urlunsplit(parts._replace(path=made, query=""))
    return replace(asked, address=address, name=urlunsplit(urlsplit(asked.name)._replace(path=made, query="")))


def _server(asked: Endpoint, timeout: float | None) -> str:
    """What the server calls itself, once it answers the simplest of questions. Raises QueryError where it does not."""
    connection = Connection(asked, timeout, is_stubborn=False)
    body = urlencode({"query": "ASK {}"}).encode()
    request = Request(asked.address, body, {"Accept": "application/sparql-results+json", "User-Agent": AGENT}, method="POST")
    reply = connection.send(request)
    if b'"boolean"' not in reply.body[:10_000]:
        start = reply.body[:120].decode("utf-8", "replace")
        raise connection.error("There is no SPARQL endpoint at this address; look at its path, which often ends in /sparql or /query", f"{start!r}")
    return reply.headers.get("Server", "")


def needed(found: Endpoint | None, option: str, asked: Endpoint) -> Endpoint:
    """The address, or QueryError where it could not be guessed."""
    if found is None:
        what = "takes updates (SPARQL 1.1 Update)" if option == "--update-endpoint" else "keeps graphs (SPARQL 1.1 Graph Store Protocol)"
        raise QueryError(f"Nobody knows at which address the server of {asked.name} {what}. Name it with {option} URL.")
    return found
