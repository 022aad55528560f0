"""Writes the house's figures in the text format of Prometheus; labels are names of inboxes, streams, states, kinds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from inbox_bot.model import TicketState
from inbox_bot.views import GRAVITY, Stage, Vitals

_Labels = TypeVar("_Labels", bound=tuple[str, ...])
_MICRO = 1_000_000
_STREAM = ("inbox", "stream")
_IN_HAND = (TicketState.NEW, TicketState.OPEN, TicketState.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known `now`; `vitals` None where the database does not answer. `late`: by loop, seconds since its turn
    was due; `lags`: by inbox and stream, seconds since this process last read it with success."""

    now: datetime
    vitals: Vitals | None
    late: Mapping[str, float]
    lags: Mapping[tuple[str, str], float]


class Exposition(Collector):
    """`inboxes`: the names of those that are served; `limits`: micro-dollars a day, of those that have a limit."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4
    """The form that every release of Prometheus reads."""

    def __init__(self, *, version: str, inboxes: Iterable[str], limits: Mapping[str, int]) -> None:
        self._version, self._inboxes, self._limits = version, tuple(inboxes), limits
        self._reading: Reading | None = None
        # its own: that of the process is shared with whatever else is loaded
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def text(
        self,
        now: datetime,
        vitals: Vitals | None,
        late: Mapping[str, float],
        lags: Mapping[tuple[str, str], float],
    ) -> bytes:
        """All of it; see `Reading`."""
        self._reading = Reading(now=now, vitals=vitals, late=late, lags=lags)
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """What the registry asks for."""
        reading = self._reading
        if reading is None:
            return
        yield _gauge("build_info", "The version that runs; always 1.", ("version",), {(self._version,): 1})
        yield _gauge("database_up", "1 where the database answers, else 0.", (), {(): reading.vitals is not None})
        late = {(loop,): seconds for loop, seconds in reading.late.items()}
        yield _gauge("loop_late_seconds", "Since a loop's turn was due; 0 while it turns.", ("loop",), late)
        yield _gauge("inbox_lag_seconds", "Since a stream was last read with success.", _STREAM, _lags(reading))
        limits = {(inbox,): limit / _MICRO for inbox, limit in self._limits.items()}
        yield _gauge("spend_limit_dollars", "What an inbox may cost in a UTC day.", ("inbox",), limits)
        if reading.vitals is not None:
            yield from self._vitals(reading.vitals, reading.now)

    def _vitals(self, vitals: Vitals, now: datetime) -> Iterator[Metric]:
        failing = {(one.inbox, one.stream): one.failing for one in vitals.streams}
        yield _gauge("inbox_failing", "1 while a stream (or the outbox) of an inbox fails.", _STREAM, failing)
        taken = CounterMetricFamily("inbox_bot_inbox_taken", "Things that a stream ever handed over.", labels=_STREAM)
        for labels, count in sorted(vitals.taken.items()):
            taken.add_metric(labels, count)
        yield taken
        queue = {(inbox, stage): 0 for inbox in self._inboxes for stage in Stage} | dict(vitals.queue)
        yield _gauge("queue_deliveries", "Deliveries that have not gone out, or failed.", ("inbox", "state"), queue)
        oldest = {(inbox,): 0.0 for inbox in self._inboxes}
        oldest |= {(inbox,): _seconds(at, now) for inbox, at in vitals.oldest.items()}
        words = "Age of the oldest delivery that may not have gone out; 0: none."
        yield _gauge("oldest_unsent_delivery_seconds", words, ("inbox",), oldest)
        tickets = {(state.value,): vitals.tickets.get(state, 0) for state in _IN_HAND}
        yield _gauge("tickets", "Tickets in hand.", ("state",), tickets)
        words = "Tickets whose number has not reached the customer, and none is under way."
        yield _gauge("numbers_not_delivered", words, (), {(): vitals.numbers_missing})
        words = "Since when the customer waits who waits longest; 0: nobody."
        yield _gauge("unanswered_oldest_seconds", words, (), {(): _seconds(vitals.unanswered, now)})
        alarms = {(kind,): vitals.alarms.get(kind, 0) for kind in GRAVITY}
        yield _gauge("alarms", "What the last audit found.", ("kind",), alarms)
        spent = {(inbox,): vitals.spent.get(inbox, 0) / _MICRO for inbox in {*self._limits, *vitals.spent}}
        yield _gauge("spend_today_dollars", "What an inbox has cost in this UTC day.", ("inbox",), spent)


def _gauge(name: str, words: str, labels: tuple[str, ...], values: Mapping[_Labels, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"inbox_bot_{name}", words, labels=labels)
    for given, value in sorted(values.items()):
        family.add_metric(given, value)
    return family


def _lags(reading: Reading) -> dict[tuple[str, str], float]:
    """A stream that has failed since before this process began has not been read since then."""
    failing = {
        (one.inbox, one.stream): _seconds(one.since, reading.now)
        for one in (reading.vitals.streams if reading.vitals else ())
        if one.failing
    }
    return {stream: max(lag, failing.get(stream, 0.0)) for stream, lag in reading.lags.items()}


def _seconds(since: datetime | None, now: datetime) -> float:
    """Never below 0: another machine's clock may be ahead."""
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
