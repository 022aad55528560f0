"""The report's outline: decides which charts stand in it, what they show, and in which words they are summed up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum

from inbox_bot.flows.figures import Figures, Stats
from inbox_bot.model import Channel, DeliveryState
from inbox_bot.pages.report_words import WORDS
from inbox_bot.rules.figures import Times
from inbox_bot.rules.lengths import length
from inbox_bot.work.figures import By

_DOLLAR = 1_000_000  # micro-dollars
_LONGEST_BY_DAY = timedelta(days=45)
_MOST_REASONS = 12
_Words = Mapping[str, str]


class Form(Enum):
    """How a chart is drawn: columns upon each other, lines, or bars that lie, one for each label."""

    STACKED = "stacked"
    LINES = "lines"
    BARS = "bars"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One picture: `said` sums it up; `series` has a value or None for each label; `unit` is written at the values."""

    key: str
    title: str
    said: str
    form: Form
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    unit: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw; a time of nought is something."""
        known = [value for _, values in self.series for value in values if value is not None]
        return not (known if self.form is Form.LINES else any(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole page. `nothing`: what stands in place of an empty picture; `table`: what opens a chart's numbers."""

    language: str
    title: str
    period: str
    charts: tuple[Chart, ...]
    nothing: str
    table: str
    notes: tuple[str, ...]


def report(
    whole: Stats,
    by_step: Stats,
    by_reason: Stats,
    *,
    titles: Mapping[str, str],
    language: str,
    zone: tzinfo,
    brand: str,
) -> Report:
    """The page in German or English, days by `zone`. `by_step`: what `steps` says; `titles`: what reasons are called,
    by name."""
    words = WORDS[language]
    began, ended = (moment.astimezone(zone) for moment in (whole.since, whole.until))
    form = "%d.%m.%Y" if language == "de" else "%Y-%m-%d"
    one = whole.overall
    along = _Along(steps=by_step.groups, weekly=by_step.by is By.WEEK, language=language, words=words)
    charts = (
        _messages(one, along),
        _lengths("acknowledgement", one.acknowledgement, [step.acknowledgement for step in along.steps], along),
        _lengths("answer", one.answer, [step.answer for step in along.steps], along),
        _backlog(one, words, language),
        _promises(one, words),
        _deliveries(one, words),
        _spend(one, along),
        _reasons(one, by_reason, titles, words),
        *([_satisfaction(one, along)] if one.satisfaction is not None else []),
    )
    return Report(
        language=language,
        title=words["title"].format(brand=brand),
        period=words["period"].format(since=f"{began:{form}}", until=f"{ended:{form} %H:%M}"),
        charts=charts,
        nothing=words["nothing"],
        table=words["table"],
        notes=(words["note times"], words["note junk"]),
    )


def steps(since: datetime, until: datetime) -> By:
    """What a period of this length is shown by."""
    return By.WEEK if until - since > _LONGEST_BY_DAY else By.DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Along:
    """The steps of time along the charts: days, or weeks by their first day."""

    steps: tuple[Figures, ...]
    weekly: bool
    language: str
    words: _Words

    @property
    def labels(self) -> tuple[str, ...]:
        """One for each step; weeks may be of several years."""
        form = "%d.%m." if self.language == "de" else "%d %b"
        form += "" if not self.weekly else "%y" if self.language == "de" else " %y"
        return tuple(date.fromisoformat(one.group).strftime(form) for one in self.steps)

    def titled(self, key: str) -> str:
        """With "per day" or "per week" in it."""
        return self.words[key].format(per=self.words["week" if self.weekly else "day"])


def _messages(one: Figures, along: _Along) -> Chart:
    words = along.words
    series = tuple(
        (words[channel.value], tuple(step.by_channel.get(channel, 0) for step in along.steps)) for channel in Channel
    )
    said = words["messages said"].format(
        messages=one.incoming, tickets=one.tickets, answers=one.answers, automatic=one.automatic
    )
    return Chart(
        key="messages", title=along.titled("messages"), said=said, form=Form.STACKED, labels=along.labels,
        series=series, unit=words["messages unit"],
    )  # fmt: skip


def _lengths(key: str, whole: Times | None, steps: Sequence[Times | None], along: _Along) -> Chart:
    words, language = along.words, along.language
    longest = max((one.p90 for one in steps if one), default=0.0)
    divisor, unit = (3600, "h") if longest > 7200 else (60, "min") if longest > 120 else (1, "s")
    said = words[f"{key} none"]
    if whole:
        said = words[f"{key} said"].format(
            median=length(whole.median, language), p90=length(whole.p90, language), count=whole.count
        )
    return Chart(
        key=key,
        title=along.titled(key),
        said=said,
        form=Form.LINES,
        labels=along.labels,
        series=(
            (words["half"], tuple(round(one.median / divisor, 2) if one else None for one in steps)),
            (words["nine of ten"], tuple(round(one.p90 / divisor, 2) if one else None for one in steps)),
        ),
        unit=unit,
    )


def _backlog(one: Figures, words: _Words, language: str) -> Chart:
    backlog = one.backlog
    said = words["backlog none"]
    if backlog.age:
        said = words["backlog said"].format(
            count=backlog.count, waiting=backlog.waiting, median=length(backlog.age.median, language),
            longest=length(backlog.age.longest, language),
        )  # fmt: skip
    return _bars("backlog", said, words, list(zip(words["ages"].split("|"), backlog.ages, strict=True)))


def _promises(one: Figures, words: _Words) -> Chart:
    kept = one.promises
    said = words["promises none"]
    if kept.rate is not None:
        said = words["promises said"].format(
            kept=kept.kept, counted=kept.kept + kept.broken, rate=round(kept.rate * 100)
        )
    found = [(words["kept"], kept.kept), (words["broken"], kept.broken), (words["withdrawn"], kept.withdrawn)]
    return _bars("promises", said, words, found)


def _deliveries(one: Figures, words: _Words) -> Chart:
    said = words["deliveries said"].format(
        count=sum(one.deliveries.values()), failed=one.deliveries.get(DeliveryState.FAILED, 0),
        numbers=one.numbers, tickets=one.tickets,
    )  # fmt: skip
    found = [(words[f"state {state.value}"], one.deliveries.get(state, 0)) for state in DeliveryState]
    return _bars("deliveries", said, words, found)


def _spend(one: Figures, along: _Along) -> Chart:
    words, spend = along.words, one.spend

    def money(amount: float, places: int) -> str:
        written = f"{amount / _DOLLAR:.{places}f}"
        return written.replace(".", ",") if along.language == "de" else written

    said = words["spend none"]
    if spend and spend.total:
        said = words["spend said"].format(total=money(spend.total, 2), day=money(spend.per_day, 2))
        if spend.per_ticket is not None:
            said += " " + words["spend ticket"].format(ticket=money(spend.per_ticket, 3))
    totals = tuple(round(step.spend.total / _DOLLAR, 4) if step.spend else 0.0 for step in along.steps)
    return Chart(
        key="spend", title=along.titled("spend"), said=said, form=Form.STACKED, labels=along.labels,
        series=((words["spend unit"], totals),), unit=words["spend unit"],
    )  # fmt: skip


def _reasons(one: Figures, by_reason: Stats, titles: Mapping[str, str], words: _Words) -> Chart:
    counted = ((titles.get(group.group, group.group), group.tickets) for group in by_reason.groups if group.tickets)
    ordered = sorted(counted, key=lambda pair: -pair[1])
    shown = [(name or words["no reason"], count) for name, count in ordered[:_MOST_REASONS]]
    if rest := sum(count for _, count in ordered[_MOST_REASONS:]):
        shown.append((words["other reasons"], rest))
    said = words["reasons none"]
    if known := [pair for pair in ordered if pair[0]]:
        said = words["reasons said"].format(reason=known[0][0], count=known[0][1], tickets=one.tickets)
    return _bars("reasons", said, words, shown)


def _satisfaction(one: Figures, along: _Along) -> Chart:
    words, mean = along.words, f"{one.satisfaction:.1f}"
    said = words["satisfaction said"].format(
        mean=mean.replace(".", ",") if along.language == "de" else mean, count=sum(one.scores.values())
    )
    return _bars("satisfaction", said, words, [(str(score), one.scores.get(score, 0)) for score in range(1, 6)])


def _bars(key: str, said: str, words: _Words, found: Sequence[tuple[str, int]]) -> Chart:
    """Two bars may have one name: a team calls its reasons as it likes."""
    return Chart(
        key=key, title=words[key], said=said, form=Form.BARS, labels=tuple(label for label, _ in found),
        series=((words[f"{key} unit"], tuple(count for _, count in found)),), unit=words[f"{key} unit"],
    )  # fmt: skip
