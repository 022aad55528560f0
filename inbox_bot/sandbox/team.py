"""The team's side of the demo: commands typed at the real command line, and what the record says."""

import asyncio
import shlex
from dataclasses import dataclass
from typing import Any

from inbox_bot.errors import InboxBotError
from inbox_bot.sandbox import cast
from inbox_bot.sandbox.screen import Block, Screen
from inbox_bot.sandbox.stage import Stage

_FINAL = {"sent", "delivered", "failed"}
_LOOKS, _PAUSE = 60, 0.2  # how often and how fast a record is read again until it is complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Anna at her terminal."""

    stage: Stage
    screen: Screen

    async def types(self, *words: str) -> Block:
        """A command with a short output. Raises `InboxBotError` where it fails without one."""
        ran = await self.stage.program.run(*words)
        if ran.status != 0 and not ran.out:
            raise InboxBotError(f"inbox-bot {shlex.join(words)}: {ran.reason}")
        return Block(head=f"$ inbox-bot {shlex.join(words)}", text=ran.out, style="types")

    async def looks(self, *words: str) -> None:
        """A command whose output needs the whole width."""
        ran = await self.stage.program.run(*words, width=self.screen.width)
        self.screen.span(f"inbox-bot {shlex.join(words)}", ran.out + ran.err)

    async def evidence(self, number: str, kind: str, state: str = "") -> Block:
        """The newest delivery of this kind, as soon as its outcome (or that very `state`) is on record."""
        for _ in range(_LOOKS):
            shown = await self.stage.program.json("show", number)
            found = [one for one in deliveries(shown) if one["kind"] == kind]
            if found and (found[-1]["state"] == state or (not state and found[-1]["state"] in _FINAL)):
                receipts = "\n".join(f"{one['state']}: {one['evidence']}" for one in found[-1]["receipts"])
                return Block(head=f"ticket {number}: {kind} {found[-1]['state']}", text=receipts)
            await asyncio.sleep(_PAUSE)
        raise InboxBotError(f"no {kind} of {number} became {state or 'final'}")

    async def filed(self, number: str, external_id: str) -> Block:
        """Where a message of a customer lies, and why there."""
        shown = await self.stage.program.json("show", number)
        for entry in shown["timeline"]:
            if entry["external_id"] == external_id:
                return Block(head=f"ticket {number} ({shown['ticket']['status']})", text=entry["reason"])
        return Block(head=f"not in ticket {number}", style="trouble")

    async def recorded(self, outcome: str) -> Block:
        """The ledger's lines with this outcome."""
        found = await self.stage.program.json("ledger", "--outcome", outcome)
        lines = [f"{line['inbox']}: {line['outcome']}: {line['reason']}" for line in found["lines"]]
        return Block(head="ledger", text="\n".join(lines))

    async def notices(self, count: int) -> Block:
        """What the team was told by mail, as soon as there are so many."""
        arriving = self.stage.mail.relay.mail_for(cast.TEAM, count, seconds=3600)
        await self.stage.program.until(arriving, "the team's notices")
        subjects = [one.subject for one in self.stage.mailbox(cast.TEAM)]
        return Block(head=f"mail to {cast.TEAM}", text="\n".join(subjects))

    async def settled(self, *numbers: str) -> None:
        """Wait until nothing of these tickets is on its way any more, and every mail has its DSN.

        Gives up after a while: the checks then say what is missing.
        """
        for _ in range(_LOOKS):
            rows = [row for one in numbers for row in deliveries(await self.stage.program.json("show", one))]
            mails = [row for row in rows if "@" in row["to"] and row["kind"] != "mdn"]
            if all(row["state"] in _FINAL for row in rows) and all(row["state"] == "delivered" for row in mails):
                return
            await asyncio.sleep(_PAUSE)


def deliveries(shown: Any) -> list[Any]:  # JSON of `show`
    """All deliveries of a shown ticket, oldest first."""
    return [delivery for entry in shown["timeline"] for delivery in entry["deliveries"]]
