"""Decides whether the play held: compares what reached the customers with what the program has on record."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from inbox_bot.sandbox import cast
from inbox_bot.sandbox.cast import JETTE, RIEKE, TILL
from inbox_bot.sandbox.letters import Letter
from inbox_bot.sandbox.play import Play
from inbox_bot.sandbox.team import deliveries
from inbox_bot.sandbox.x import Dm, Post

_LINK = re.compile(r"https?://|\bwww\.|\bt\.co/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One claim about the play. `found` says what was there, for the reader of a ✗."""

    claim: str
    held: bool
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """All that the peers hold and all that the program says, at one moment."""

    play: Play
    posts: list[Post]
    dms: list[Dm]
    till: list[Letter]
    rieke: list[Letter]
    shown: dict[str, Any]
    tickets: list[Any]
    ledger: Any
    findings: list[Any]

    def number(self, place: str) -> str:
        return {"public": self.play.public, "private": self.play.private, "stranger": self.play.stranger}[place]

    def external_ids(self, place: str) -> list[str]:
        """What lies in that ticket's timeline, as the channels call it."""
        return [entry["external_id"] for entry in self.shown[place]["timeline"]]

    def count(self, inbox: str, outcome: str) -> int:
        return sum(r["count"] for r in self.ledger["counts"] if (r["inbox"], r["outcome"]) == (inbox, outcome))


async def verdicts(play: Play) -> list[Check]:
    """Every check of the play."""
    stage, program = play.stage, play.stage.program
    numbers = {"public": play.public, "private": play.private, "stranger": play.stranger}
    scene = _Scene(
        play=play,
        posts=stage.world.replies_to(stage.user(TILL)),
        dms=stage.world.dms_to(stage.user(TILL)),
        till=stage.mailbox(TILL.address),
        rieke=stage.mailbox(RIEKE.address),
        shown={place: await program.json("show", number) for place, number in numbers.items()},
        tickets=await program.json("tickets", "--all"),
        ledger=await program.json("ledger"),
        findings=(await program.json("audit"))["findings"],
    )
    return [*_on_x(scene), *_by_mail(scene), *_between(scene), *_machines(scene), *_record(scene)]


def _on_x(scene: _Scene) -> list[Check]:
    play, posts = scene.play, scene.posts
    automatic = [post for post in posts if play.public in post.text]
    human = [post for post in posts if f"^{cast.ANNA.initials}" in post.text]
    answered = [post.reply_to is play.tweet for post in posts]
    dm = play.dm
    return [
        Check(
            claim="the tweet got one automatic public reply, with the ticket number and without a link",
            held=len(automatic) == 1 and not _LINK.search(automatic[0].text),
            found=str([post.text for post in posts]),
        ),
        Check(
            claim="Anna's one public answer stands under the tweet, signed with her initials",
            held=len(human) == 1 and len(posts) == 2 and all(answered),
            found=str([post.text for post in posts]),
        ),
        Check(
            claim="the direct message was acknowledged once, with the same number as in public",
            held=len(scene.dms) == 1 and play.public in scene.dms[0].text,
            found=str([one.text for one in scene.dms]),
        ),
        Check(
            claim="tweet and direct message are one ticket",
            held=dm is not None
            and play.tweet is not None
            and {str(dm.id), str(play.tweet.id)} <= set(scene.external_ids("public")),
            found=str(scene.external_ids("public")),
        ),
    ]


def _by_mail(scene: _Scene) -> list[Check]:
    play, till = scene.play, scene.till
    tag = f"[#{play.private}]"
    answers = [one for one in till if not one.receipt_for]
    receipts = [one for one in till if one.receipt_for]
    first = [one for one in answers if one.in_reply_to == play.letters["first"] and one is not play.answer]
    answer = play.answer
    listed = play.confirmation.text if play.confirmation else ""
    lines = [line for line in listed.splitlines() if line.startswith("- E-Mail ")]
    return [
        Check(
            claim="the mail was acknowledged at once, in its own thread, with a number in the subject",
            held=bool(first) and tag in first[0].subject and play.private in first[0].text,
            found=str([one.subject for one in first]),
        ),
        Check(
            claim="the read receipt arrived exactly once, for that mail",
            held=[one.receipt_for for one in receipts] == [play.letters["first"]]
            and "processed" in receipts[0].disposition,
            found=str([(one.receipt_for, one.disposition) for one in receipts]),
        ),
        Check(
            claim="Anna's answer is in the thread of Till's mail",
            held=answer is not None and play.letters["first"] in answer.references and tag in answer.subject,
            found=str(answer.references if answer else "no answer"),
        ),
        Check(
            claim="Till's answer to it is in the same ticket and was acknowledged once",
            held=play.letters["second"] in scene.external_ids("private")
            and [one.in_reply_to for one in answers].count(play.letters["second"]) >= 1,
            found=str(scene.external_ids("private")),
        ),
        Check(
            claim="the confirmation lists both of his mails with the time of arrival",
            held=len(lines) == 2 and all(" Uhr" in line for line in lines) and "Auftrag.pdf" in lines[0],
            found=listed,
        ),
        Check(
            claim="every mail to Till carries this one number, and there are exactly six",
            held=len(till) == 6 and all(play.private in one.all_text for one in till),
            found=str([one.subject for one in till]),
        ),
        Check(
            claim="his thanks reached the resolved ticket and did not reopen it",
            held=play.letters["thanks"] in scene.external_ids("private")
            and scene.shown["private"]["ticket"]["status"] == "resolved",
            found=str(scene.shown["private"]["ticket"]["status"]),
        ),
    ]


def _between(scene: _Scene) -> list[Check]:
    play = scene.play
    told = "\n".join(one.all_text for one in scene.rieke)
    return [
        Check(
            claim="a mail from an unproven address that quotes the tweet's number did not enter its ticket",
            held=play.letters["first"] not in scene.external_ids("public") and play.private != play.public,
            found=str(scene.external_ids("public")),
        ),
        Check(
            claim="Rieke's mail with Till's number did not enter his ticket",
            held=play.letters["stranger"] not in scene.external_ids("private")
            and play.letters["stranger"] in scene.external_ids("stranger")
            and play.stranger != play.private,
            found=str(scene.external_ids("private")),
        ),
        Check(
            claim="she got one answer, with a number of her own and nothing of his",
            held=len(scene.rieke) == 1
            and play.stranger in told
            and not any(word in told for word in (play.private, play.public, "Till", "Umzug", "Auftrag")),
            found=told,
        ),
    ]


def _machines(scene: _Scene) -> list[Check]:
    play = scene.play
    world = play.stage.world
    jette = play.stage.user(JETTE)
    sent = [one for one in play.stage.mail.relay.accepted if one.mail_from.startswith("hilfe+")]
    to = Counter(r.address for one in play.stage.mail.relay.accepted for r in one.recipients)
    expected = {TILL.address: 6, RIEKE.address: 1}
    return [
        Check(
            claim="the retweet was refused and got no answer",
            held=scene.count("x", "refused") == 1 and not world.replies_to(jette) and not world.dms_to(jette),
            found=str(scene.ledger["counts"]),
        ),
        Check(
            claim="the vacation notice was recorded as automatic and got no answer",
            held=scene.count("mail", "automatic") == 1
            and not any(one.in_reply_to.startswith("<away-") for one in scene.till),
            found=str(scene.ledger["counts"]),
        ),
        Check(
            claim="nobody got anything twice or unasked",
            held=all(to[address] == count for address, count in expected.items())
            and len({one.data for one in sent}) == len(sent)
            and {address for address in to if address.endswith("@post.example")} == set(expected),
            found=str(dict(to)),
        ),
        Check(
            claim="the team got one notice for each ticket",
            held=sorted(_numbers(play.stage.mailbox(cast.TEAM))) == sorted((play.public, play.private, play.stranger)),
            found=str([one.subject for one in play.stage.mailbox(cast.TEAM)]),
        ),
    ]


def _numbers(mails: list[Letter]) -> list[str]:
    return [number for one in mails for number in re.findall(r"\d{3}-\d{3}-\d{3}", one.subject)]


def _record(scene: _Scene) -> list[Check]:
    play = scene.play
    rows = {place: deliveries(shown) for place, shown in scene.shown.items()}
    public = [row for row in rows["public"] if row["carries_number"]]
    ids = {str(post.id) for post in scene.posts}
    private = [row for row in rows["private"] if row["kind"] != "mdn"]
    serious = [one for one in scene.findings if one["kind"] != "unanswered"]
    return [
        Check(
            claim="the tweet's number is delivered, with X's post id as evidence",
            held=bool(public)
            and any(one in public[0]["evidence"] for one in ids)
            and public[0]["state"] == "delivered",
            found=str(public),
        ),
        Check(
            claim="every mail of ours was handed over (250), then raised to delivered by the success DSN",
            held=bool(private)
            and all([one["state"] for one in row["receipts"]][:1] == ["sent"] for row in private)
            and all(row["state"] == "delivered" for row in private),
            found=str([(row["kind"], row["state"], row["evidence"]) for row in private]),
        ),
        Check(
            claim="three tickets, and each one's number is delivered",
            held={one["number"] for one in scene.tickets} == {play.public, play.private, play.stranger}
            and len(scene.tickets) == 3
            and all(one["number_delivered_at"] for one in scene.tickets),
            found=str([(one["number"], one["number_delivered_at"]) for one in scene.tickets]),
        ),
        Check(claim="the ledger balances", held=scene.ledger["balanced"] is True, found=str(scene.ledger)),
        Check(
            claim="the audit finds nothing (but what still waits for a person's answer)",
            held=not serious,
            found=str(serious),
        ),
    ]
