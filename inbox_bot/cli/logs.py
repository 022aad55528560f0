"""Writes the log to standard error: a constant event with its fields, one line each."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.errors import InboxBotError

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_WORD = re.compile(r"[^\s\"=\\]+")
_TIME = "%Y-%m-%dT%H:%M:%S"


class Fields(logging.Formatter):
    """`2026-11-24T13:05:00 WARNING intake_failed inbox=mail retry=4`; values that are not one word are quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, then the traceback where there is one, further in: no value can begin a line."""
        fields = [f"{key}={_value(value)}" for key, value in vars(record).items() if key not in _ORDINARY]
        line = " ".join([self.formatTime(record, _TIME), record.levelname, clean_line(record.getMessage()), *fields])
        if record.exc_info and (error := record.exc_info[1]) is not None:
            return "\n".join([line, *_traceback(error)])
        return line


def _value(value: object) -> str:
    text = clean_line(str(value))
    return text if _WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _traceback(error: BaseException) -> Iterator[str]:
    """Where it happened and the kinds of error; of the words only our own, since a library's may quote the mail."""
    for one in _chain(error):
        yield "    Traceback (most recent call last):"
        for line in traceback.format_list(traceback.extract_tb(one.__traceback__)):
            yield from ("    " + part for part in clean(line).rstrip("\n").split("\n"))
        words = f": {clean_line(str(one))}" if isinstance(one, InboxBotError) else ""
        yield f"    {type(one).__module__}.{type(one).__qualname__}{words}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The causes first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause)
    yield error


def configure(*, verbose: bool) -> None:
    """Our own events from INFO (or WARNING) on; of the libraries only what is odd."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Fields())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("inbox_bot").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("tweepy").setLevel(logging.WARNING)  # it prints tokens at DEBUG
