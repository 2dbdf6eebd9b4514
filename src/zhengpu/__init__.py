"""zhengpu 政谱: Chinese government plans as an RDF knowledge graph in which every statement points at the words that prove it.

    import zhengpu

    zhengpu.build("plans/", "my-store")  # files into a store
    g = zhengpu.open("my-store")         # or the address of a SPARQL endpoint
    g.ask("measures-led-by", institution="绍兴市知识产权局")

What these need is imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhengpu.errors import ZhengpuError
    from zhengpu.opened import Entity, Graph, build, facts, open
    from zhengpu.queries.tables.records import Row, Rows
    from zhengpu.queries.tables.values import Thing

__version__ = "0.1.0"
__all__ = ["Entity", "Graph", "Row", "Rows", "Thing", "ZhengpuError", "build", "facts", "open"]

_HOMES = {"ZhengpuError": "errors", "Row": "queries.tables.records", "Rows": "queries.tables.records", "Thing": "queries.tables.values"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'zhengpu' has no attribute {name!r}")
    return getattr(import_module(f"zhengpu.{_HOMES.get(name, 'opened')}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
