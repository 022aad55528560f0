"""Invented facts with which a template can be looked at before any customer gets it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrived:
    at: datetime
    subject: str
    channel: str
    visibility: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agent:
    name: str
    initials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    kind: str
    at: datetime
    subject: str
    text: str
    unproven: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    at: datetime
    who: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    phrase: str
    at: datetime


def facts_for_preview(language: str) -> dict[str, object]:
    """Every fact that a template may name; ready for `Templates.render`."""
    german = language == "de"
    subject = "Umzug unseres Anschlusses" if german else "Moving our line"
    names = ("Auftrag.pdf", "Zählerstand.jpg") if german else ("order.pdf", "meter reading.jpg")
    text = (
        "Guten Tag, Frau Amsel,\n\nder Techniker kommt am Dienstag zwischen 8 und 12 Uhr."
        if german
        else "Hello Ms Amsel,\n\nthe technician will come on Tuesday between 8 and 12."
    )
    return {
        "number": "427918355",
        "customer": "Rike Amsel",
        "subject": subject,
        "at": _AT,
        "messages": [
            _Arrived(at=_AT - timedelta(hours=3), subject="", channel="twitter", visibility="public"),
            _Arrived(at=_AT - timedelta(minutes=20), subject="", channel="twitter", visibility="private"),
            _Arrived(at=_AT, subject=subject, channel="email", visibility="private", files=names),
        ],
        "text": text,
        "agent": _Agent(name="Jonte Sander", initials="JS"),
        "mail_address": "hilfe@acme.example" if german else "help@acme.example",
        "first_dm": True,
        "give_number": True,
        "related_hint": False,
        "joined": False,
        "unproven": False,
        "channel": "email",
        "visibility": "private",
        "files": list(names),
        "names": list(names),
        "state": "open",
        "priority": "high",
        "assigned": "Jonte Sander",
        "waiting_since": _AT,
        "promises": [_Due(phrase="bis Freitag" if german else "by Friday", at=_AT + timedelta(days=2))],
        "history": [
            _Told(at=_AT - timedelta(hours=2), who="note", name="Jonte Sander", text=text),
            _Told(at=_AT - timedelta(hours=3), who="customer", name="", text=text),
        ],
        "answerable": True,
        "undo_seconds": 60,
        "until": "14:06:00",
        "to": "rike.amsel@post.example",
        "way": "mail",
        "approval": False,
        "done": ["zugewiesen an Jonte Sander" if german else "assigned to Jonte Sander"],
        "cut": ["> Guten Tag"],
        "reasons": ["Ohne Zitate bleibt nichts übrig." if german else "Nothing is left of it without what is quoted."],
        "lines": ["Guten Tag"],
        "newer": ["  Wann kommt denn nun jemand vorbei?" if german else "  When will somebody come round at last?"],
        "override": True,
        "hours": "Mo–Fr 8–18 Uhr" if german else "Mon–Fri 8:00–18:00",
        "opens_at": _AT + timedelta(hours=17, minutes=55),
        "waiting": "Wir antworten meist innerhalb von 4 Stunden, in 9 von 10 Fällen innerhalb eines Arbeitstages."
        if german
        else "We usually answer within 4 hours, in 9 of 10 cases within one working day.",
        "notices": [
            _Notice(kind="ticket", at=_AT, subject=f"Rike Amsel: {subject}", text=text),
            _Notice(kind="inbox_failing", at=_AT, subject="x", text="HTTP 503"),
        ],
    }
