"""What a push has to do, and what it did: shards of the store against what the server's ledger names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zhengpu.errors import StoreError
from zhengpu.graph.remote.ledger import Held
from zhengpu.graph.storage.manifest import Entry

Progress = Callable[[int], None]  # so many triples more were sent
_MANY = 0.5  # part of what the server holds that no push takes out unasked: it is more likely another store's than that so much went


@dataclass(frozen=True, slots=True)
class Plan:
    """`send` are shards that are new there, or other there (`replaced`); `gone` are IRIs that left the store and shall go there, `left` those that stay."""

    send: tuple[Entry, ...]
    replaced: tuple[Entry, ...]
    unchanged: int
    gone: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def triples(self) -> int:
        """How many are to be sent."""
        return sum(entry.triples for entry in self.send)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, as IRIs of shards; `triples` were sent, and `taken` single triples taken out."""

    sent: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: int
    gone: tuple[str, ...]
    left: tuple[str, ...]
    triples: int
    taken: int = 0

    @classmethod
    def of(cls, done: Plan, taken: int = 0) -> Pushed:
        sent, replaced = (tuple(entry.iri for entry in entries) for entries in (done.send, done.replaced))
        return cls(sent, replaced, done.unchanged, done.gone, done.left, done.triples, taken)


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading back told: of how many graphs, of how many triples in them `others` are not the store's; `wrong` names graphs in which some are missing."""

    graphs: int
    triples: int
    others: int
    wrong: tuple[str, ...]
    triples_read: int = 0


def plan(entries: Sequence[Entry], held: Mapping[str, Held], *, keep: bool, delete: bool, anew: bool, merged: str = "") -> Plan:
    """What is missing there is sent, and what is other there replaced (`anew`: everything); what left the store is taken out (`keep`: nothing is).

    Raises StoreError where more than half of what is there would go, and `delete` does not say that it shall: it may be another store's."""
    send = tuple(entry for entry in entries if anew or entry.iri not in held or _differs(entry, held[entry.iri], merged))
    known = {entry.iri for entry in entries}
    strange = tuple(iri for iri in held if iri not in known)
    if strange and not keep and not delete and len(strange) > len(held) * _MANY:
        raise StoreError(
            f"{len(strange)} of {len(held)} documents there are not in this store. If they were put there from another store, name another graph "
            "with --graph IRI or let them stay with --keep; if they shall go, say --delete."
        )
    replaced = tuple(entry for entry in send if entry.iri in held)
    return Plan(send, replaced, len(entries) - len(send), () if keep else strange, strange if keep else ())


def _differs(entry: Entry, there: Held, merged: str) -> bool:
    return entry.shard_sha256 != there.shard_sha256 or there.merged != merged
