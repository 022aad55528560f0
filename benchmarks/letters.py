"""Realistic support mail, the same for a seed: new matters, and answers to one's own mail or to our acknowledgement."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

TO = "hilfe@acme.example"

_NAMES = ("Antje", "Björn", "Cem", "Dörte", "Enno", "Fenja", "Gerrit", "Hülya", "Imke", "Jürgen", "Kea", "Lennart")
_FAMILIES = ("Abels", "Böttcher", "Cassens", "Dirksen", "Ehlers", "Focken", "Gräfe", "Harms", "Ihnen", "Jansen")
_THINGS = ("Router", "Rechnung", "Anschluss", "Tarif", "Rufnummer", "Vertrag", "Kundenkonto", "Receiver", "SIM-Karte")
_TROUBLES = ("ist gestört", "fehlt", "wurde doppelt berechnet", "ist defekt angekommen", "meldet Fehler 503")
_SENTENCES = (
    "Ich habe alles versucht, was in der Anleitung steht, und nichts hat sich geändert.",
    "Bitte sehen Sie sich das so bald wie möglich an, wir arbeiten von zu Hause.",
    "Auf der Rechnung stehen 49,90 €, abgebucht wurden 99,80 €.",
    "It started yesterday evening, right after the latest update of the device.",
    "Das Gerät habe ich zweimal neu gestartet und auf Werkseinstellungen gesetzt.",
    "The light on the front blinks orange three times, then there is a pause.",
    "Im Kundenkonto finde ich dazu leider nichts, und die Hotline legt auf.",
    "Zwei Jahre lang hat es ohne jede Störung funktioniert.",
    "Ein Foto habe ich angehängt, mehr kann ich gern nachreichen.",
    "Wann kommt der Techniker, und muss jemand dafür zu Hause sein?",
)
_PROGRAMS = ("Mozilla Thunderbird", "Apple Mail (2.3774)", "K-9 Mail for Android", "Microsoft Outlook 16.0")
_PICTURE = 20_000  # octets of a screenshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One mail to be written. `root`: the place of the first mail of its matter; `kind`: new, own (answers his own
    mail), ack (answers our acknowledgement) or number (the number in the subject alone)."""

    place: int
    kind: str
    sender: int
    root: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An acknowledgement as its reader has it."""

    subject: str
    message_id: str


class Post:
    """`count` mails: 60 % new, 12 % own, 24 % ack, 4 % number. Nine of ten new matters come from a new person."""

    def __init__(self, seed: int, count: int) -> None:
        self._random = random.Random(seed)
        self._seed = seed
        self._people = 0
        new, own, number = count * 60 // 100, count * 12 // 100, count * 4 // 100
        self.first = self._plan(["new"] * new + ["own"] * (own // 2), 0, [])
        self._roots = [plan for plan in self.first if plan.kind == "new"]
        rest = ["own"] * (own - own // 2) + ["number"] * number + ["ack"] * (count - new - own - number)
        self.second = self._plan(rest, len(self.first), self._roots)

    def _plan(self, kinds: list[str], start: int, roots: Sequence[Plan]) -> list[Plan]:
        self._random.shuffle(kinds)
        if "new" in kinds:
            first = kinds.index("new")
            kinds[0], kinds[first] = kinds[first], kinds[0]
        plans: list[Plan] = []
        known = list(roots)
        for place, kind in enumerate(kinds, start):
            if kind == "new":
                plan = Plan(place=place, kind=kind, sender=self._sender(), root=place)
                known.append(plan)
            else:
                root = self._random.choice(known)
                plan = Plan(place=place, kind=kind, sender=root.sender, root=root.place)
            plans.append(plan)
        return plans

    def _sender(self) -> int:
        if self._people and self._random.random() < 0.1:
            return self._random.randrange(self._people)
        self._people += 1
        return self._people - 1

    def address(self, sender: int) -> str:
        """Where a person writes from."""
        return f"kunde{self._seed}-{sender}@post{sender % 17}.example"

    def message_id(self, place: int) -> str:
        """The name of the mail at this place."""
        return f"<{self._seed}.{place}@post.example>"

    def mails(self, plans: Sequence[Plan], now: datetime, known: Mapping[int, Known]) -> Iterator[bytes]:
        """The bytes, in order. `known`: our acknowledgements by the place of what they answer."""
        for plan in plans:
            yield self._mail(plan, now, known.get(plan.root))

    def _mail(self, plan: Plan, now: datetime, known: Known | None) -> bytes:
        chance = random.Random(f"{self._seed}/{plan.place}")
        matter = random.Random(f"{self._seed}/{plan.root}")
        name = f"{_NAMES[plan.sender % len(_NAMES)]} {_FAMILIES[plan.sender % len(_FAMILIES)]}"
        subject = f"{matter.choice(_THINGS)} {matter.choice(_TROUBLES)} (Vorgang {plan.root:06})"
        mail = EmailMessage(policy=SMTP)
        mail["Return-Path"] = f"<{self.address(plan.sender)}>"
        mail["Received"] = (
            f"from mx.post.example (mx.post.example [192.0.2.1]) by mx.acme.example; {format_datetime(now)}"
        )
        mail["From"] = formataddr((name, self.address(plan.sender)))
        mail["To"] = TO
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = self.message_id(plan.place)
        mail["User-Agent"] = chance.choice(_PROGRAMS)
        if plan.kind == "own":
            mail["In-Reply-To"] = mail["References"] = self.message_id(plan.root)
            subject = f"Re: {subject}"
        elif known is not None and plan.kind != "new":
            subject = f"Re: {known.subject}"
            if plan.kind == "ack":
                mail["In-Reply-To"] = known.message_id
                mail["References"] = f"{self.message_id(plan.root)} {known.message_id}"
        mail["Subject"] = subject
        self._fill(mail, plan, chance, name, now)
        return mail.as_bytes()

    def _fill(self, mail: EmailMessage, plan: Plan, chance: random.Random, name: str, now: datetime) -> None:
        lines = [" ".join(chance.choices(_SENTENCES, k=chance.randint(1, 3))) for _ in range(chance.randint(2, 6))]
        text = "\n\n".join(["Guten Tag,", *lines, f"Mit freundlichen Grüßen\n{name}"]) + "\n"
        if plan.kind != "new":
            quoted = "".join(f"> {line}\n" for line in chance.choices(_SENTENCES, k=4))
            text += f"\nAm {now:%d.%m.%Y um %H:%M} schrieb Acme:\n{quoted}"
        mail.set_content(text, cte="quoted-printable")
        form = chance.random()
        if 0.60 <= form < 0.84:
            paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
            mail.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html", cte="quoted-printable")
        elif form >= 0.84:
            picture = chance.randbytes(_PICTURE)
            mail.add_attachment(picture, maintype="image", subtype="png", filename=f"Bild-{plan.place}.png")
        if mail.is_multipart():
            mail.set_boundary(f"=_{self._seed}.{plan.place}")
