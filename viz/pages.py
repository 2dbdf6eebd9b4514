"""The pages of the web application as routes: one small HTML frame each; a module of their own in `static/pages` draws them from the JSON API."""

from __future__ import annotations

import secrets
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from zhengpu.viz.standalone import packaged, template
from zhengpu.viz.static_files import StaticFiles

STATIC = StaticFiles(Path(str(files("zhengpu.viz"))) / "static")
MISSING = "missing"  # the page of an address where there is nothing
_FACTS = {"reference": "citation", "metadata": "field"}  # the graph's names for kinds of facts
_UNITS = frozenset({"outline", "goal", "measure", "unexplained"})  # marked in stand-alone pages only
# No inline script, no eval, no foreign origin; the query editor writes its style sheet with the nonce of the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page(name: str, status: int = 200, iri: str = "") -> HTMLResponse:
    """The frame of one page. `name` is that of a module in static/pages, `iri` the thing that the page is about where its address does not say."""
    nonce = secrets.token_urlsafe(16)
    module, style = f"pages/{name}.js", f"pages/{name}.css"
    sheets = ("palette.css", "app.css", style) if style in STATIC.files else ("palette.css", "app.css")
    told = {"page": name, "iri": iri, "nonce": nonce, "at": f"/static/{STATIC.version}", "sheets": sheets, "module": module}
    text = template("page.html").render(told, imported=STATIC.imported(module))
    headers = {
        "Content-Security-Policy": POLICY.format(nonce=nonce),
        "Cache-Control": "no-store",  # a nonce serves once
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return HTMLResponse(text, status, headers)


@cache
def legend(language: str) -> dict[str, Any]:
    """Kinds of nodes, edges and facts: what they are called and how they look; and the provinces, with their places in a map of tiles."""

    def told(kinds: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {key: {"label": kind[language], **{name: kind[name] for name in kind.keys() - {"zh", "en"}}} for key, kind in kinds.items()}

    looks = tomllib.loads(packaged("legend.toml"))
    facts = tomllib.loads(packaged("fact_kinds.toml"))
    kinds = told(facts["kind"])
    kinds = {_FACTS.get(name, name): kind for name, kind in kinds.items() if name not in _UNITS}
    provinces = tomllib.loads(packaged("provinces.toml"))
    return {"node": told(looks["node"]), "edge": told(looks["edge"]), "fact": kinds, "province": told(provinces)}


def _legend(request: Request) -> Response:
    return JSONResponse(legend("en" if request.query_params.get("lang") == "en" else "zh"), headers={"Cache-Control": "no-cache"})


def routes() -> list[BaseRoute]:
    """A page for each module in static/pages (the overview at /), what they load, and the legend."""
    names = sorted(Path(path).stem for path in STATIC.files if path.startswith("pages/") and path.endswith(".js"))

    def shown(name: str) -> Route:
        return Route("/" if name == "overview" else f"/{name}", lambda request: page(name), methods=["GET"], name=name)

    return [
        *(shown(name) for name in names if name != MISSING),
        Route("/api/legend", _legend, methods=["GET"], name="legend"),
        Route("/static/{version}/{path:path}", STATIC.response, methods=["GET"], name="static"),
    ]
