"""Hands mail to the relay, one transaction per delivery, and tells what is certain of the outcome from what is not."""

import asyncio
import re
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Literal

import aiosmtplib

from inbox_bot.channels.mime.addresses import in_ascii, is_international
from inbox_bot.channels.mime.build import build
from inbox_bot.channels.smtp_connection import Patience, Pool, Relay, Security, in_one_line, reply
from inbox_bot.errors import Deferred, Paused, Uncertain, Unreached, Unsendable
from inbox_bot.grants import Access
from inbox_bot.model import Address, Channel, Kind
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.ports import Leaving, unnoted

_LINE_END = re.compile(rb"\r\n|\r|\n")
_XTEXT_ESCAPED = re.compile(rb"[^!-*,-<>-~]")
_MAILBOX = re.compile(r'(?:"[^\x00-\x20\x7f<>"\\]+"|[^\x00-\x20\x7f<>"]+)@[^\x00-\x20\x7f<>"@]+')
_ACCOUNT_CODES = frozenset({530, 534, 535, 538})  # RFC 4954: about our login, not about this mail
_OWN_FAULT = frozenset({500, 501, 503})  # RFC 5321 4.2.2: this exchange went wrong, not this mail


class SmtpSender:
    """The `Sender` of a mail inbox. `connections` is how many transactions may run at once.

    Reads replies as RFC 5321 4.2.1 has them. 552 to RCPT counts as 452, "too many recipients" (4.5.3.1.10), unless
    its enhanced code says otherwise; 552 to MAIL and DATA is about the mail's size and final.
    """

    channel = Channel.EMAIL

    def __init__(
        self,
        *,
        inbox: str,
        address: str,
        name: str,
        host: str,
        port: int,
        security: Security,
        user: str,
        password: str,
        access: Access | None = None,
        footer: str = "",
        ca_file: str | None = None,
        connections: int = 4,
        hostname: str = "",
        patience: Patience | None = None,
    ) -> None:
        self.inbox = inbox
        self.concurrency = connections
        self._sender = Address(channel=Channel.EMAIL, address=address, name=name)
        self._footer = footer
        self._relay = Relay(
            host=host,
            port=port,
            security=security,
            user=user,
            password=password,
            access=access,
            ca_file=ca_file,
            hostname=hostname,
            patience=patience or Patience(),
        )
        self._pool = Pool(self._relay)
        self._slots = asyncio.Semaphore(connections)

    def compose(self, draft: Draft) -> bytes:
        """See `Sender.compose`."""
        return build(draft, sender=self._sender, footer=self._footer, host=self._sender.address.rpartition("@")[2])

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """See `Sender.send`. The customer comes first: where he is refused, nobody gets the mail."""
        async with self._slots:
            client, kept = await self._pool.take()
            done = False
            try:
                try:
                    await self._mail(client, parcel)
                except _Gone:
                    if not kept:
                        raise
                    client.close()
                    client = await self._pool.fresh()
                    await self._mail(client, parcel)
                sent = await self._rest(client, parcel, leaving)
            except _Gone as exc:
                raise Unreached(str(exc)) from exc
            except Unreached:
                raise  # and the connection is not kept
            except (Unsendable, Deferred):
                done = await self._reset(client)
                raise
            else:
                done = True
                return sent
            finally:
                if done:
                    self._pool.keep(client)
                else:
                    client.close()

    async def find(self, parcel: Parcel) -> Sent | None:
        """SMTP keeps no record that could be asked."""
        return None

    def target(self, parcel: Parcel) -> str:
        """A mail answers no post."""
        return ""

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        """Mail cannot be taken back."""
        return set(), 0

    async def close(self) -> None:
        """See `Sender.close`."""
        await self._pool.close()

    async def probe(self, plus_address: str, envelope: str) -> list[str]:
        """What the relay says to our envelope sender and to our own plus-address, without sending anything.

        Each line begins with "accepted: ", "refused: ", "offered: " or "not offered: ". Raises `Paused` or
        `Deferred` where it does not come that far.
        """
        client = await self._pool.fresh()
        lines: list[str] = []
        try:
            for what, address in (("MAIL", envelope), ("RCPT", plus_address)):
                call = client.mail if what == "MAIL" else client.rcpt
                title = f"envelope sender {address}" if what == "MAIL" else f"mail to {address}"
                try:
                    answer = await call(address, encoding="utf-8")
                    lines.append(f"accepted: {title} ({answer.code})")
                except aiosmtplib.SMTPResponseException as exc:
                    lines.append(f"refused: {title} ({reply(exc)})")
                    break
            for name in ("dsn", "size", "smtputf8"):
                offered = client.supports_extension(name)
                size = client.esmtp_extensions.get(name, "") if name == "size" else ""
                lines.append(f"{'offered' if offered else 'not offered'}: {name.upper()} {size}".rstrip())
            await self._reset(client)
        except (aiosmtplib.SMTPException, OSError, ValueError) as exc:
            raise Deferred(f"{self._relay.name} broke off ({in_one_line(exc)})") from exc
        finally:
            client.close()
        return lines

    async def _mail(self, client: aiosmtplib.SMTP, parcel: Parcel) -> None:
        """MAIL FROM. Raises `_Gone` where the connection turned out to be dead."""
        try:
            await client.mail(
                in_ascii(parcel.return_path), options=self._mail_options(client, parcel), encoding="utf-8"
            )
        except aiosmtplib.SMTPSenderRefused as exc:
            if exc.code in _ACCOUNT_CODES:
                raise Paused(f"{self._relay.name} wants a login ({reply(exc)}); set `user`", alarm=True) from exc
            if exc.code == 421:
                raise _Gone(reply(exc)) from exc
            raise _refusal("MAIL", exc) from exc
        except (aiosmtplib.SMTPException, OSError) as exc:
            raise _Gone(f"{self._relay.name} hung up ({in_one_line(exc)})") from exc

    def _mail_options(self, client: aiosmtplib.SMTP, parcel: Parcel) -> list[str]:
        """The ESMTP parameters of MAIL; raises `Unsendable` for what this relay cannot carry."""
        for address in filter(None, (parcel.return_path, *parcel.recipients)):
            # aiosmtplib would quietly send to what parseaddr makes of it
            if parseaddr(address)[1] != address or not _MAILBOX.fullmatch(address):
                raise Unsendable(f"{address!r} is no plain mail address")
        options: list[str] = []
        if client.supports_extension("size"):
            limit = client.esmtp_extensions.get("size", "")
            if limit.isdigit() and 0 < int(limit) < len(parcel.payload):
                raise Unsendable(f"the mail has {len(parcel.payload)} bytes, {self._relay.name} takes {limit}")
            options.append(f"SIZE={len(parcel.payload)}")
        if not parcel.payload.isascii() and client.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        if _international(parcel):
            if not client.supports_extension("smtputf8"):
                raise Unsendable(f"{self._relay.name} takes no addresses with other than ASCII letters (RFC 6531)")
            options.append("SMTPUTF8")
        if client.supports_extension("dsn"):
            options += ["RET=HDRS", f"ENVID={xtext(parcel.token)}"]
        return options

    async def _rest(self, client: aiosmtplib.SMTP, parcel: Parcel, leaving: Leaving) -> Sent:
        """RCPT and DATA. Whatever breaks before the content goes out is certain, after it is not."""
        refused: list[tuple[str, str]] = []
        try:
            for index, recipient in enumerate(parcel.recipients):
                try:
                    await client.rcpt(
                        in_ascii(recipient), options=_options(client, parcel, in_ascii(recipient)), encoding="utf-8"
                    )
                except aiosmtplib.SMTPRecipientRefused as exc:
                    if index == 0 or exc.code == 421:
                        raise _refusal("RCPT", exc) from exc
                    refused.append((recipient, reply(exc)))
            start = await client.execute_command(b"DATA")
            if start.code != 354:
                raise _refusal("DATA", aiosmtplib.SMTPDataError(start.code, start.message))
            protocol = client.protocol
            if protocol is None:
                raise _Gone(f"{self._relay.name} hung up after DATA")
        except (aiosmtplib.SMTPException, OSError) as exc:
            raise _Gone(f"{self._relay.name} hung up ({in_one_line(exc)})") from exc
        await leaving()
        # Not client.data(): it does not tell a connection lost before the content from one lost after it.
        try:
            protocol.write(stuffed(parcel.payload))
            end = await protocol.read_response(timeout=self._relay.patience.content)
        except (aiosmtplib.SMTPException, OSError) as exc:
            raise Uncertain(f"{self._relay.name} gave no answer to the mail ({in_one_line(exc)})") from exc
        if not 200 <= end.code < 300:
            raise _refusal("DATA", aiosmtplib.SMTPDataError(end.code, end.message))
        evidence = f"{end.code} {' '.join(end.message.split())}"[:500]
        return Sent(external_id=parcel.external_id, evidence=evidence, refused=tuple(refused))

    async def _reset(self, client: aiosmtplib.SMTP) -> bool:
        """End a transaction that came to nothing; whether the connection can be kept."""
        try:
            await client.rset(timeout=self._relay.patience.command)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True


class _Gone(Exception):
    """The connection was lost while it is certain that nothing was accepted."""


def xtext(text: str) -> str:
    """RFC 3461 4: printable ASCII but `+` and `=` as it is, the rest as `+` and two hexadecimal digits."""
    return _XTEXT_ESCAPED.sub(lambda found: b"+%02X" % found[0][0], text.encode()).decode("ascii")


def stuffed(payload: bytes) -> bytes:
    """The bytes as DATA wants them: CRLF ends every line, leading dots doubled, the final dot (RFC 5321 4.5.2)."""
    lines = _LINE_END.sub(b"\r\n", payload)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    if lines.startswith(b"."):
        lines = b"." + lines
    return lines.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _options(client: aiosmtplib.SMTP, parcel: Parcel, recipient: str) -> list[str]:
    """RFC 3461 4.1 and 4.2; an MDN is never reported on (RFC 8098 3: it must not cause mail)."""
    if not client.supports_extension("dsn"):
        return []
    notify = "NEVER" if parcel.kind is Kind.MDN else "SUCCESS,FAILURE,DELAY"
    if not recipient.isascii():  # would need the utf-8 address type of RFC 6533; relays fill it in themselves
        return [f"NOTIFY={notify}"]
    return [f"NOTIFY={notify}", f"ORCPT=rfc822;{xtext(recipient)}"]


def _international(parcel: Parcel) -> bool:
    return any(is_international(address) for address in (parcel.return_path, *parcel.recipients))


def _refusal(verb: Literal["MAIL", "RCPT", "DATA"], exc: aiosmtplib.SMTPResponseException) -> Unsendable | Deferred:
    """What a refusal means for the delivery."""
    text = f"{verb}: {reply(exc)}"
    full = verb == "RCPT" and exc.code == 552 and not re.match(r"5\.(?!5\.3)", exc.message)
    # RFC 5321 4.2.2: 421 is said to everybody; and MAIL tells nothing yet of the mail but its size (452, RFC 1870 6.1)
    if exc.code == 421 or (verb == "MAIL" and 400 <= exc.code < 500 and exc.code != 452):
        return Unreached(text)
    if 500 <= exc.code < 600 and exc.code not in _OWN_FAULT and not full:
        return Unsendable(text)
    return Deferred(text)
