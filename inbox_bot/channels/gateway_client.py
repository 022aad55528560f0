"""One client's connection to the gateway: what of SMTP it may say, how long it is waited for, when it is hung up on."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, syntax

MOST_WRONG = 3  # passwords in one connection: whoever gives more is guessing
_LONGEST_LINE = 1_048_576  # octets
_MOST_CLIENTS = 50  # at the same time
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FULL = b"421 4.3.2 too many connections; try again later\r\n"
_CLOSING = b"421 4.3.2 closing; try again later\r\n"
_NO_CONTROLS = "501 5.1.7 no control characters in addresses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds. `word`: without anything from the client; `data`: for a whole mail, however steadily it comes;
    `hand_over`: until it is on record (RFC 5321 4.5.3.2.6: clients wait ten minutes)."""

    word: float = 60.0
    data: float = 1800.0
    hand_over: float = 600.0


class Handler(Protocol):
    """What a client needs of what handles it. `closing`: no more is taken."""

    clients: "set[Smtp]"
    closing: bool


class Smtp(SMTP):
    """Takes so many clients at a time, and lines of any length that people's programs write (RFC 5321 4.5.3.1.6 allows
    998 octets). `wrong`: the wrong passwords so far."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, handler: Handler, patience: Patience, **options: Any) -> None:
        self._patience = patience
        self._whole_by: float | None = None  # by the loop's clock, while a mail comes in
        self._busy = False  # a mail is being put on record
        self.wrong = 0
        super().__init__(handler, timeout=patience.word, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Also called when TLS begins."""
        clients, closing = self.event_handler.clients, self.event_handler.closing
        if self not in clients and (closing or len(clients) >= _MOST_CLIENTS):
            if isinstance(transport, asyncio.Transport):
                transport.write(_CLOSING if closing else _FULL)
                transport.close()
            return
        clients.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """There is room for another one."""
        if self in self.event_handler.clients:
            self.event_handler.clients.discard(self)
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """While a mail comes in, each octet of it is a word."""
        super().data_received(data)
        if self._whole_by is not None:
            left = self._whole_by - self.loop.time()
            self._reset_timeout(max(0.001, min(self._patience.word, left)))

    def hands_over(self) -> None:
        """The mail is whole and is being put on record, until its DATA is answered."""
        self._whole_by, self._busy = None, True
        self._reset_timeout(self._patience.hand_over)

    def dismiss(self) -> "asyncio.Task[None] | None":
        """Hang up, at once or as soon as a mail that is being put on record is answered; gives what ends with it."""
        if not self._busy and isinstance(self.transport, asyncio.Transport):
            if not self.transport.is_closing():
                self.transport.write(_CLOSING)
            self._end()
        return self._handler_coroutine

    def abort(self) -> None:
        """Hang up on one who does not even listen."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def _end(self) -> None:
        if self.transport is not None:
            self.transport.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        """Hangs up on who guesses; what he has sent already is not looked at."""
        await super().smtp_AUTH(arg)
        if self.wrong >= MOST_WRONG:
            self._end()
            await asyncio.sleep(0)  # where the task notices that it has ended

    @syntax("MAIL FROM: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802  likewise
        """No control characters: aiosmtpd takes all but LF, and a header ends at CR for some readers."""
        if arg is not None and _CONTROL.search(arg):
            await self.push(_NO_CONTROLS)
            return
        await super().smtp_MAIL(arg)

    @syntax("RCPT TO: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802  likewise
        """Likewise."""
        if arg is not None and _CONTROL.search(arg):
            await self.push(_NO_CONTROLS)
            return
        await super().smtp_RCPT(arg)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  likewise
        """Waits for the mail as long as it comes steadily."""
        self._whole_by = self.loop.time() + self._patience.data
        try:
            await super().smtp_DATA(arg)
        finally:
            self._whole_by, self._busy = None, False
        if self.event_handler.closing:
            self.dismiss()
            await asyncio.sleep(0)  # likewise
        elif self.transport is not None:
            self._reset_timeout()


class Lmtp(Smtp, LMTP):
    """Likewise."""
