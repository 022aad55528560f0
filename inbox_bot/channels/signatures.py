"""Checks DKIM signatures (RFC 6376) of incoming mails: asks DNS for the keys, within limits, then does the arithmetic.

Only a signature by From's own domain is looked at: another domain's says nothing about who wrote.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from inbox_bot.channels.mime.fields import unfold
from inbox_bot.channels.mime.verify import is_signed, key_name
from inbox_bot.model import Incoming

Lookup = Callable[[str], Awaitable[bytes | None]]
"""The TXT record of a name; None = there is none, or not exactly one. Raises `TimeoutError` where nobody answers."""

LARGEST = 10 * 1024 * 1024  # octets of a mail: a second of arithmetic
_MOST_NAMES = 100  # asked in one batch
_AT_ONCE = 20
_MOST_KEPT = 2000
_MOST_SIGNATURES = 3  # of one mail; a domain in transition signs twice
_FOUND, _MISSING, _SILENT = 3600.0, 300.0, 60.0  # seconds that an answer, a denial, a silence is kept


@dataclass(slots=True, kw_only=True)
class DkimSignatures:
    """The port `Signatures`. `lookup` asks DNS; all look-ups of a batch together take at most `seconds`; when none of
    them was answered, DNS is left alone for a minute."""

    lookup: Lookup
    seconds: float = 3.0
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[bytes | None, float]] = field(default_factory=dict)
    _silent_until: float = 0.0

    async def signers(self, mails: Sequence[Incoming]) -> Mapping[str, str]:
        """See `Signatures.signers`."""
        wanted = {mail.key: names for mail in mails if len(mail.raw) <= LARGEST and (names := _names(mail))}
        keys = await self._keys(list(dict.fromkeys(name for names in wanted.values() for name in names)))
        if not keys:
            return {}
        checkable = [mail for mail in mails if any(name in keys for name in wanted.get(mail.key, ()))]
        return await asyncio.to_thread(_signers, checkable, keys)

    async def _keys(self, names: Sequence[str]) -> dict[str, bytes]:
        """The records of those names that have one."""
        now = self.clock()
        missing = [name for name in names if self._kept.get(name, (None, 0.0))[1] <= now][:_MOST_NAMES]
        if missing and now >= self._silent_until:
            await self._ask(missing)
        return {name: kept for name in names if name in self._kept and (kept := self._kept[name][0]) is not None}

    async def _ask(self, names: Sequence[str]) -> None:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def ask(name: str) -> bytes | None:
            async with turn:
                return await self.lookup(name)

        asked = {name: asyncio.create_task(ask(name), name=f"dns:{name}") for name in names}
        try:
            await asyncio.wait(asked.values(), timeout=self.seconds)
        finally:
            for task in asked.values():
                task.cancel()
            ended = dict(zip(asked, await asyncio.gather(*asked.values(), return_exceptions=True), strict=True))
        now = self.clock()
        for name, answer in ended.items():
            if isinstance(answer, BaseException):
                self._keep(name, None, now + _SILENT)
            else:
                self._keep(name, answer, now + (_MISSING if answer is None else _FOUND))
        if all(isinstance(answer, BaseException) for answer in ended.values()):
            self._silent_until = now + _SILENT

    def _keep(self, name: str, record: bytes | None, until: float) -> None:
        self._kept.pop(name, None)
        self._kept[name] = (record, until)
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]


def _names(mail: Incoming) -> list[str]:
    """Where the keys are of those signatures that could prove From."""
    domain = _domain(mail)
    values = [value for name, value in mail.mail.headers if name == "dkim-signature"] if mail.mail else []
    found = [key_name(unfold(value).encode("ascii", "replace"), domain) for value in values[:10]]
    return [name for name in found if name][:_MOST_SIGNATURES]


def _signers(mails: Sequence[Incoming], keys: Mapping[str, bytes]) -> dict[str, str]:
    found = {}
    for mail in mails:
        assert mail.author is not None
        if is_signed(mail.raw, mail.author.address, keys):
            found[mail.key] = _domain(mail)
    return found


def _domain(mail: Incoming) -> str:
    return mail.author.address.rpartition("@")[2].lower() if mail.author else ""


def dns_lookup(server: tuple[str, int] | None = None, seconds: float = 2.0) -> Lookup:
    """Asks the resolvers of this machine, or `server` (address, port); each question takes at most `seconds`."""

    async def lookup(name: str) -> bytes | None:
        import dns.asyncresolver  # 0.2 s, and only where a signature is to be checked
        import dns.exception
        import dns.resolver

        try:
            if server is None:
                resolver = dns.asyncresolver.get_default_resolver()
            else:
                resolver = dns.asyncresolver.Resolver(configure=False)
                resolver.nameservers, resolver.port = [server[0]], server[1]
            answer = await resolver.resolve(f"{name}.", "TXT", lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.exception.DNSException, OSError) as exc:
            raise TimeoutError("DNS does not answer") from exc
        records = [b"".join(record.strings) for record in answer]
        return records[0] if len(records) == 1 else None  # RFC 6376 3.6.2.2: with more the result is undefined

    return lookup
