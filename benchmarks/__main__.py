"""Prints mails a second from Dovecot to tickets with acknowledgements at the sink, the limits, the ratio, memory."""

import argparse
import json
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median

from benchmarks import limits
from benchmarks.letters import Post
from benchmarks.limits import Limits
from benchmarks.measure import Bench, Run
from benchmarks.peers import Peers, peers

SIZES, STORED, RUNS = (1_000, 10_000), (0, 100_000), {1_000: 3, 10_000: 3}
QUICK_SIZES, QUICK_STORED = (300,), (0, 5_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Medians for one size and one stock. `ratio`: of what the limits allow together."""

    mails: int
    stored: int
    runs: int
    rate: float
    rate_with_start: float
    ratio: float
    memory: float
    answers: int


def main() -> None:
    """See `--help`."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="300 mails, 0 and 5,000 stored, one run each")
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options.add_argument("--runs", type=int, help="runs of each row (3 by default)")
    chosen = options.parse_args()
    sizes, stocks = (QUICK_SIZES, QUICK_STORED) if chosen.quick else (SIZES, STORED)
    rows: list[Row] = []
    with peers() as running:
        bench = Bench(running)
        _tell("limits of this machine")
        found = _limits(running, sizes[0], rounds=1 if chosen.quick else 5)
        for size in sizes:
            for stock in stocks:
                runs = chosen.runs or (1 if chosen.quick else RUNS[size])
                _tell(f"{size} mails, {stock} messages stored, {runs} times")
                path = bench.filled(stock)
                rows.append(_row(size, stock, [bench.run(size, path, seed) for seed in range(1, runs + 1)], found))
    print(_as_json(rows, found) if chosen.json else _as_table(rows, found))


def _limits(running: Peers, size: int, *, rounds: int) -> Limits:
    post = Post(99, size)
    now = datetime.now(UTC)  # noqa: TID251  # the edge: mails must be young
    mails = list(post.mails([*post.first, *post.second], now, {}))
    # As long as an acknowledgement of ours.
    answer = mails[0][:400].partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + b"Ein Satz von uns an Sie. \r\n" * 60
    return limits.measure(running, mails, answer, rounds)


def _row(size: int, stock: int, runs: list[Run], found: Limits) -> Row:
    rate = median(run.rate for run in runs)
    return Row(
        mails=size,
        stored=stock,
        runs=len(runs),
        rate=rate,
        rate_with_start=median(run.rate_with_start for run in runs),
        ratio=rate / found.together,
        memory=max(run.memory for run in runs),
        answers=round(median(run.answers for run in runs)),
    )


def _as_json(rows: list[Row], found: Limits) -> str:
    everything = {
        "machine": {"python": platform.python_version(), "system": platform.platform()},
        "limits": asdict(found) | {"together": found.together},
        "rows": [asdict(row) for row in rows],
    }
    return json.dumps(everything, indent=2)


def _as_table(rows: list[Row], found: Limits) -> str:
    lines = [
        f"Limits, mails/s: IMAP fetch {found.fetch:.0f}, parse {found.parse:.0f}, commits {found.commit:.0f}, "
        f"SMTP {found.submit:.0f}; together {found.together:.0f}",
        "",
        "  mails  stored  runs  mails/s  with start  of limits  peak MiB  answers",
    ]
    lines += [
        f"{row.mails:7} {row.stored:7} {row.runs:5} {row.rate:8.0f} {row.rate_with_start:11.0f} {row.ratio:9.0%}"
        f" {row.memory:9.0f} {row.answers:8}"
        for row in rows
    ]
    for size in dict.fromkeys(row.mails for row in rows):
        rates = [row.rate for row in rows if row.mails == size]
        if len(rates) > 1:
            change = rates[-1] / rates[0] - 1
            lines.append(f"{size} mails: {abs(change):.0%} {'slower' if change < 0 else 'faster'} with what is stored")
    return "\n".join(lines)


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
