"""What monitoring reads of a house: exact figures by /metrics, plain words by /healthz, and rules that fit them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families as families

from inbox_bot import __version__
from inbox_bot.config import Metrics
from inbox_bot.errors import StoreError
from inbox_bot.flows import clock
from inbox_bot.ports import Transaction
from inbox_bot.pulse import Pulse
from inbox_bot.store.database import Database
from inbox_bot.views import GRAVITY
from inbox_bot.watching import Watching
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, mail

ROOT = Path(__file__).parents[2]
CONFIG = Metrics(host="127.0.0.1", port=9464, failing_seconds=300)
Samples = dict[tuple[str, tuple[str, ...]], float]


@dataclass(slots=True)
class Counted:
    """A store that counts its transactions, or does not answer."""

    store: Database
    reads: int = 0
    down: bool = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """One more."""
        self.reads += 1
        if self.down:
            raise StoreError("the database cannot be reached (eva@post.example); it is tried again")
        async with self.store.read() as tx:
            yield tx

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        """A scrape never asks for it."""
        raise AssertionError

    async def forget(self) -> None:
        """Nor for that."""
        raise AssertionError

    async def close(self) -> None:
        """Nothing of its own."""


@dataclass(slots=True)
class Seen:
    """A house, and what monitoring reads of it. `seconds`: of the steady clock."""

    day: Day
    store: Counted
    seconds: float = 1000.0
    pulse: Pulse = field(init=False)
    watching: Watching = field(init=False)

    def __post_init__(self) -> None:
        self.pulse = Pulse(steady=lambda: self.seconds)
        house = self.day.house
        limited = replace(house.inboxes["x"], spend_limit=10_000_000)
        house = replace(house, store=self.store, inboxes={**house.inboxes, "x": limited})
        self.watching = Watching(house=house, config=CONFIG, pulse=self.pulse, steady=lambda: self.seconds)

    def later(self, **passed: float) -> None:
        """Both clocks go on."""
        self.day.later(**passed)
        self.seconds += timedelta(**passed).total_seconds()

    async def metrics(self) -> Samples:
        """By name and label values; what the process itself is like apart."""
        status, kind, body = await self.watching.pages(CONFIG)["/metrics"]()
        assert status is HTTPStatus.OK
        assert kind.startswith("text/plain; version=0.0.4")
        found = [sample for family in families(body.decode()) for sample in family.samples]
        assert len({(one.name, tuple(sorted(one.labels.items()))) for one in found}) == len(found), "each once"
        own = [one for one in found if one.name.startswith("inbox_bot_")]
        assert len(own) < len(found), "and the process's own"
        return {(one.name.removeprefix("inbox_bot_"), tuple(one.labels.values())): one.value for one in own}

    async def healthz(self) -> tuple[int, list[str]]:
        """Status and lines."""
        status, _, body = await self.watching.pages(CONFIG)["/healthz"]()
        return status.value, body.decode().splitlines()


@pytest.fixture
def seen(store: Database) -> Seen:
    """An empty house."""
    return Seen(day=Day(store), store=Counted(store))


async def noted(seen: Seen, inbox: str, stream: str, error: str) -> None:
    """As the daemon notes it after a poll."""
    async with seen.day.store.write() as tx:
        await tx.health(inbox, stream, seen.day.now, error)


async def test_an_empty_house(seen: Seen) -> None:
    """Whatever may be alarmed about is there from the first scrape on, as nought: nothing is missed by being absent."""
    found = await seen.metrics()
    assert found["build_info", (__version__,)] == 1
    assert found["database_up", ()] == 1
    assert found["spend_limit_dollars", ("x",)] == 10
    assert {labels for name, labels in found if name == "alarms"} == {(kind,) for kind in GRAVITY}
    counted = [
        value for (name, _), value in found.items() if name not in {"build_info", "database_up", "spend_limit_dollars"}
    ]
    assert set(counted) == {0}
    assert await seen.healthz() == (200, ["ok"])


async def test_a_day_in_figures(seen: Seen) -> None:
    """A ticket with its number on the way, then delivered, then unanswered for a day, which the audit says."""
    await seen.day.takes(mail())
    seen.later(seconds=90)
    found = await seen.metrics()
    assert found["queue_deliveries", ("mail", "due")] == 1
    assert found["oldest_unsent_delivery_seconds", ("mail",)] == 90
    assert found["oldest_unsent_delivery_seconds", ("x",)] == 0
    assert found["tickets", ("new",)] == 1
    assert found["inbox_taken_total", ("mail", "mail")] == 1
    assert found["numbers_not_delivered", ()] == 0
    assert found["unanswered_oldest_seconds", ()] == 90
    seen.later(minutes=30)
    assert (await seen.metrics())["numbers_not_delivered", ()] == 1
    await seen.day.sends()
    seen.later(hours=25)
    await clock.raise_alarms(seen.day.house)
    found = await seen.metrics()
    assert found["queue_deliveries", ("mail", "due")] == 0
    assert found["oldest_unsent_delivery_seconds", ("mail",)] == 0
    assert found["numbers_not_delivered", ()] == 0
    assert found["unanswered_oldest_seconds", ()] == 25 * 3600 + 30 * 60 + 90
    assert found["alarms", ("unanswered",)] == 1


async def test_who_writes_again_has_waited_all_the_same(seen: Seen) -> None:
    """Whoever asks every few hours and is never answered waits since his first words, also in the audit."""
    await seen.day.takes(mail())
    await seen.day.sends()
    for place in range(5):
        seen.later(hours=7)
        await seen.day.takes(mail("Hallo?", "In-Reply-To: <m1@post.example>", id=20 + place, at=seen.day.now))
    seen.later(minutes=1)
    await clock.raise_alarms(seen.day.house)
    found = await seen.metrics()
    assert found["unanswered_oldest_seconds", ()] == 35 * 3600 + 60
    assert found["alarms", ("unanswered",)] == 1
    [finding] = [one for one in await seen.day.findings() if one.kind == "unanswered"]
    assert finding.detail == "no human answer for 35 hours"


async def test_costs(seen: Seen) -> None:
    """In dollars, of the day."""
    async with seen.day.store.write() as tx:
        await tx.add_spend("x", NOW.date().isoformat(), 1_250_000)
    assert (await seen.metrics())["spend_today_dollars", ("x",)] == 1.25
    seen.later(days=1)
    assert (await seen.metrics())["spend_today_dollars", ("x",)] == 0


async def test_streams(seen: Seen) -> None:
    """How long ago each was read: by this process, or, where it has failed since before, since it began to fail."""
    await noted(seen, "mail", "mail", "no connection to imap.acme.example as hilfe@acme.example")
    seen.later(hours=1)
    for stream in ("mentions", "dms", "posts"):
        seen.pulse.begins("x", stream)
    seen.pulse.begins("mail", "mail")
    seen.later(seconds=60)
    seen.pulse.reads("x", "dms")
    seen.pulse.leaves("x", "posts")
    seen.later(seconds=30)
    found = await seen.metrics()
    lags = {labels: value for (name, labels), value in found.items() if name == "inbox_lag_seconds"}
    assert lags == {("x", "mentions"): 90, ("x", "dms"): 30, ("mail", "mail"): 3690}
    assert found["inbox_failing", ("mail", "mail")] == 1
    await noted(seen, "mail", "mail", "")
    seen.pulse.reads("mail", "mail")
    seen.later(seconds=5)
    found = await seen.metrics()
    assert found["inbox_failing", ("mail", "mail")] == 0
    assert found["inbox_lag_seconds", ("mail", "mail")] == 5


async def test_no_stream_fails_for_long_unseen(seen: Seen) -> None:
    """A moment's failure is none; a long one is told without the error's words; what is not served counts nowhere."""
    await noted(seen, "gone", "mail", "no connection")
    await noted(seen, "mail", "outbox", "550 eva@post.example")
    seen.later(seconds=299)
    assert await seen.healthz() == (200, ["ok"])
    seen.later(seconds=6)
    assert await seen.healthz() == (503, ["mail (outbox) fails for 305 s"])
    await noted(seen, "mail", "outbox", "")
    seen.later(seconds=6)
    assert await seen.healthz() == (200, ["ok"])


async def test_a_database_that_does_not_answer(seen: Seen, caplog: pytest.LogCaptureFixture) -> None:
    """Said by both pages, and it is not asked again by each of those who want to know."""
    seen.store.down = True
    assert await seen.healthz() == (503, ["the database does not answer"])
    found = await seen.metrics()
    assert found["database_up", ()] == 0
    assert "numbers_not_delivered" not in {name for name, _ in found}, "not known is not nought"
    assert seen.store.reads == 1
    assert [one.message for one in caplog.records] == ["metrics_without_database"]
    seen.store.down = False
    seen.later(seconds=6)
    assert await seen.healthz() == (200, ["ok"])


async def test_scraping_costs_one_transaction_in_five_seconds(seen: Seen) -> None:
    """However often somebody reads."""
    for _ in range(100):
        await seen.metrics()
        await seen.healthz()
    assert seen.store.reads == 1
    seen.later(seconds=5)
    await seen.metrics()
    assert seen.store.reads == 2


async def _turn(seen: Seen, name: str, rest: float) -> None:
    async def turns() -> None:
        seen.pulse.turns(rest)

    await asyncio.create_task(turns(), name=name)


async def test_a_loop_that_hangs(seen: Seen) -> None:
    """It is late a quarter of an hour after its turn was due; a rest of hours is none, nor a listener that listens."""
    await _turn(seen, "intake:x:dms", 86_400)
    await _turn(seen, "gateway", 1)
    await _turn(seen, "clock", 1)
    seen.later(seconds=901)
    assert await seen.healthz() == (200, ["ok"])
    seen.later(seconds=60)
    assert await seen.healthz() == (503, ["the loop clock hangs for 60 s"])
    found = await seen.metrics()
    assert found["loop_late_seconds", ("clock",)] == 60
    assert found["loop_late_seconds", ("intake:x:dms",)] == 0
    assert ("loop_late_seconds", ("gateway",)) not in found
    await _turn(seen, "clock", 1)
    assert await seen.healthz() == (200, ["ok"])


async def everything(seen: Seen) -> set[str]:
    """The names of all that can be exported."""
    await noted(seen, "mail", "mail", "")
    await seen.day.takes(mail())
    seen.pulse.begins("mail", "mail")
    await _turn(seen, "clock", 1)
    return {f"inbox_bot_{name}" for name, _ in await seen.metrics()}


async def test_no_rule_asks_for_what_is_not_exported(seen: Seen) -> None:
    """docs/alerts.yml is what Prometheus reads; each rule has a name of its own and says what to do."""
    exported = await everything(seen)
    [group] = yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules = group["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        named = set(re.findall(r"inbox_bot_\w+", rule["expr"]))
        assert named <= exported, rule["alert"]
        assert named or "up{" in rule["expr"]
        kinds = re.findall(r'kind=~?"([a-z_|]+)"', rule["expr"])
        assert {kind for some in kinds for kind in some.split("|")} <= set(GRAVITY)
        assert re.search(r"inbox-bot \w+|systemctl restart|raise \w+", rule["annotations"]["summary"]), (
            "says what to do"
        )
        assert rule["labels"]["severity"] in {"page", "ticket"}


COVERED = {
    "database_failing": "inbox_bot_database_up",
    "inbox_failing": "inbox_bot_inbox_failing",
    "number_not_delivered": "inbox_bot_numbers_not_delivered",
    "delivery_failed": 'state="failed"',
    "delivery_uncertain": 'state="uncertain"',
    "unanswered": "inbox_bot_unanswered_oldest_seconds",
}
"""By what a kind of finding is seen where no rule names it."""


def test_no_finding_goes_unseen() -> None:
    """Whatever the audit finds, a rule tells of it; and of what only a person can end it names the command."""
    [group] = yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    asked = " ".join(rule["expr"] for rule in group["rules"])
    named = {kind for some in re.findall(r'kind=~?"([a-z_|]+)"', asked) for kind in some.split("|")}
    assert set(GRAVITY) - named == set(COVERED)
    assert all(words in asked for words in COVERED.values())
    [unknown] = [rule for rule in group["rules"] if 'state="uncertain"' in rule["expr"]]
    assert "inbox-bot uncertain" in unknown["annotations"]["summary"]


async def test_readme_explains_each(seen: Seen) -> None:
    """And none that is not there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(inbox_bot_\w+)", readme, re.MULTILINE)) == await everything(seen)
