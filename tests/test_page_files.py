"""What the pages load: every module that is named is there, everything is addressed by its state, and nothing else can be reached."""

from __future__ import annotations

import asyncio
import gzip
import re
from posixpath import dirname, join, normpath

import pytest
from starlette.requests import Request
from starlette.responses import Response

from zhengpu.viz.pages import MISSING, STATIC, page, routes

MODULES = sorted(name for name in STATIC.files if name.endswith(".js") and not name.startswith("vendor/"))
PAGES = sorted(name for name in STATIC.files if name.startswith("pages/") and name.endswith(".js"))
_NAMED_RE = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


def asked(path: str, version: str = STATIC.version, encoding: str = "") -> Response:
    scope = {"type": "http", "headers": [(b"accept-encoding", encoding.encode())], "path_params": {"version": version, "path": path}}
    return asyncio.run(STATIC.response(Request(scope)))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_that_is_imported_is_there(module: str) -> None:
    named = {normpath(join(dirname(module), target)) for target in _NAMED_RE.findall(STATIC.files[module].decode())}
    assert named <= set(STATIC.files)


@pytest.mark.parametrize("module", PAGES)
def test_a_page_names_what_it_will_need_before_it_runs(module: str) -> None:
    html = bytes(page(module.removeprefix("pages/").removesuffix(".js")).body).decode()
    ahead = re.findall(rf'modulepreload" href="/static/{STATIC.version}/([^"]+)"', html)
    assert {"vendor/preact.js", "words/zh.js", "words/en.js"} <= set(ahead) <= set(STATIC.files)
    assert len(ahead) == len(set(ahead))
    assert not {"vendor/charts.js"} & set(ahead)  # loaded when a picture is wanted
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", html)


def test_the_policy_allows_no_inline_script_and_its_nonce_serves_once() -> None:
    first, second = page("overview"), page("overview")
    policies = [response.headers["content-security-policy"] for response in (first, second)]
    assert policies[0] != policies[1]
    assert all("unsafe" not in policy and "script-src 'self';" in policy and "default-src 'none'" in policy for policy in policies)
    assert first.headers["cache-control"] == "no-store"


def test_files_are_kept_while_they_are_what_they_were() -> None:
    assert "immutable" in asked("app/api.js").headers["cache-control"]
    assert asked("app/api.js", version="other").headers["cache-control"] == "no-store"
    packed = asked("vendor/graph.js", encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(packed.body)) == STATIC.files["vendor/graph.js"]
    assert "content-encoding" not in asked("vendor/graph.js").headers
    assert asked("app/api.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["", "..", "../pages.py", "app/../../pages.py", "/etc/passwd", "app", "app/API.js", "app/api.js/"])
def test_nothing_else_can_be_reached(path: str) -> None:
    assert asked(path).status_code == 404


def test_every_page_has_an_address_but_that_of_missing_ones() -> None:
    names = {route.name for route in routes() if hasattr(route, "name")}
    assert {name.removeprefix("pages/").removesuffix(".js") for name in PAGES} - names == {MISSING}
