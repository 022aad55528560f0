"""Plays a talk between our rules and somebody who writes: when each acknowledgement goes out, and what is suspected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox_bot.rules import acknowledge, loops
from inbox_bot.rules.acknowledge import Policy, When
from inbox_bot.views import Side, Turn
from tests.unit.rules_builders import EVA, NOW, a_mail, an_identity

DAY = timedelta(days=1)

Answers = Callable[[int, str], Sequence[tuple[float, str]]]
"""What comes back to our message number n with this text: (seconds after it, text) …"""


def nobody(number: int, text: str) -> Sequence[tuple[float, str]]:
    """Whoever writes of his own accord only."""
    return ()


@dataclass(slots=True, kw_only=True)
class Talk:
    """`sent`: when our automatic messages went out. `reasons`: why a machine was suspected. `unconfirmed`: messages
    that no acknowledgement has confirmed yet. Another person's day is 24 hours long."""

    answers: Answers = nobody
    policy: Policy = field(default_factory=Policy)
    sent: list[datetime] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    unconfirmed: int = 0
    coming: list[tuple[datetime, str]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    owed: datetime | None = None

    def play(self, *written: tuple[float, str], until: timedelta = DAY) -> "Talk":
        """Let him write at these seconds, and answer what we send, until the time is over."""
        self.coming += [(NOW + timedelta(seconds=at), text) for at, text in written]
        while True:
            self.coming.sort()
            times = [self.coming[0][0]] if self.coming else []
            times += [self.owed] if self.owed is not None else []
            if not times or min(times) - NOW >= until:
                return self
            if self.owed is not None and (not self.coming or self.owed <= self.coming[0][0]):
                self._clock(self.owed)
            else:
                self._intake(*self.coming.pop(0))

    def minutes(self) -> list[float]:
        """When ours went out."""
        return [round((at - NOW).total_seconds() / 60, 1) for at in self.sent]

    def _intake(self, at: datetime, text: str) -> None:
        self.turns.append(Turn(at=at, side=Side.THEIRS, text=text))
        if not self.reasons and (reason := loops.suspected(self.turns, at)):
            self.reasons.append(reason)
        due = acknowledge.due(
            a_mail(at=at, text=text),
            quiet="",
            identity=an_identity(EVA, looping_at=at if self.reasons else None),
            opens=not self.sent,
            public_done=False,
            automatic=self._within(at, timedelta(hours=1)),
            public_last_hour=0,
            policy=self.policy,
            hold_seconds=0,
            now=at,
            to_customer=self._within(at, DAY),
            spacing=loops.spaced(self.turns, at, self.policy.coalesce_seconds),
        )
        if due.when is When.NOW:
            self._send(at, "Ihre Nachricht ist angekommen. Ihre Ticketnummer: 427-918-354. Automatisch geschrieben.")
        elif due.when is When.LATER:
            self.unconfirmed += 1
            self.owed = self.owed or due.at
        else:
            self.owed, self.unconfirmed = None, 0

    def _clock(self, at: datetime) -> None:
        wait = acknowledge.capped(self._within(at, DAY), self.policy, at)
        spacing = loops.spaced(self.turns, at, self.policy.coalesce_seconds)
        wait = wait or acknowledge.stretched(self._within(at, timedelta(hours=1)), spacing, self.policy, at)
        if wait is not None:
            self.owed = wait
            return
        self.owed, count, self.unconfirmed = None, self.unconfirmed, 0
        self._send(at, f"Ihre weiteren {count} Nachrichten sind angekommen und liegen bei Ihrem Ticket 427-918-354.")

    def _send(self, at: datetime, text: str) -> None:
        self.sent.append(at)
        self.turns.append(Turn(at=at, side=Side.OURS, text=text))
        self.coming += [(at + timedelta(seconds=lag), said) for lag, said in self.answers(len(self.sent), text)]

    def _within(self, at: datetime, span: timedelta) -> list[datetime]:
        return [one for one in self.sent if one > at - span]
