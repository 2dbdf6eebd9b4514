"""What every page has in common that stands alone: no server, no internet, no other file.

Text from documents is data: it is escaped by the template or travels in a JSON block and is shown with `textContent`, and a content security policy
names the hashes of the only scripts and the one style sheet that may count.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

# Controls, lone surrogates and the marks that turn the direction of text: shown as �, so that a name cannot disguise itself.
_UNSHOWN_RE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(text: str) -> str:
    """The text as a page may show it; of equal length."""
    return _UNSHOWN_RE.sub("\ufffd", text)


def policy(scripts: Iterable[str], style: str) -> str:
    """The content security policy of a page with these inline scripts and this style sheet, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_source, scripts))}",
            f"style-src {_source(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _source(text: str) -> str:
    """The source expression of a content security policy for an inline script or style (CSP level 2)."""
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def packaged(name: str) -> str:
    """A file of this folder, with line ends as an HTML parser sees them, or the hash of its text would differ."""
    return files("zhengpu.viz").joinpath(name).read_text("utf-8").replace("\r\n", "\n")


def styles(*names: str) -> str:
    """The style sheets of a page as one, with the colours of all pages."""
    return "".join(map(packaged, ("static/palette.css", *names)))


@cache
def template(name: str) -> Template:
    """A template of this folder; what goes into it is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(packaged))
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment.get_template(name)
