"""Writes the log to standard error: a constant event with its fields, one line each."""

import logging
import sys

from inbox_bot.cli.clean import clean_line

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TIME = "%Y-%m-%dT%H:%M:%S"


class Fields(logging.Formatter):
    """`2026-11-24T13:05:00 WARNING intake_failed inbox=mail retry=4`; values with spaces are quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, then the traceback where there is one."""
        fields = [f"{key}={_value(value)}" for key, value in vars(record).items() if key not in _ORDINARY]
        line = " ".join([self.formatTime(record, _TIME), record.levelname, clean_line(record.getMessage()), *fields])
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _value(value: object) -> str:
    text = clean_line(str(value))
    return f'"{text}"' if " " in text or not text else text


def configure(*, verbose: bool) -> None:
    """Our own events from INFO (or WARNING) on; of the libraries only what is odd."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Fields())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("inbox_bot").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("tweepy").setLevel(logging.WARNING)  # it prints tokens at DEBUG
