"""Prints, after the tests, how often and where the daemon was killed; works under xdist, too."""

from collections import Counter
from typing import Any

import pytest

from tests.crash import points


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A table of the runs and a line with their sums."""
    runs: list[dict[str, Any]] = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "kills"
    ]
    if not runs:
        return
    write = terminalreporter.write_line
    terminalreporter.section("killed and restarted")
    counted = f"{'kills':>5} {'points':>6} {'random':>6} {'copies':>6} {'left':>4} {'receipts lost':>13} {'faults':>6}"
    write(f"{'run':<12} {counted}")
    total: Counter[str] = Counter()
    for run in sorted(runs, key=lambda run: str(run["run"])):
        where = Counter(run["points"])
        total += where
        write(
            f"{run['run']:<12} {where.total():>5} {len(where.keys() - {'random'}):>6} {where['random']:>6} "
            f"{run['copies']:>6} {run['left']:>4} {run['receipts_lost']:>13} {run['faults']:>6}"
        )
    named = {name for name in total if name != "random"}
    missed = sorted({*points.ALL, *points.LEASES} - named)
    write(f"{total.total()} kills, seed {runs[0]['seed']}, at {len(named)} points: " + _listed(total))
    if missed:
        write(f"not reached this time: {', '.join(missed)}")
    write("copies: mails that went out twice, same bytes; left: lost twice, a person decided; faults: must be none")


def _listed(total: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(total.items()))
