"""A machine that answers everything, in every style that hypothesis thinks of: how much it draws from us has a bound.

A day and more goes by in each talk, with the real store, rules and texts. The bounds: to one address two messages in
ten minutes, `per_hour` in an hour, twenty in a day; to a machine that answers by our signed name under ever new
addresses one mail, and one for each answer to it; without that name, twice `newcomers_per_hour` to a domain.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from inbox_bot.flows import clock
from inbox_bot.model import Incoming
from inbox_bot.outgoing import Draft
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.store.database import open_store
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post

PLAYED = (Phase.explicit, Phase.generate)  # a day takes seconds: what fails is shown as it was found
TALK = timedelta(hours=26)
MOST_A_DAY = 20
MOST_NEWCOMERS = 2
LONG = "Wir haben Ihre Nachricht erhalten und melden uns, sobald jemand Zeit hat. Vielen Dank."
TEXTS = ["ok", LONG, "Danke!", "Die Leitung ist tot, wer hilft?", "Status?"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one answer looks. `address`: 0 = always the same, n = one of n, -1 = a new one each time. `names`: it bears
    our signed name, in In-Reply-To or by going to Reply-To. `echoes`: with our own words. `twice`: two answers."""

    seconds: float
    text: str
    address: int
    names: str
    headers: tuple[str, ...]
    subject: str
    echoes: bool
    twice: bool


STYLES = st.builds(
    Style,
    seconds=st.sampled_from([0.0, 1.0, 25.0, 100.0, 400.0, 1000.0, 5000.0]),
    text=st.sampled_from(TEXTS),
    address=st.sampled_from([0, 0, 2, -1]),
    names=st.sampled_from(["", "In-Reply-To", "Reply-To"]),
    headers=st.sampled_from(
        [
            (),
            (),
            ("X-Mailer: Desk 3",),
            ("Precedence: list",),
            ("X-Auto-Response-Suppress: OOF",),
            ("Auto-Submitted: no",),
        ]
    ),
    subject=st.sampled_from(["Re: {}", "{}", "Ihr Vorgang 4711", "AW: AW: {}", "Ticket [#427-918-354]"]),
    echoes=st.booleans(),
    twice=st.booleans(),
)


async def talk(
    day: Day, hears: Callable[[Draft], Awaitable[list[tuple[float, Callable[[datetime], Incoming]]]]]
) -> None:
    """Let the machine answer all that goes out until the time is over or nobody has anything to say."""
    coming: list[tuple[datetime, Callable[[datetime], Incoming]]] = []
    heard = 0
    while day.now < NOW + TALK:
        await clock.acknowledge_owed(day.house)
        await day.sends()
        drafts = [*day.mail.drafts, *day.x.drafts]
        for draft in drafts[heard:]:
            coming += [(day.now + timedelta(seconds=late), make) for late, make in await hears(draft)]
        heard = len(drafts)
        async with day.store.read() as tx:
            due = await tx.next_due()
        times = [at for at, _ in coming] + ([due] if due is not None else [])
        if not times:
            return
        day.now = max(day.now + timedelta(seconds=1), min(times))
        ripe = [make for at, make in coming if at <= day.now]
        coming = [(at, make) for at, make in coming if at > day.now]
        for make in ripe:
            await day.takes(make(day.now))


def on_a_day(play: Callable[[Day], Awaitable[None]]) -> None:
    """Play on an empty house of its own."""

    async def played() -> None:
        with TemporaryDirectory() as folder:
            store = open_store(f"sqlite:///{Path(folder) / 'inbox.db'}")
            try:
                await play(Day(store=store, policy=Policy(newcomers_per_hour=MOST_NEWCOMERS)))
            finally:
                await store.close()

    asyncio.run(played())


def bounded(times: dict[str, list[datetime]]) -> None:
    """What each address got."""
    for got in times.values():
        for first in got:
            assert sum(first <= at < first + timedelta(hours=1) for at in got) <= Policy().per_hour
            assert sum(first <= at < first + timedelta(days=1) for at in got) <= MOST_A_DAY


@settings(max_examples=12, deadline=None, derandomize=True, phases=PLAYED)
@given(styles=st.lists(STYLES, min_size=1, max_size=4))
def test_by_mail(styles: list[Style]) -> None:
    """Changed subjects, texts, addresses, delays, with our signed name or without."""

    async def play(day: Day) -> None:
        count = [0]
        times: dict[str, list[datetime]] = {}

        async def hears(draft: Draft) -> list[tuple[float, Callable[[datetime], Incoming]]]:
            times.setdefault(draft.to.address, []).append(day.now)
            style = styles[sum(len(got) for got in times.values()) % len(styles)]

            def answer(at: datetime) -> Incoming:
                count[0] += 1
                place = count[0] if style.address < 0 else count[0] % style.address if style.address else 0
                headers = [f"In-Reply-To: {draft.message_id}"] if style.names == "In-Reply-To" else []
                return mail(
                    f"{draft.text if style.echoes else style.text} {count[0]}",
                    *headers,
                    *style.headers,
                    id=count[0],
                    sender=f"Desk <desk{place or ''}@bots.example>",
                    to=draft.reply_to if style.names == "Reply-To" else "hilfe@acme.example",
                    subject=style.subject.format(draft.subject),
                    at=at,
                )

            return [(style.seconds + n, answer) for n in range(1 + style.twice)]

        await day.takes(mail(id=100_000, sender="Desk <desk@bots.example>", at=day.now))
        await talk(day, hears)
        bounded(times)
        hours = TALK / timedelta(hours=1)
        assert len(times) <= 2 * MOST_NEWCOMERS * (hours + 1)
        if all(style.names and style.address < 0 for style in styles):
            assert sum(map(len, times.values())) == len(times) <= 2 + max(style.twice for style in styles)
        if all(style.address == 0 for style in styles):
            assert set(times) == {"desk@bots.example"}

    on_a_day(play)


@settings(max_examples=8, deadline=None, derandomize=True, phases=PLAYED)
@given(
    styles=st.lists(
        st.tuples(st.sampled_from([0.0, 20.0, 90.0, 400.0, 3000.0]), st.sampled_from(TEXTS), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_on_x(styles: list[tuple[float, str, bool]]) -> None:
    """An account that answers each message with a direct message or one more mention: one public reply, and of the
    private ones as many as anybody gets."""

    async def play(day: Day) -> None:
        count = [0]
        times: dict[str, list[datetime]] = {}
        seen: Counter[str] = Counter()

        async def hears(draft: Draft) -> list[tuple[float, Callable[[datetime], Incoming]]]:
            times.setdefault(draft.to.address, []).append(day.now)
            seen[draft.visibility.value] += 1
            late, text, public = styles[sum(seen.values()) % len(styles)]

            def answer(at: datetime) -> Incoming:
                count[0] += 1
                if public:
                    return post(f"@acme {text} {count[0]}", id=20_000 + count[0], at=at)
                return dm(f"{text} {count[0]}", id=30_000 + count[0], at=at)

            return [(late, answer)]

        await day.takes(post("@acme hallo", id=9001, at=day.now))
        await day.takes(dm("Hallo", id=5001, at=day.now))
        await talk(day, hears)
        bounded(times)
        assert seen["public"] == 1

    on_a_day(play)
