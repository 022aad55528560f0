"""Reads the [metrics] section: whether and where monitoring may read."""

from collections.abc import Mapping

from inbox_bot.config.listening import Metrics
from inbox_bot.config.reading import Table, is_loopback

_LISTEN = "INBOX_BOT_METRICS_LISTEN"
_DAY = 86_400


def read(table: Table, environ: Mapping[str, str]) -> Metrics | None:
    """The section, None where nothing listens; its faults are noted in the table.

    `$INBOX_BOT_METRICS_LISTEN` wins over `listen`: processes that share a file and a machine need a port each.
    """
    host, port = table.place("listen", "", example="127.0.0.1:9464", instead=environ.get(_LISTEN, ""))
    beyond = table.flag("beyond_loopback", default=False)
    failing = table.whole("failing_seconds", 300, least=1, most=_DAY)
    table.finish()
    if port is None:
        return None
    if not beyond and not is_loopback(host):
        table.fault(
            "listen",
            f"{host} is not this machine alone, and nobody is asked who he is; write 127.0.0.1, "
            "or allow it with beyond_loopback = true",
        )
    return Metrics(host=host, port=port, failing_seconds=failing)
