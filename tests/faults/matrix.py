"""Prints the fault matrix at the end of a test run: peer, fault, and what came of it; works with workers too.

A plugin, not a conftest: of those in folders below the one that is asked for, the process that prints loads none.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

_FAULT, _CAME = "fault", "came of it"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Where the test does not come to `came`, or fails after it, the line says FAILED."""

    _record: Callable[[str, object], None]

    def came(self, result: str) -> None:
        """What was observed, in a few words with the figures that are bounded."""
        self._record(_CAME, result)


Matrix = Callable[[str, str], Row]
"""From peer and fault to the line of the table."""


@pytest.fixture
def matrix(record_property: Callable[[str, object], None]) -> Matrix:
    """Opens the test's line."""

    def row(peer: str, fault: str) -> Row:
        record_property(_FAULT, f"{peer}\t{fault}")
        return Row(record_property)

    return row


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, sorted, each test's line once."""
    lines: set[tuple[str, str, str]] = set()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            noted = dict(report.user_properties)
            if report.when == "call" and _FAULT in noted:
                peer, _, fault = str(noted[_FAULT]).partition("\t")
                came = str(noted.get(_CAME, "?")) if report.passed else "FAILED"
                lines.add((peer, fault, came))
    if not lines:
        return
    terminalreporter.section("peer x fault x result")
    widths = [max(len(line[place]) for line in lines) for place in (0, 1)]
    for peer, fault, came in sorted(lines):
        terminalreporter.write_line(f"{peer:{widths[0]}}  {fault:{widths[1]}}  {came}", red=came == "FAILED")
