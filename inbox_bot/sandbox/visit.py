"""Lets the visitor take part after the play: reads typed commands and shows what happens on both sides."""

import asyncio
import os
import shlex
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from inbox_bot.errors import InboxBotError
from inbox_bot.sandbox import cast
from inbox_bot.sandbox.cast import Person
from inbox_bot.sandbox.letters import without_footer
from inbox_bot.sandbox.screen import Block, Screen
from inbox_bot.sandbox.stage import Stage

HELP = f"""\
tweet TEXT           post something to @{cast.COMPANY_HANDLE}
dm TEXT              write @{cast.COMPANY_HANDLE} a direct message
mail SUBJECT | TEXT  write a mail to {cast.INBOX}
answer TEXT          answer the last mail you got
as NAME              be somebody else: {", ".join(one.called.lower() for one in cast.PEOPLE)}
team COMMAND …       any command of inbox-bot: team tickets, team show NUMBER, team reply NUMBER --text "…"
log                  the last lines of the daemon's log
help, quit"""
Thing = TypeVar("Thing")
_ECHOES = {"receipt", "echo"}  # what our own messages bring about
_WRITING = {"reply", "confirm", "open"}
_WATCH = 0.15  # seconds between two looks at the peers
_TO_TAKE, _TO_ANSWER = 10.0, 5.0  # seconds that a typed command waits for its effect before the next one is read


@dataclass(slots=True, kw_only=True)
class Visit:
    """The visitor's turn. `me`: as whom he writes."""

    stage: Stage
    screen: Screen
    me: Person = cast.VISITOR
    _arrived: int = 0
    _taken: int = 0
    _seen: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Until `quit`, the end of the input, or the daemon's end. Raises `InboxBotError` at the last."""
        self.screen.act("Your turn", f"Everything goes on running. You are {self.me.name}; type help.")
        self.screen.say(HELP)
        self._mark()
        watching = asyncio.create_task(self._watch(), name="watch")
        lines = _lines()
        try:
            while (line := await self._line(lines)) is not None:
                if line in {"quit", "exit", "q"}:
                    return
                await self._obey(line)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _line(self, lines: "asyncio.Queue[str | None]") -> str | None:
        self._prompt()
        reading = asyncio.ensure_future(lines.get())
        either: set[asyncio.Future[Any]] = {reading, self.stage.program.ended}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            reading.cancel()
            raise InboxBotError(f"the daemon has ended by itself (status {self.stage.program.ended.result()})")
        line = reading.result()
        return line.strip() if line is not None else None

    async def _obey(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        acts: dict[str, Callable[[str], Awaitable[None]]] = {
            "tweet": self._tweet, "dm": self._dm, "mail": self._mail, "answer": self._answer, "as": self._as,
            "team": self._team, "log": self._log,
        }  # fmt: skip
        if not self.screen.live and line:
            self.screen.say(f"> {line}", "bold")
        if word in acts and (rest or word == "log"):
            await acts[word](rest)
        elif word in acts:
            self.screen.say(f"{word} what? type help")
        elif word == "help":
            self.screen.say(HELP)
        elif word:
            self.screen.say(f"{word}: no such command; type help")

    # --- what he does

    async def _tweet(self, text: str) -> None:
        if not self.me.handle:
            return self.screen.say(f"{self.me.called} is not on X; type: as visitor")
        named = text if f"@{cast.COMPANY_HANDLE}" in text.lower() else f"@{cast.COMPANY_HANDLE} {text}"
        self.stage.world.post(self.stage.user(self.me), named)
        return await self._effect()

    async def _dm(self, text: str) -> None:
        if not self.me.handle:
            return self.screen.say(f"{self.me.called} is not on X; type: as visitor")
        self.stage.world.dm(self.stage.user(self.me), text)
        return await self._effect()

    async def _mail(self, text: str) -> None:
        if not self.me.address:
            return self.screen.say(f"{self.me.called} writes no mails; type: as visitor")
        subject, bar, body = text.partition("|")
        await self.stage.write(self.me, subject.strip(), body.strip() if bar else text)
        return await self._effect()

    async def _answer(self, text: str) -> None:
        mails = [one for one in self.stage.mailbox(self.me.address) if not one.receipt_for]
        if not mails:
            return self.screen.say(f"{self.me.called} has got no mail yet")
        subject = mails[-1].subject
        subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        await self.stage.write(self.me, subject, text, answers=mails[-1])
        return await self._effect()

    async def _as(self, name: str) -> None:
        found = next((one for one in cast.PEOPLE if one.called.lower() == name.lower()), None)
        if found is None:
            return self.screen.say(f"nobody is called {name}; there are: {', '.join(p.called for p in cast.PEOPLE)}")
        self.me = found
        return self.screen.say(f"you are {found.name} now")

    async def _team(self, text: str) -> None:
        try:
            words = shlex.split(text)
        except ValueError as error:
            return self.screen.say(f"that command cannot be read: {error}")
        words = (words[1:] if words[0] == "inbox-bot" else words) or ["--help"]
        ran = await self.stage.program.run(*words, width=self.screen.width)
        arrived = self._arrived
        self.screen.span(f"inbox-bot {shlex.join(words)}", ran.out + ran.err)
        if ran.status == 0 and words[0] in _WRITING:
            await self._until(lambda: self._arrived > arrived, _TO_ANSWER)
        return None

    async def _log(self, text: str) -> None:
        for line in self.stage.program.log[-15:]:
            self.screen.say(line)

    async def _effect(self) -> None:
        """Until what he wrote was taken in, and then until an answer is there or none seems to come."""
        taken, arrived = self._taken, self._arrived
        await self._until(lambda: self._taken > taken, _TO_TAKE)
        if not await self._until(lambda: self._arrived > arrived, _TO_ANSWER):
            self.screen.say("no automatic answer to this; it waits for the team")

    async def _until(self, done: Callable[[], bool], seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not done():  # noqa: ASYNC110  # the peers are looked at, they do not call
                    await asyncio.sleep(_WATCH)
        return done()

    # --- what happens

    def _mark(self) -> None:
        """All so far belongs to the play."""
        self._news()

    async def _watch(self) -> None:
        while True:
            for customer, team in self._news():
                if self.screen.live:
                    self.screen.console.file.write("\r\x1b[K")
                self.screen.row(customer=customer, team=team)
                if self.screen.live:
                    self._prompt()
            await asyncio.sleep(_WATCH)

    def _news(self) -> list[tuple[Block | None, Block | None]]:
        news: list[tuple[Block | None, Block | None]] = []
        lines = self._new("taken", self.stage.program.taken())
        if lines:
            text = "\n".join(f"{inbox}: {outcome}" for inbox, outcome in lines)
            news.append((None, Block(head="ledger", text=text)))
        self._taken += sum(outcome not in _ECHOES for _, outcome in lines)
        for person in cast.PEOPLE:
            found: list[Block] = []
            if person.handle:
                user = self.stage.user(person)
                for post in self._new(f"posts {person.name}", self.stage.world.replies_to(user)):
                    found.append(Block(head=f"public reply to {person.called}", text=post.text, style="gets"))
                for dm in self._new(f"dms {person.name}", self.stage.world.dms_to(user)):
                    found.append(Block(head=f"direct message for {person.called}", text=dm.text, style="gets"))
            for mail in self._new(f"mails {person.name}", self.stage.mailbox(person.address)):
                head = f"mail for {person.called}: {mail.subject}"
                found.append(Block(head=head, text=without_footer(mail.text), style="gets"))
            self._arrived += len(found)
            news += [(one, None) for one in found]
        for mail in self._new("team", self.stage.mailbox(cast.TEAM)):
            news.append((None, Block(head=f"mail to the team: {mail.subject}")))
        return news

    def _new(self, name: str, things: list[Thing]) -> list[Thing]:
        fresh = things[self._seen.get(name, 0) :]
        self._seen[name] = len(things)
        return fresh

    def _prompt(self) -> None:
        if self.screen.live:
            self.screen.console.file.write(f"{self.me.called.lower()}> ")
            self.screen.console.file.flush()


def _lines() -> "asyncio.Queue[str | None]":
    """The lines of standard input, None at its end. The thread holds no lock of `sys.stdin`, so exit never waits."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def put(line: str | None) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(queue.put_nowait, line)

    def read() -> None:
        rest = b""
        if sys.stdin is None:  # closed by whoever started us
            return put(None)
        while True:
            try:
                some = os.read(sys.stdin.fileno(), 4096)
            except OSError:
                some = b""
            *whole, rest = (rest + some).split(b"\n")
            for line in whole:
                put(line.decode(errors="replace"))
            if not some:
                if rest:
                    put(rest.decode(errors="replace"))
                return put(None)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    return queue
