"""How personal data is told from what is ours, as data; nothing here decides anything."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """`region`: whose telephone numbers are written without their country. `own`: texts with what is ours and not a
    customer's."""

    region: str = "DE"
    own: tuple[str, ...] = ()
