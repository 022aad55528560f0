"""Names the points at which a process is killed, and kills it there."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

STORE = ("intake", "claim", "leave", "outcome", "recover", "acknowledge", "lease", "health", "alarms")
"""What a transaction that writes is about; each has a point before and one after its commit."""

START = ("migrate.1", "migrate.7", "migrate.19", "migrate.40", "start.open", "start.ready")
"""While the schema is made (before that statement of it), then before and after the ports are opened."""

INSIDE = (
    *START,
    *(f"commit.{side}:{what}" for what in STORE if what != "lease" for side in ("before", "after")),
    "poll.before", "poll.after", "settle.before", "settle.after",
    "send.before", "send.after", "find.before", "find.after",
)  # fmt: skip
"""Points at the ports, in the victim itself. `send.before` lies between claim and send, `send.after` between the
peer's answer and the outcome's commit, `poll.after` between fetch and intake, `settle` around archive and $MDNSent."""

LEASES = ("commit.before:lease", "commit.after:lease")
"""Only where several processes share a database."""

SMTP = ("smtp.mail", "smtp.rcpt", "smtp.data", "smtp.dot", "smtp.answered")
IMAP = tuple(
    f"imap.{verb}.{when}" for verb in ("select", "search", "fetch", "store", "move") for when in ("sent", "done")
)
X = ("x.post", "x.dm")
OUTSIDE = (*SMTP, *IMAP, *X)
"""Moments that the peers see. `smtp.dot`: the final dot came, the 250 has not gone; `x.post`: stored, not answered;
`imap.….sent`: the server has the command, `….done`: it has done it and its answer is not passed on."""

ALL = (*INSIDE, *OUTSIDE)


AFTER_A_LOSS = ("find.before", "find.after", "commit.before:recover", "commit.after:recover")
"""Reached only where the life before has left something whose outcome is not known."""

ONCE = ("start.open", "start.ready", "commit.before:alarms", "commit.after:alarms", *AFTER_A_LOSS)
"""Passed once in a life of seconds."""


@dataclass(slots=True)
class Trap:
    """Kills at the `left`-th passing of `point`; "" = never. `pid` names the process to kill, 0 = nobody now."""

    point: str
    left: int
    pid: Callable[[], int] = os.getpid
    sprung: bool = False

    def passing(self, name: str) -> None:
        """The process comes by this point."""
        if name != self.point or self.sprung:
            return
        self.left -= 1
        if self.left <= 0 and (pid := self.pid()):
            self.sprung = True
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
