"""The gateway's loop: listens for agents' mails as long as the daemon runs, and hands each to its flow."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from inbox_bot import adapters
from inbox_bot.app import App
from inbox_bot.flows import agent_mail
from inbox_bot.model import Outcome
from inbox_bot.rules import tokens

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Listening:
    """`told` is called when something may have been queued."""

    app: App
    told: Callable[[], None]

    async def serve(self, until: Callable[[], Awaitable[object]]) -> None:
        """Listen until `until` returns. Raises `Paused` where the place is taken."""
        config = self.app.config.gateway
        if config is None or config.port is None:
            return
        listener = adapters.listener(config, self._accepts, self._hand_over)
        port = await listener.start()
        log.info("gateway_listening", extra={"port": port})
        try:
            await until()
        finally:
            await listener.close()

    def _accepts(self, recipient: str) -> bool:
        house = self.app.house
        return tokens.answering(house.keys, [recipient], house.now()) is not None

    async def _hand_over(self, raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
        fate = await agent_mail.received(self.app.house, raw, to=to, vouched=vouched, relayed=relayed)
        log.info("agent_mail", extra={"outcome": fate.outcome.value, "reason": fate.reason})
        self.told()
        unproven = fate.outcome is Outcome.REFUSED and fate.agent is None
        return not unproven and fate.outcome is not Outcome.QUARANTINED  # whoever sent it has to know
