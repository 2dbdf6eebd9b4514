"""An agenda as iCalendar (RFC 5545), for calendars of every make: one all-day event a task, on the day by which it is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256

from zhengpu.queries.views.agenda import Agenda, Item

_FOLD = 75  # octets of a line (section 3.1)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_UNSEEN = {code: None for code in (*range(0x20), 0x7F) if code not in (0x09, 0x0A)}  # what TEXT may not hold (section 3.3.11)


def calendar(agenda: Agenda, name: str) -> bytes:
    """The items that have a date. The same agenda gives the same bytes: the time stamp is the day that the agenda is of."""
    stamp = f"{agenda.as_of.replace('-', '')}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zhengpu//schedule//ZH", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}"]
    for item in agenda.items.items:
        if item.due_by or item.start_by:
            lines += _event(item, stamp)
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(item: Item, stamp: str) -> Iterator[str]:
    last = date.fromisoformat(item.due_by or item.start_by)
    first = date.fromisoformat(item.start_by) if item.start_by and not item.due_by else last
    yield "BEGIN:VEVENT"
    # a thing may have several dates, and two calendars that are merged shall not have an event twice
    yield f"UID:{sha256(f'{item.thing.iri} {item.start_by} {item.due_by} {item.start}'.encode()).hexdigest()[:32]}@zhengpu"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"  # the day after the last: DTEND is exclusive
    yield f"SUMMARY:{_text(item.thing.label)}"
    yield f"DESCRIPTION:{_text(_description(item))}"
    bodies = _unique(body.label for body in item.bodies)
    if bodies:
        yield f"CATEGORIES:{','.join(map(_text, bodies))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(item: Item) -> str:
    """Plan, bodies in charge, the words that say so, and the IRI, a line each."""
    bodies = "、".join(_unique(body.label for body in item.bodies))
    quote = " ".join(item.quote.split())
    lines = [item.plan.label, bodies, item.schedule_text, f"“{quote}”" if quote else "", item.thing.iri]
    return "\n".join(line for line in lines if line)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _text(value: str) -> str:
    """A value of type TEXT (section 3.3.11)."""
    return value.translate(_UNSEEN).encode("utf-8", "replace").decode().translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """The line with its CRLF, folded so that no line has more than 75 octets and no character is cut."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > (_FOLD if not pieces else _FOLD - 1):
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
