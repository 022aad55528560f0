"""Where monitoring reads, as it is configured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Where monitoring reads; a stream may fail for `failing_seconds` before the house counts as not well."""

    host: str
    port: int
    failing_seconds: int = 300
