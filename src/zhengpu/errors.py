"""The errors that users see. Each message says what happened, to which file or query, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ZhengpuError(Exception):
    """Something the user can mend; the message says what, where and how."""


class UnreadableDocument(ZhengpuError):
    """A file that is not a document this program reads (binary, empty, unknown encoding, too large)."""


class StoreError(ZhengpuError):
    """A directory that is not a store, a store in use by another writer, or a damaged manifest."""


class QueryRefused(ZhengpuError):
    """A query that does more than read the store: SERVICE, FROM, LOAD, or an update."""


class QueryError(ZhengpuError):
    """A query that is not well formed, or that the endpoint could not answer."""


class AnswerTooLarge(ZhengpuError):
    """An answer with more rows, triples or bytes than the server's limits allow."""


class NothingSelected(ZhengpuError):
    """A part of the graph with nothing in it; no file is written."""

    def __init__(self, source: str) -> None:
        super().__init__(f"Nothing in {source} meets all that was asked for; nothing was written. Leave a condition out, or look what there is: zhengpu stats")


class BadParameter(ZhengpuError):
    """A parameter that is missing, superfluous, or not of the declared type."""


class BadCorrections(ZhengpuError):
    """A file of corrections that is not as it should be; the message names the place in it and what is allowed there."""


class BadObservations(ZhengpuError):
    """A file of observed values without the columns that it needs."""


class BadFacts(ZhengpuError):
    """A file that should hold the JSON of `zhengpu facts` and does not."""


class UnknownName(ZhengpuError):
    """A question, entity, plan or format that does not exist; the message lists the names that come near."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = (), advice: str = "") -> None:
        names = sorted(set(known))
        # 松江 is near 上海市松江区…工作方案, though few of its letters are the same
        holding = sorted((other for other in names if name and name in other), key=len)[:5]
        near = holding or get_close_matches(name, names, n=5, cutoff=0.4)
        hint = f" Did you mean: {', '.join(near)}?" if near else ""
        super().__init__(f"There is no {kind} named {name!r}.{hint}{' ' + advice if advice else ''}")
        self.name = name
        self.near = near


class AmbiguousName(ZhengpuError):
    """A name that several things have; the message lists them, each as it can be named without doubt."""

    def __init__(self, kind: str, name: str, meant: Iterable[str]) -> None:
        self.name = name
        self.meant = list(meant)
        shown = "; ".join(self.meant[:8]) + (f"; and {len(self.meant) - 8} more" if len(self.meant) > 8 else "")
        super().__init__(f"More than one {kind} is named {name!r}: {shown}. Give the IRI, or the whole name, of the one you mean.")
