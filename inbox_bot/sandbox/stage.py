"""Puts up the demo's stage: the look-alike X, the mail peers, a temporary folder and the real daemon between them."""

import json
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inbox_bot.sandbox import cast, letters
from inbox_bot.sandbox.cast import Person
from inbox_bot.sandbox.daemon import Program
from inbox_bot.sandbox.letters import Letter
from inbox_bot.sandbox.mail import MailPeers, mail_peers
from inbox_bot.sandbox.screen import colours
from inbox_bot.sandbox.x import Dm, Post, User, World, serve

_LONG = 3600.0  # peers wait as long as the program's patience lasts


@dataclass(slots=True, kw_only=True)
class Stage:
    """What the people of the demo do and find: on X, in their mailboxes, at the team's command line."""

    world: World
    mail: MailPeers
    program: Program
    users: dict[str, User] = field(default_factory=dict)
    _letters: int = 0

    def user(self, person: Person) -> User:
        """His account on X."""
        return self.users[person.handle]

    def mailbox(self, address: str) -> list[Letter]:
        """All mails that arrived there, oldest first."""
        return [letters.read(raw) for raw in self.mail.relay.mailboxes.get(address, [])]

    async def write(
        self,
        author: Person,
        subject: str,
        text: str,
        *,
        answers: Letter | None = None,
        receipt: bool = False,
        attachment: tuple[str, bytes] | None = None,
    ) -> str:
        """A customer sends us a mail; gives its Message-ID."""
        self._letters += 1
        message_id = f"<letter-{self._letters}.{author.called.lower()}@post.example>"
        to = letters.address(answers.reply_to) if answers else cast.INBOX
        raw = letters.write(
            author,
            to=to,
            subject=subject,
            text=text,
            message_id=message_id,
            answers=answers,
            receipt=receipt,
            attachment=attachment,
        )
        await self.mail.write(author.address, raw, to)
        return message_id

    async def away(self, author: Person, about: Letter) -> str:
        """His mailbox answers a mail by itself; gives what it says."""
        self._letters += 1
        raw = letters.vacation(author, about, message_id=f"<away-{self._letters}@post.example>")
        await self.mail.write("", raw, about.return_path)
        return letters.read(raw).all_text

    async def letter(self, person: Person, count: int, what: str) -> Letter:
        """Mail number `count` in somebody's mailbox, as soon as it is there."""
        arriving = self.mail.relay.mail_for(person.address, count, seconds=_LONG)
        return letters.read((await self.program.until(arriving, what))[count - 1])

    async def reply(self, person: Person, count: int, what: str) -> Post:
        """Our public reply number `count` to somebody."""
        arriving = self.world.next_reply(self.user(person), after=count - 1, seconds=_LONG)
        return await self.program.until(arriving, what)

    async def dm(self, person: Person, count: int, what: str) -> Dm:
        """Our direct message number `count` to somebody."""
        arriving = self.world.next_dm(self.user(person), after=count - 1, seconds=_LONG)
        return await self.program.until(arriving, what)


@asynccontextmanager
async def open_stage(log: list[str]) -> AsyncIterator[Stage]:
    """The stage as long as the block lasts; everything on loopback, the folder removed at the end.

    `log` gets the daemon's lines. Raises `InboxBotError` where the daemon does not start.
    """
    world = World(handle=cast.COMPANY_HANDLE, name=cast.COMPANY)
    world.limits.lift()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's warnings about itself would land in the play
    users = {one.handle: world.add_user(one.handle, one.name) for one in cast.PEOPLE if one.handle}
    with tempfile.TemporaryDirectory(prefix="inbox-bot-demo-") as folder:
        async with serve(world) as url, mail_peers(cast.INBOX) as mail:
            environment = {**colours(), "INBOX_BOT_AGENT": cast.ANNA.initials}
            program = Program(folder=Path(folder), environment=environment, log=log)
            write_config(program.config, url, world, mail)
            async with program.daemon():
                yield Stage(world=world, mail=mail, program=program, users=users)


def write_config(path: Path, url: str, world: World, mail: MailPeers) -> None:
    """The configuration, with waits that suit a play; everything else is as shipped."""
    keys = world.account
    text = f"""\
[brand]
name = {_quoted(cast.COMPANY)}
language = "de"
timezone = "Europe/Berlin"
footer = "{cast.COMPANY} GmbH, Musterweg 1, 00000 Musterstadt"

[notify]
to = [{_quoted(cast.TEAM)}]

[acknowledge]
coalesce_seconds = 2
per_hour = 1000

[[inbox]]
name = "x"
channel = "twitter"
start = "all"
base_url = {_quoted(url)}
consumer_key = {_quoted(keys.consumer_key)}
consumer_secret = {_quoted(keys.consumer_secret)}
access_token = {_quoted(keys.access_token)}
access_token_secret = {_quoted(keys.access_token_secret)}
poll_seconds = 0.5
dm_poll_seconds = 0.5
hold_seconds = 1

[[inbox]]
name = "mail"
channel = "email"
start = "all"
address = {_quoted(cast.INBOX)}

[inbox.imap]
host = {_quoted(mail.imap.host)}
port = {mail.imap.port}
security = "none"
user = {_quoted(mail.user)}
password = {_quoted(mail.password)}
poll_seconds = 0.5

[inbox.smtp]
host = {_quoted(mail.relay.host)}
port = {mail.relay.port}
security = "none"
user = {_quoted(mail.user)}
password = {_quoted(mail.password)}
"""
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    """JSON's strings are TOML's, too."""
    return json.dumps(text, ensure_ascii=False)
