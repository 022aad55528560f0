"""A mail relay that also is the customers' mailboxes: takes RFC 3461 parameters, returns DSNs, fails at will."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

from aiosmtpd.smtp import LoginPassword

from inbox_bot.sandbox.reports import Accepted, Recipient, delivered_copy, status_report

Verb = Literal["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"]
DROP = "drop"

Deliver = Callable[[bytes, datetime], Awaitable[object]]
"""Puts a mail with its trace headers into one of our own mailboxes."""


class Relay:
    """What the relay knows, may be told, and remembers.

    `ours` maps our mail addresses to where their mail goes; plus-addresses follow their address. `refused` get 550 at
    RCPT, `unknown` are accepted and then bounced; everybody else has a mailbox. `faults` holds for each verb the
    replies to give instead of the right ones, in order; the word DROP hangs up without a reply, at END (the final dot)
    after the mail was accepted. `latency` in seconds comes before the reply to the final dot.
    """

    name = "relay.example"

    def __init__(self, ours: Mapping[str, Deliver], login: tuple[str, str] | None, offers_dsn: bool) -> None:
        self.host = "127.0.0.1"
        self.port = 0
        self.offers_dsn = offers_dsn
        self.accepted: list[Accepted] = []
        self.mailboxes: dict[str, list[bytes]] = defaultdict(list)
        self.refused: set[str] = set()
        self.unknown: set[str] = set()
        self.faults: dict[Verb, list[str]] = defaultdict(list)
        self.latency = 0.0
        self.connections = 0
        self._ours = {address.lower(): deliver for address, deliver in ours.items()}
        self._login = login
        self._arrived = asyncio.Condition()
        self._routing: set[asyncio.Task[None]] = set()
        self._number = 0

    async def submit(self, mail: Accepted) -> None:
        """Accept a mail without SMTP and deliver it at once: a customer writes."""
        self.accepted.append(mail)
        await self._route(mail)

    async def mail_for(self, address: str, count: int = 1, *, seconds: float = 10.0) -> list[bytes]:
        """A customer's mailbox, as soon as it holds `count` mails. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(self.mailboxes[address.lower()]) >= count)
        return self.mailboxes[address.lower()]

    async def quiet(self) -> None:
        """Until everything accepted so far lies where it belongs, its DSNs too."""
        while self._routing:
            await asyncio.gather(*self._routing)

    def fault(self, verb: Verb) -> str:
        """Take the next fault of a verb; "" = none."""
        return self.faults[verb].pop(0) if self.faults[verb] else ""

    def accept(self, mail: Accepted) -> str:
        """Take charge of a mail; the reply."""
        self.accepted.append(mail)
        task = asyncio.create_task(self._route(mail), name="relay routing")
        self._routing.add(task)
        task.add_done_callback(self._routing.discard)
        return f"250 2.0.0 Ok: queued as {len(self.accepted):X}"

    def permits(self, login: object) -> bool:
        """Whether these are the right user and password."""
        if self._login is None or not isinstance(login, LoginPassword):
            return False
        return (login.login, login.password) == tuple(part.encode() for part in self._login)

    @property
    def wants_login(self) -> bool:
        """Whether MAIL needs AUTH."""
        return self._login is not None

    async def _route(self, mail: Accepted) -> None:
        for recipient in mail.recipients:
            self._number += 1
            now = _now()
            if recipient.address.lower() in self.unknown:
                text = "550 5.1.1 The e-mail account does not exist"
                await self._report(mail, recipient, now, action="failed", status="5.1.1", diagnostic=text)
                continue
            copy = delivered_copy(mail, recipient.address, self.name, self._number, now)
            deliver = self._ours.get(_without_tag(recipient.address))
            if deliver is not None:
                await deliver(copy, now)
            else:
                async with self._arrived:
                    self.mailboxes[recipient.address.lower()].append(copy)
                    self._arrived.notify_all()
            if recipient.wants("SUCCESS"):
                text = "250 2.1.5 Delivered"
                await self._report(mail, recipient, now, action="delivered", status="2.1.5", diagnostic=text)

    async def _report(
        self,
        mail: Accepted,
        recipient: Recipient,
        now: datetime,
        *,
        action: Literal["delivered", "failed"],
        status: str,
        diagnostic: str,
    ) -> None:
        event: Literal["SUCCESS", "FAILURE"] = "SUCCESS" if action == "delivered" else "FAILURE"
        if not mail.mail_from or not recipient.wants(event):
            return
        report = status_report(
            mail, recipient, self.name, self._number, now, action=action, status=status, diagnostic=diagnostic
        )
        await self._route(report)


def _without_tag(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
