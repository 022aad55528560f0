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
        "phrase": "bis Freitag" if german else "by Friday",
        "promised_at": _AT,
        "due_at": _AT + timedelta(days=3),
        "wrong": "Ihr Vertrag wurde gekündigt." if german else "Your contract was cancelled.",
        "said_at": _AT - timedelta(days=1),
        "notices": [
            _Notice(kind="ticket", at=_AT, subject=f"Rike Amsel: {subject}", text=text),
            _Notice(kind="inbox_failing", at=_AT, subject="x", text="HTTP 503"),
        ],
    }
