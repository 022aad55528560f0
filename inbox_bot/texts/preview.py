"""Invented facts, with which nobody but us sees a template, and which names each template may use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from inbox_bot.model import Visibility
from inbox_bot.texts.facts import OPTIONAL, PUBLIC

_AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)

_OF_NOTICES = frozenset({"kind", "subject", "text", "at", "number", "unproven"})
_ALONE: Mapping[str, frozenset[str]] = {
    "mdn": frozenset({"number", "subject", "at"}),
    "notice-ticket": _OF_NOTICES,
    "notice-alarm": _OF_NOTICES,
    "notice-digest": frozenset({"notices"}),
}
"""What these templates are given, and nothing else."""

_OF_A_CASE = frozenset({
    "number", "customer", "subject", "at", "messages", "text", "agent", "mail_address", "first_dm", "give_number",
    "related_hint", "joined", "settled", "hours", "opens_at", "waiting", "tag",
    "called", "form",
})  # fmt: skip
"""What every other text by a person is given."""

_BESIDE: Mapping[str, frozenset[str]] = {
    "correction": frozenset({"wrong", "said_at"}),
    "correction-public": frozenset({"wrong", "said_at"}),
    "promise-missed": frozenset({"phrase", "promised_at", "due_at"}),
    "merged": frozenset({"other_number", "other_subject", "parted"}),
    "split": frozenset({"other_number"}),
    "authorised": frozenset({"person", "scope", "since", "last_day", "ended"}),
}
"""What these are given beside that."""

_LONGEST_NAME = "Wilhelmine Westermann-Wolfenbüttel, Hausverwaltung Am Wasserwerk"  # the frames cut at 60


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    number: str
    subject: str
    state: str
    opened_at: datetime
    about: str = ""
    settled_at: datetime | None = None
    arrived_at: datetime | None = None
    answered_at: datetime | None = None
    way: str = ""
    deed: str = ""
    deed_at: datetime | None = None
    done: bool = False
    promises: tuple[_Due, ...] = ()
    missed_at: datetime | None = None
    agent: _Agent | None = None


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
        "settled": False,
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
        "tickets": _tickets(subject, "bis Freitag" if german else "by Friday", "Umzug" if german else "Moving"),
        "history": [
            _Told(at=_AT - timedelta(hours=2), who="note", name="Jonte Sander", text=text),
            _Told(at=_AT - timedelta(hours=3), who="customer", name="", text=text),
        ],
        "answerable": True,
        "undo_seconds": 60,
        "until": "14:06:00",
        "to": "rike.amsel@post.example",
        "called": "Frau Amsel" if german else "Ms Amsel",
        "form": "sie",
        "way": "mail",
        "incident_title": "Mailserver gestört, Briefe bleiben liegen bis zu zwei Stunden, auch nachts"[:70]
        if german
        else "Mail server down",
        "incident_text": "Wir tauschen ein Netzteil." if german else "We are replacing a power supply.",
        "incident_since": _AT - timedelta(hours=6),
        "incident_next": _AT + timedelta(hours=2),
        "asks": False,
        "exposed": False,
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
        "kind": "ticket",
        "what": "promise_due",
        "by": "Jonte Sander",
        "promise": 12,
        "since": _AT - timedelta(hours=4),
        "words": ["Unverschämtheit" if german else "outrageous"],
        "complaint": False,
        "times": 3,
        "score": 2,
        "body": text,
        "phrase": "bis Freitag" if german else "by Friday",
        "promised_at": _AT,
        "due_at": _AT + timedelta(days=3),
        "code": "link-abcdefghij",
        "link_address": "hilfe+link-abcdefghij@acme.example",
        "link": "https://acme.example/umzug" if german else "https://acme.example/moving",
        "handle": "acme",
        "to_mail": True,
        "by_mail": True,
        "parted": False,
        "other_number": "613204872",
        "other_subject": subject,
        "person": "Mira Amsel",
        "scope": ["Vertrag" if german else "contract"],
        "last_day": _AT + timedelta(days=90),
        "ended": False,
        "wrong": "Ihr Vertrag wurde gekündigt." if german else "Your contract was cancelled.",
        "said_at": _AT - timedelta(days=1),
        "notices": [
            _Notice(kind="ticket", at=_AT, subject=f"Rike Amsel: {subject}", text=text),
            _Notice(kind="inbox_failing", at=_AT, subject="x", text="HTTP 503"),
        ],
    }


def given(name: str, visibility: Visibility, *, automatic: bool) -> frozenset[str]:
    """The facts that a template of that name is really given, beside `brand`."""
    if name in _ALONE:
        return _ALONE[name] | frozenset(OPTIONAL)
    of_a_case = _OF_A_CASE | _BESIDE.get(name, frozenset())
    found = frozenset(facts_for_preview("")) | {"tag"} if automatic else of_a_case  # each automatic one has its flow
    return found & (PUBLIC | {"agent"}) if visibility is Visibility.PUBLIC else found


def extremes(name: str, language: str, mail_address: str, links: Sequence[str] = ()) -> list[dict[str, object]]:
    """Facts of cases that lie far apart: as much as there can be, and as little. `mail_address`: ours, "" = none;
    `links`: our pages."""
    link = max(links, key=len, default="")
    ours = {"mail_address": mail_address, "link_address": mail_address, "link": link}
    facts = facts_for_preview(language) | {"text": "", **ours}
    if name in _ALONE:
        facts = {key: value for key, value in facts.items() if key in _ALONE[name]}
    flags = [key for key, value in facts.items() if isinstance(value, bool)]
    much = {"customer": _LONGEST_NAME, "subject": f"{facts.get('subject', '')}, " * 9, "agent": _longest()}
    little = {
        "customer": "", "subject": "", "messages": (), "notices": (), "hours": "", "opens_at": None, "waiting": "",
        "tickets": (), "link": "", "incident_title": "", "incident_text": "", "incident_next": None,
    }  # fmt: skip
    known = facts.keys()
    full = facts | {key: value for key, value in much.items() if key in known}
    bare = facts | {key: value for key, value in little.items() if key in known}
    cases = [full | dict.fromkeys(flags, True), full | dict.fromkeys(flags, False), bare | dict.fromkeys(flags, False)]
    if language == "de" and "form" in known:
        cases += [case | {"form": "du", "called": "Rike"} for case in cases]
    return cases


def _tickets(subject: str, phrase: str, about: str) -> list[_Progress]:
    """One with all that there can be, and some with little."""
    full = _Progress(
        number="427918355", subject=subject, about=about, state="open", opened_at=_AT - timedelta(days=2),
        arrived_at=_AT, answered_at=_AT - timedelta(days=1), way="email", deed="ordered",
        deed_at=_AT - timedelta(hours=5),
        promises=(_Due(phrase=phrase, at=_AT + timedelta(days=2)), _Due(phrase="", at=_AT + timedelta(days=4))),
        missed_at=_AT - timedelta(hours=2), agent=_Agent(name="Jonte Sander", initials="JS"),
    )  # fmt: skip
    bare = _Progress(number="918427355", subject="", state="new", opened_at=_AT)
    return [full, bare, replace(bare, state="resolved", settled_at=_AT), replace(bare, state="pending")]


def _longest() -> _Agent:
    return _Agent(name="Maximiliane Winterfeld-Wagenknecht", initials="WWWW")
