"""Prints the fault matrix at the end of a test run: peer, fault, and what came of it; works with workers too.

A plugin, not a conftest: of those in folders below the one that is asked for, the process that prints loads none.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

_FAULT, _CAME = "fault", "came of it"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; FAILED where its test does not come to `came`."""

    _record: Callable[[str, object], None]
    _name: str

    def came(self, result: str) -> None:
        """What was observed, in a few words with the figures that are bounded."""
        self._record(f"{_CAME}\t{self._name}", result)


Matrix = Callable[[str, str], Row]
"""From peer and fault to the line of the table."""


@pytest.fixture
def matrix(record_property: Callable[[str, object], None]) -> Matrix:
    """Opens a line of the test's; it may have several."""

    def row(peer: str, fault: str) -> Row:
        record_property(_FAULT, f"{peer}\t{fault}")
        return Row(record_property, f"{peer}\t{fault}")

    return row


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, sorted, each test's line once."""
    lines: set[tuple[str, str, str]] = set()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if report.when != "call":
                continue
            results = {key.removeprefix(f"{_CAME}\t"): str(value) for key, value in report.user_properties}
            for name in [str(value) for key, value in report.user_properties if key == _FAULT]:
                peer, _, fault = name.partition("\t")
                lines.add((peer, fault, results.get(name, "FAILED")))
    if not lines:
        return
    terminalreporter.section("peer x fault x result")
    widths = [max(len(line[place]) for line in lines) for place in (0, 1)]
    for peer, fault, came in sorted(lines):
        terminalreporter.write_line(f"{peer:{widths[0]}}  {fault:{widths[1]}}  {came}", red=came == "FAILED")
