"""What monitoring reads while the daemon runs: /metrics and /healthz, out of its database and its loops' pulse."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from inbox_bot import __version__, adapters
from inbox_bot.config import Metrics
from inbox_bot.errors import StoreError
from inbox_bot.flows.house import House
from inbox_bot.pulse import Pulse
from inbox_bot.rules import wellbeing
from inbox_bot.views import Vitals

log = logging.getLogger(__name__)

_FRESH = 5.0  # seconds for which figures are not asked for again: whoever reads them often costs no more
_ANSWERS = 5.0  # seconds in which the database has to

Page = Callable[[], Awaitable[tuple[HTTPStatus, str, bytes]]]
"""Makes status, content type and body."""


@dataclass(slots=True, kw_only=True)
class Watching:
    """`config` None: nothing listens. `steady`: the seconds of a clock that nobody sets."""

    house: House
    config: Metrics | None
    pulse: Pulse
    steady: Callable[[], float] = time.monotonic
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _vitals: Vitals | None = None
    _stale_at: float | None = None

    async def serve(self, until: Callable[[], Awaitable[object]]) -> None:
        """Listen until `until` returns. Raises `Paused` where the place is taken."""
        if self.config is None:
            return
        listener = adapters.metrics_listener(self.config, self.pages(self.config))
        port = await listener.start()
        log.info("metrics_listening", extra={"port": port})
        try:
            await until()
        finally:
            await listener.close()

    def pages(self, config: Metrics) -> dict[str, Page]:
        """By path."""
        house = self.house
        limits = {name: inbox.spend_limit for name, inbox in house.inboxes.items() if inbox.spend_limit}
        exposition = adapters.exposition(__version__, house.inboxes, limits)

        async def metrics() -> tuple[HTTPStatus, str, bytes]:
            vitals = await self._figures()
            text = exposition.text(house.now(), vitals, self.pulse.late(), self.pulse.lags())
            return HTTPStatus.OK, exposition.content_type, text

        async def healthz() -> tuple[HTTPStatus, str, bytes]:
            found = wellbeing.complaints(
                await self._figures(),
                self.pulse.late(),
                house.now(),
                timedelta(seconds=config.failing_seconds),
                house.inboxes,
            )
            status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
            return status, "text/plain; charset=utf-8", "".join(f"{line}\n" for line in found or ("ok",)).encode()

        return {"/metrics": metrics, "/healthz": healthz}

    async def _figures(self) -> Vitals | None:
        """Of a few seconds ago at most; None where the database does not answer, which is not asked again either."""
        async with self._asking:
            if self._stale_at is None or self.steady() >= self._stale_at:
                self._vitals = await self._asked()
                self._stale_at = self.steady() + _FRESH
            return self._vitals

    async def _asked(self) -> Vitals | None:
        house = self.house
        try:
            async with asyncio.timeout(_ANSWERS), house.store.read() as tx:
                return await tx.vitals(house.inboxes, house.now())
        except (StoreError, TimeoutError) as error:
            log.warning("metrics_without_database", extra={"reason": str(error) or "no answer in time"})
            return None
