"""What happens on a day of the play: mails, posts, DMs, answers, an agent's replies, in batches, with their fates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inbox_bot.sandbox.x.things import User
from tests.crash.peers import WatchedWorld
from tests.e2e.mixed import Expected, Mail, Person, Town
from tests.e2e.mixed_answers import Answer
from tests.e2e.mixed_mail import Round
from tests.e2e.mixed_posts import Scene
from tests.e2e.octets import with_header
from tests.e2e.reports import bounce

SEED = 355
WORDS = "Wir kümmern uns darum."
AGENT = "rk@acme.example"
"""Who answers, and is told by mail of what comes in his tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that follows on our answer: it happens as soon as `ready` says so, given the acknowledgements that
    customers have by the marker of the opening mail. `what`: for a reader."""

    what: str
    ready: Callable[[Mapping[str, Answer]], bool]
    make: Callable[[Mapping[str, Answer]], None]


@dataclass(slots=True, kw_only=True)
class Day:
    """All that was put in so far. `append` puts mails into the mailbox; `replies`: tickets (marker, number) for which
    the agent is to answer. `waiting`: what cannot happen yet."""

    world: WatchedWorld
    append: Callable[[Sequence[bytes]], None]
    now: Callable[[], datetime]
    mails: list[Mail] = field(default_factory=list)
    replies: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    batches: int = 0
    scene: Scene = field(init=False)
    _people: dict[str, list[tuple[str, Person]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scene = Scene(world=self.world, town=Town(SEED, "nobody"))

    @property
    def expected(self) -> list[Expected]:
        """What must become of everything so far."""
        return [*(mail.expected for mail in self.mails), *self.scene.expected]

    def batch(self) -> None:
        """The next things happen."""
        turn = self.batches
        self.batches += 1
        self._mails(turn)
        self._posts(turn)
        self._messages(turn)

    def follow(self, answers: Mapping[str, Answer]) -> None:
        """What waited for one of these acknowledgements, or for an answer on X, happens now."""
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            if one.ready(answers):
                one.make(answers)
            else:
                self.waiting.append(one)

    # --- mail

    def _mails(self, turn: int) -> None:
        first = self._put(f"{turn} plain", lambda mails: mails.new("plain"))
        second = self._put(
            f"{turn} receipt",
            lambda mails: mails.new(
                "read receipt",
                person=(asking := mails.town.person()),
                headers=[("Disposition-Notification-To", f'"{asking.name}" <{asking.address}>')],
                receipt=True,
            ),
        )
        machine = self._machine(turn)
        self._put(f"{turn} machine", lambda mails: mails.add(*machine[0], **machine[1]))  # type: ignore[arg-type]  # add's keywords
        for marker, old in self._people.pop("mail", []):
            self._later(marker, old)
        self._people["mail"] = [(first.marker, first.person), (second.marker, second.person)]
        follow = (self._answered, self._reported, self._away)[turn % 3]
        self._when(first, lambda answer: follow(first, answer))
        if turn % 2:
            self._when(second, lambda answer: self.replies.append((second.marker, answer.number)))

    def _when(self, old: Expected, make: Callable[[Answer], None]) -> None:
        self.waiting.append(
            Waiting(
                what=f"answer by mail to {old.kind} {old.marker}",
                ready=lambda known: old.marker in known,
                make=lambda known: make(known[old.marker]),
            )
        )

    def _put(self, name: str, make: Callable[[Round], Mail]) -> Expected:
        """`name` makes people and markers: the same whenever it happens."""
        mail = make(Round(Town(SEED, name), self.now()))
        self.mails.append(mail)
        self.append([mail.raw])
        return mail.expected

    def _machine(self, turn: int) -> tuple[tuple[str, str], dict[str, object]]:
        kinds: tuple[tuple[tuple[str, str], dict[str, object]], ...] = (
            (("vacation", "automatic"), {"headers": [("Auto-Submitted", "auto-replied")]}),
            (("list", "automatic"), {"headers": [("List-Id", "<netz.liste.example>"), ("Precedence", "list")]}),
            (("bounce", "bounce"), {"edit": lambda raw: bounce("<fremd@acme.example>", "wer@post.example", "x", raw)}),
            (("spam", "junk"), {"headers": [("X-Spam-Flag", "YES")]}),
        )
        return kinds[turn % len(kinds)]

    def _later(self, marker: str, person: Person) -> None:
        """A batch later the same mail comes again, or a further one without any token."""
        old = next(mail for mail in self.mails if mail.expected.marker == marker)
        if old.expected.kind == "read receipt":
            again = Expected(
                marker=marker, kind="duplicate", outcome="duplicate", person=person,
                external_id=old.expected.external_id,
            )  # fmt: skip
            self.mails.append(Mail(raw=old.raw, expected=again))
            self.append([old.raw])
        else:
            names = [("In-Reply-To", old.expected.external_id), ("References", old.expected.external_id)]
            self._put(
                f"{marker} further",
                lambda mails: mails.add(
                    "own reply",
                    "filed",
                    person=person,
                    headers=names,
                    thread=marker,
                    answered="shared",
                    text="Noch etwas: Seit heute früh blinkt auch das rote Licht am Gerät.",
                ),
            )

    def _answered(self, old: Expected, answer: Answer) -> None:
        self._put(
            f"{old.marker} answer",
            lambda mails: mails.add(
                "answer", "filed", person=old.person, subject=f"Re: {answer.subject}", to=answer.reply_to,
                headers=[("In-Reply-To", answer.message_id), ("References", answer.message_id)],
                thread=old.marker, answered="shared", text="Danke für die Nummer. Erreichbar bin ich ab sechzehn Uhr.",
            ),
        )  # fmt: skip

    def _reported(self, old: Expected, answer: Answer) -> None:
        arrived = lambda raw: bounce(answer.message_id, old.person.address, answer.return_path, raw, "delivered")  # noqa: E731  # one line of data
        self._put(f"{old.marker} arrived", lambda mails: mails.add("arrived", "receipt", edit=arrived))

    def _away(self, old: Expected, answer: Answer) -> None:
        self._put(
            f"{old.marker} away",
            lambda mails: mails.add(
                "away", "automatic", person=old.person, to=answer.return_path,
                subject=f"Abwesenheit: {answer.subject}",
                headers=[("In-Reply-To", answer.message_id), ("Auto-Submitted", "auto-replied (vacation)")],
                edit=lambda raw: with_header(raw, "Return-Path", "<>"),
            ),
        )  # fmt: skip

    # --- X

    def _on_x(self, name: str) -> Scene:
        """Where the next post or DM is said; `name` as for mails."""
        self.scene.town = Town(SEED, name)
        return self.scene

    def _posts(self, turn: int) -> None:
        scene = self._on_x(f"{turn} mention")
        person = scene.town.person()
        marker = scene.post("mention", "filed", person, opens=True, answered="own")
        for before, author in self._people.pop("posts", []):
            self._on_x(f"{turn} retweet").retweet(before)
            if turn % 2:
                user = scene.user(author)
                follow = self._further("dm after a mention", before, author)
                self.waiting.append(
                    Waiting(what=f"reply to mention {before}", ready=self._has_reply(user), make=follow)
                )
        if turn % 3 == 0:
            with _Elsewhere(self.world):
                self._on_x(f"{turn} own").post("own post", "echo", scene.town.person(), mention=False, own=True)
        self._people["posts"] = [(marker, person)]

    def _messages(self, turn: int) -> None:
        scene = self._on_x(f"{turn} dm")
        person = scene.town.person()
        marker = scene.dm("dm", person, opens=True, answered="own")
        for before, author in self._people.pop("dms", []):
            user = scene.user(author)
            if turn % 2:
                self._further("further dm", before, author)({})
            else:
                follow = self._by_the_team(before, author)
                self.waiting.append(Waiting(what=f"answer to dm {before}", ready=self._has_dm(user), make=follow))
        self._people["dms"] = [(marker, person)]

    def _has_reply(self, user: User) -> Callable[[Mapping[str, Answer]], bool]:
        return lambda _: bool(self.world.replies_to(user))

    def _has_dm(self, user: User) -> Callable[[Mapping[str, Answer]], bool]:
        return lambda _: bool(self.world.dms_to(user))

    def _further(self, kind: str, marker: str, person: Person) -> Callable[[Mapping[str, Answer]], None]:
        def follow(_: Mapping[str, Answer]) -> None:
            words = f"Noch etwas dazu: bitte rufen Sie erst ab sechzehn Uhr an. {marker}"
            self._on_x(f"{marker} {kind}").dm(kind, person, words, thread=marker, answered="shared")

        return follow

    def _by_the_team(self, marker: str, person: Person) -> Callable[[Mapping[str, Answer]], None]:
        def follow(_: Mapping[str, Answer]) -> None:
            with _Elsewhere(self.world):
                self._on_x(f"{marker} elsewhere").dm("elsewhere dm", person, own=True, thread=marker)

        return follow


@dataclass(slots=True)
class _Elsewhere:
    """While it lasts, what our account says is said by the team itself."""

    world: WatchedWorld

    def __enter__(self) -> None:
        self.world.elsewhere = True

    def __exit__(self, *error: object) -> None:
        self.world.elsewhere = False
