"""Plays a customer's story from his first tweet to his thanks: who writes what, and what the team types."""

import asyncio
import re
import time
from dataclasses import dataclass, field

from inbox_bot.errors import InboxBotError
from inbox_bot.sandbox import cast
from inbox_bot.sandbox.cast import ANNA, JETTE, RIEKE, TILL, Person
from inbox_bot.sandbox.letters import Letter, without_footer
from inbox_bot.sandbox.screen import Block, Screen
from inbox_bot.sandbox.stage import Stage
from inbox_bot.sandbox.team import Team
from inbox_bot.sandbox.x import Dm, Post

_NUMBER = re.compile(r"\b\d{3}-\d{3}-\d{3}\b")


@dataclass(slots=True, kw_only=True)
class Play:
    """The running story, and what the checks need of it: the numbers as customers read them, and who wrote what.

    `public`, `private`, `stranger`: the numbers that the tweet, Till's mail and Rieke's mail got. `letters`: the
    customers' Message-IDs.
    """

    stage: Stage
    screen: Screen
    team: Team
    reading: float = 0.0  # seconds for a person to read between two acts
    tweet: Post | None = None
    dm: Dm | None = None
    public: str = ""
    private: str = ""
    stranger: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    answer: Letter | None = None
    confirmation: Letter | None = None

    async def run(self) -> None:
        """All acts. Raises `InboxBotError` where something does not happen."""
        acts = (self.in_public, self.in_private, self.by_mail, self.answered, self.in_writing, self.solved, self.record)
        for act in acts:
            await act()
            await asyncio.sleep(self.reading)

    async def in_public(self) -> None:
        """A mention gets one public reply with the number; a retweet gets nothing."""
        self.screen.act("1. A tweet", "The line is dead. Till says so in public; a neighbour passes it on.")
        words = f"@{cast.COMPANY_HANDLE} Wir sind umgezogen und seit Montag ist die Leitung tot. Wer hilft uns?"
        self.tweet = self.stage.world.post(self.stage.user(TILL), words)
        self.stage.world.post(self.stage.user(JETTE), "", retweet_of=self.tweet)
        self.screen.row(customer=Block(head="Till tweets", text=words, style="says"))
        await self.stage.program.took("x", "refused", 1)
        self.screen.row(
            customer=Block(head="Jette retweets it", style="says"), team=await self.team.recorded("refused")
        )
        reply = await self.stage.reply(TILL, 1, "the public reply to the tweet")
        self.public = number_in(reply.text)
        self.screen.row(
            customer=Block(head="public reply to Till", text=reply.text, style="gets"),
            team=await self.team.evidence(self.public, "acknowledgement"),
        )

    async def in_private(self) -> None:
        """The team asks for a DM; the DM joins the ticket and is acknowledged with the same number."""
        self.screen.act("2. In private", "Anna asks for a direct message. It joins the ticket of the tweet.")
        joins = ("agent", "add", ANNA.name, "--initials", ANNA.initials, "--address", ANNA.address)
        self.screen.row(team=await self.team.types(*joins))
        await self.team.looks("tickets")
        await self.team.looks("show", self.public)
        self.screen.row(team=await self.team.types("reply", self.public, "--template", "please-dm"))
        reply = await self.stage.reply(TILL, 2, "Anna's public reply")
        self.screen.row(customer=Block(head="public reply to Till", text=reply.text, style="gets"))
        words = "Hier ist Till Brandow. Der Umzug war für den 3. bestellt. Ich schicke Ihnen alles auch per E-Mail."
        self.dm = self.stage.world.dm(self.stage.user(TILL), words)
        self.screen.row(customer=Block(head="Till sends a direct message", text=words, style="says"))
        answer = await self.stage.dm(TILL, 1, "the acknowledgement of the direct message")
        self.screen.row(
            customer=Block(head="direct message for Till", text=answer.text, style="gets"),
            team=await self.team.filed(self.public, str(self.dm.id)),
        )

    async def by_mail(self) -> None:
        """A mail is acknowledged with its number, and the read receipt that it asks for comes once."""
        self.screen.act(
            "3. A mail that asks for a read receipt",
            "Till quotes his number, but anybody could: until it is proven who wrote, the mail gets a ticket of its "
            "own and the team a hint. Acknowledgement and read receipt come at once.",
        )
        words = (
            f"Guten Tag,\n\nwie auf X geschrieben (Ticket {self.public}): Die Leitung ist seit dem Umzug tot. Der "
            "Auftrag hängt an.\nBitte bestätigen Sie mir, dass diese E-Mail angekommen ist.\n\nTill Brandow"
        )
        subject, order = "Umzug: Leitung seit Montag tot", ("Auftrag.pdf", b"%PDF-1.4\n% ein Auftrag\n")
        self.letters["first"] = await self.stage.write(TILL, subject, words, receipt=True, attachment=order)
        self.screen.row(customer=Block(head=f"Till mails: {subject} (with {order[0]})", text=words, style="says"))
        await self.stage.letter(TILL, 2, "acknowledgement and read receipt of the mail")
        found = self.stage.mailbox(TILL.address)
        answer = next((one for one in found if not one.receipt_for), None)
        receipt = next((one for one in found if one.receipt_for), None)
        if answer is None or receipt is None:
            raise InboxBotError("the mail did not get one acknowledgement and one read receipt")
        self.private = number_in(answer.subject)
        self.screen.row(customer=_mail(TILL, answer), team=await self.team.filed(self.private, self.letters["first"]))
        self.screen.row(
            customer=Block(head=f"read receipt for Till: {receipt.subject}", text=receipt.disposition, style="gets"),
            team=await self.team.evidence(self.private, "acknowledgement", state="delivered"),
        )
        self.screen.row(team=await self.team.notices(2))

    async def answered(self) -> None:
        """An agent's answer threads; a vacation notice gets no answer; the customer's answer finds its ticket."""
        self.screen.act(
            "4. A person answers", "Till's mailbox answers by itself, then Till does. Only he gets an answer."
        )
        words = "Guten Tag Herr Brandow, der Techniker kommt morgen zwischen 8 und 12 Uhr. Passt das?"
        await self.team.looks("show", self.private)
        self.screen.row(team=await self.team.types("reply", self.private, "--text", words, "--promised"))
        self.answer = await self.stage.letter(TILL, 3, "Anna's answer")
        arrived = int(time.time())
        self.screen.row(customer=_mail(TILL, self.answer))
        words = await self.stage.away(TILL, self.answer)
        await self.stage.program.took("mail", "automatic", 1)
        self.screen.row(
            customer=Block(head="Till's mailbox, by itself", text=words, style="says"),
            team=await self.team.recorded("automatic"),
        )
        words = "Guten Tag Frau Kessel,\n\nmorgen passt, ich bin da. Die Dose ist im Flur.\n\nTill Brandow"
        while int(time.time()) == arrived:  # noqa: ASYNC110  # IMAP dates have whole seconds: this mail is the later one
            await asyncio.sleep(0.05)
        self.letters["second"] = await self.stage.write(TILL, f"Re: {self.answer.subject}", words, answers=self.answer)
        self.screen.row(customer=Block(head="Till answers Anna's mail", text=words, style="says"))
        further = await self.stage.letter(TILL, 4, "the acknowledgement of Till's answer")
        self.screen.row(customer=_mail(TILL, further), team=await self.team.filed(self.private, self.letters["second"]))

    async def in_writing(self) -> None:
        """A confirmation of everything with one command; a number quoted by another person opens nothing."""
        self.screen.act(
            '5. "I cannot confirm that in writing"',
            "On the telephone Till asks whether his mails have arrived. Anna confirms them with one command. Then "
            "Rieke, of the same family, quotes his number: that gives her no access to his ticket.",
        )
        self.screen.row(team=await self.team.types("confirm", self.private))
        self.confirmation = await self.stage.letter(TILL, 5, "the confirmation")
        self.screen.row(
            customer=_mail(TILL, self.confirmation), team=await self.team.evidence(self.private, "confirmation")
        )
        words = f"Guten Tag, es geht um Ticket {self.private}. Bitte schicken Sie mir alles dazu.\n\nRieke Brandow"
        self.letters["stranger"] = await self.stage.write(RIEKE, "Auskunft", words)
        self.screen.row(customer=Block(head="Rieke mails: Auskunft", text=words, style="says"))
        answer = await self.stage.letter(RIEKE, 1, "the acknowledgement of Rieke's mail")
        self.stranger = number_in(answer.subject)
        self.screen.row(
            customer=_mail(RIEKE, answer), team=await self.team.filed(self.stranger, self.letters["stranger"])
        )

    async def solved(self) -> None:
        """Thanks alone do not reopen what is resolved."""
        self.screen.act(
            "6. Solved",
            "The technician has come: the promise is kept, else the ticket could not be resolved. Thanks alone do not "
            "reopen it; any other message would.",
        )
        self.screen.row(team=await self.team.types("promise", "keep", "1"))
        self.screen.row(team=await self.team.types("resolve", self.private))
        words = "Es läuft wieder. Vielen Dank!"
        self.letters["thanks"] = await self.stage.write(TILL, "Re: Umzug", words, answers=self.answer)
        self.screen.row(customer=Block(head="Till mails: Re: Umzug", text=words, style="says"))
        further = await self.stage.letter(TILL, 6, "the acknowledgement of Till's thanks")
        self.screen.row(customer=_mail(TILL, further), team=await self.team.filed(self.private, self.letters["thanks"]))

    async def record(self) -> None:
        """What anybody on the team can look up."""
        self.screen.act("7. The record", "Who wrote what, when, by which way, and what proves that our words arrived.")
        await self.team.notices(3)
        await self.team.settled(self.public, self.private, self.stranger)
        await self.team.looks("show", self.public)
        await self.team.looks("tickets", "--all")
        self.screen.row(team=await self.team.types("ledger"))
        self.screen.row(team=await self.team.types("audit"))


def number_in(text: str) -> str:
    """The one ticket number that a customer reads there. Raises `InboxBotError`."""
    found = sorted({str(one) for one in _NUMBER.findall(text)})
    if len(found) != 1:
        raise InboxBotError(f"one ticket number should stand in this text, not {len(found)}: {text}")
    return found[0]


def _mail(person: Person, letter: Letter) -> Block:
    return Block(head=f"mail for {person.called}: {letter.subject}", text=without_footer(letter.text), style="gets")
