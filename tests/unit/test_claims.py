"""Claims at the desk: nothing is said to be done without an action on record; what was wrong is corrected."""

from typing import Any

import pytest
from sqlalchemy import update

from inbox_bot.casework import Action
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import actions, correcting, undoing
from inbox_bot.flows.answering import Queued
from inbox_bot.flows.correcting import Wrong
from inbox_bot.flows.softening import EXAMPLES
from inbox_bot.model import Act, Channel, DeliveryState, Kind, Visibility
from inbox_bot.ports import Store
from inbox_bot.rules import claims
from inbox_bot.rules.routes import Way
from inbox_bot.store.database import Database
from inbox_bot.store.schema import deliveries
from tests.unit.desk_house import NOW, WRITTEN, a_dm, a_mail, a_post
from tests.unit.desk_promises import Desk, berlin
from tests.unit.said import informed

CANCELLED = "Ihr Vertrag wurde storniert."


@pytest.fixture
async def desk(store: Store) -> Desk:
    """It is Monday, 13:00 in Berlin."""
    desk = Desk(store)
    await desk.team()
    await desk.case(a_mail())
    return desk


async def done(desk: Desk, text: str = "cancel line", **more: str) -> Action:
    """An action with its evidence."""
    evidence = {"reference": "4711", "confirmed_by": "ben"} | more
    return (await actions.add(desk.house, WRITTEN, text, "anna", **evidence))[1]


async def stopped(desk: Desk, text: str, **more: Any) -> str:
    """Why it was, and nothing was sent."""
    before = await desk.sent(Kind.REPLY)
    with pytest.raises(Stopped) as reason:
        await desk.reply(text, **more)
    assert await desk.sent(Kind.REPLY) == before
    return str(reason.value)


# --- evidence


async def test_a_claim_needs_evidence(desk: Desk) -> None:
    """The stop says which words, what is missing and what to type; an action of another kind, without reference or
    without a name is none; with both the text goes out."""
    reason = await stopped(desk, CANCELLED)
    assert f'inbox-bot action add {WRITTEN} "cancel line" --ref 4711 --confirmed-by NAME' in reason
    assert '"wurde storniert"' in reason
    await done(desk, "refund 20 EUR")
    assert "no action on record: cancelled" in await stopped(desk, CANCELLED)
    await done(desk, reference="")
    assert "has no reference" in await stopped(desk, CANCELLED)
    await done(desk, confirmed_by="")
    assert "nobody has confirmed" in await stopped(desk, CANCELLED)
    await done(desk)
    await desk.reply(CANCELLED)
    assert [one.detail for one in await desk.log() if one.what == "action"][-1] == (
        "cancel line (cancelled; ref 4711, confirmed by ben)"
    )


async def test_what_is_taken_back_proves_nothing(desk: Desk) -> None:
    """It stays on record, once taken back for good."""
    action = await done(desk)
    taken, number = await actions.take_back(desk.house, f"a{action.id}", "ben", "wrong customer")
    assert (taken.taken_back_at, number) == (NOW, WRITTEN)
    assert "no action on record" in await stopped(desk, CANCELLED)
    with pytest.raises(UsageError, match="already"):
        await actions.take_back(desk.house, str(action.id), "ben")
    with pytest.raises(UsageError, match="there is no action"):
        await actions.take_back(desk.house, "999", "ben")
    _, listed, names = await actions.listed(desk.house, WRITTEN)
    assert [(one.reference, names[one.agent]) for one in listed] == [("4711", "anna")]


async def test_only_a_supervisor_may_know_better(desk: Desk) -> None:
    """ "Anyway" of others changes nothing; hers is on record."""
    await stopped(desk, CANCELLED, anyway=True)
    await desk.reply(CANCELLED, who="vera", anyway=True)
    [entry] = [one for one in await desk.log() if one.what == "anyway"]
    assert entry.who == "vera"
    assert "wurde storniert" in entry.detail


async def test_the_kind_is_told_by_the_words_or_given(desk: Desk) -> None:
    """Every example that a stop shows is understood as what it stands for."""
    assert {claims.kind_of(text) for text in EXAMPLES.values()} == set(Act)
    assert [claims.kind_of(text) for text in EXAMPLES.values()] == list(EXAMPLES)
    with pytest.raises(UsageError, match="add --kind"):
        await done(desk, "xyz")
    with pytest.raises(UsageError, match="no kind of action"):
        await done(desk, "xyz", kind="eaten")
    assert (await done(desk, "xyz", kind="booked")).kind is Act.BOOKED
    with pytest.raises(UsageError, match="what was done"):
        await done(desk, " ")


# --- requested instead of done


@pytest.mark.parametrize(
    ("text", "softened"),
    [
        (
            "Guten Tag. Ihr Vertrag wurde storniert. Gruß",
            "Guten Tag. Es wurde am 6. März 2026 beantragt, dass Ihr Vertrag storniert wird. Gruß",
        ),
        ("We have cancelled your contract.", "We requested on 6 March 2026 that your contract be cancelled."),
    ],
)
async def test_softened_it_says_what_was_requested_and_when(desk: Desk, text: str, softened: str) -> None:
    """The day is that of the request on record, by the team's clock; the sentence alone is changed."""
    desk.now = berlin(3, 6, 0, 30)
    await done(desk, reference="", confirmed_by="")
    desk.now = NOW
    await desk.reply(text, soften=True)
    [message] = await desk.sent(Kind.REPLY)
    assert softened in message.text
    assert claims.find(message.text) == []


async def test_what_was_never_requested_is_not_softened(desk: Desk) -> None:
    """That would be untrue as well; nor is a sentence that no rule can say anew, or one that needs no softening."""
    with pytest.raises(UsageError, match="no request is on record either"):
        await desk.reply(CANCELLED, soften=True)
    await done(desk, reference="")
    with pytest.raises(UsageError, match="cannot be softened by rule"):
        await desk.reply("Ihr Vertrag wurde gestern, wie Sie wollten, storniert.", soften=True)
    await desk.reply("Wir prüfen das.", soften=True)
    assert await desk.sent(Kind.REPLY) != []


# --- corrections


async def said(desk: Desk, text: str = CANCELLED) -> Queued:
    """Something on record, and told to the customer."""
    await done(desk)
    return await gone(desk, await desk.reply(text))


async def gone(desk: Desk, queued: Queued) -> Queued:
    """It has left the house."""
    assert isinstance(desk.store, Database)
    async with desk.store.writer.begin() as db:
        of_it = deliveries.c.message == queued.message
        await db.execute(update(deliveries).where(of_it).values(state=DeliveryState.SENT))
    return queued


async def correct(desk: Desk, message: int, words: str, text: str, *, action: str = "", **more: Any) -> Queued:
    """A correction by ben, who has read everything."""
    answer = informed(number=WRITTEN, who="ben", text=text, **more)
    return await correcting.correct(desk.house, answer, Wrong(message=f"m{message}", words=words, action=action))


async def test_a_correction_names_what_was_wrong(desk: Desk) -> None:
    """It quotes the sentence with its day, says what is true, takes the action back, and all of it is in the log."""
    wrong = await said(desk)
    desk.now = berlin(3, 10, 9)
    queued = await correct(desk, wrong.message, "Ihr Vertrag  wurde storniert.", "Die Kündigung ist erst beantragt.")
    for part in ("am 9. März 2026 um 13:00 Uhr", "„Ihr Vertrag wurde storniert.“", "Das war falsch", "erst beantragt"):
        assert part in queued.text
    assert [one.taken_back_at for one in await desk.actions()] == [desk.now]
    log = {one.what: one.detail for one in await desk.log()}
    assert log["corrected"] == f"m{wrong.message}: Ihr Vertrag wurde storniert."
    assert "cancel line" in log["action taken back"]
    assert log["correction"] == "private by email"
    assert "no action on record" in await stopped(desk, CANCELLED)
    assert len(await desk.sent(Kind.CORRECTION)) == 1


async def test_a_correction_is_held_to_the_same_rules(desk: Desk) -> None:
    """What it claims or promises itself needs evidence and a due time; where it is stopped the action stands."""
    wrong = await said(desk)
    for text in ("Ihr Vertrag wurde gekündigt.", "Wir melden uns bis Freitag."):
        with pytest.raises(Stopped):
            await correct(desk, wrong.message, "wurde storniert", text)
    assert [one.taken_back_at for one in await desk.actions()] == [None]
    await correct(desk, wrong.message, "wurde storniert", "Wir melden uns bis Freitag.", promised=True)
    assert [one.phrase for one in await desk.promises()] == ["bis Freitag"]


async def test_which_action_is_wrong_is_asked_where_two_fit(desk: Desk) -> None:
    """Named, or none."""
    first, second = await done(desk), await done(desk, "cancel contract")
    wrong = await gone(desk, await desk.reply(CANCELLED))
    with pytest.raises(UsageError, match=f"a{first.id} cancel line, a{second.id} cancel contract"):
        await correct(desk, wrong.message, "wurde storniert", "Noch nicht.")
    with pytest.raises(UsageError, match="no action of this ticket"):
        await correct(desk, wrong.message, "wurde storniert", "Noch nicht.", action="999")
    await correct(desk, wrong.message, "wurde storniert", "Noch nicht.", action="none")
    await correct(desk, wrong.message, "wurde storniert", "Noch nicht.", action=f"a{second.id}", anyway=True)
    assert [one.taken_back_at for one in await desk.actions()] == [None, NOW]


async def test_a_correction_that_is_taken_back_leaves_the_evidence(desk: Desk) -> None:
    """Nothing was corrected: the action stands again, and what it bears out may be said."""
    wrong = await said(desk)
    await correct(desk, wrong.message, "wurde storniert", "Noch nicht.")
    assert [one.taken_back_at for one in await desk.actions()] == [NOW]
    undone = await undoing.undo(desk.house, WRITTEN, "ben")
    assert "Noch nicht." in undone.text
    assert [one.taken_back_at for one in await desk.actions()] == [None]
    await desk.reply("Wie gesagt: Ihr Vertrag wurde storniert. Alles Gute!")


async def test_only_our_own_words_are_corrected(desk: Desk) -> None:
    """Of a message that went out, word for word, with a text."""
    wrong = await said(desk)
    with pytest.raises(UsageError, match=f"no message of ours in this ticket: m{wrong.message}"):
        await correct(desk, wrong.message - 1, "Montag", "Nein.")
    for words in ("wurde gekündigt", "urde stornier", "e", ""):
        with pytest.raises(UsageError, match="does not say"):
            await correct(desk, wrong.message, words, "Nein.")
    with pytest.raises(UsageError, match="what is true instead"):
        await correct(desk, wrong.message, "wurde storniert", " ")
    waits = await desk.reply(CANCELLED, anyway=True)
    with pytest.raises(UsageError, match="has not gone out yet; take it back"):
        await correct(desk, waits.message, "wurde storniert", "Nein.")
    async with desk.store.write() as tx:
        await tx.withdraw(wrong.ticket.id, "undone", automatic_only=False)
    wrong = waits
    with pytest.raises(UsageError, match="never reached"):
        await correct(desk, wrong.message, "wurde storniert", "Nein.")


async def test_in_public_only_what_was_public(store: Store) -> None:
    """A wrong post is corrected under the customer's post; a wrong DM never there."""
    desk = Desk(store)
    await desk.team()
    await desk.case(a_dm(at=berlin(3, 9, 9)), a_post(at=berlin(3, 9, 10)), dm=True)
    await done(desk)
    post = await gone(desk, await desk.reply(CANCELLED))
    assert post.visibility is Visibility.PUBLIC
    await done(desk, "cancel contract")
    public = await correct(desk, post.message, "wurde storniert", "Noch nicht.", action="none")
    assert public.visibility is Visibility.PUBLIC
    assert "„wurde storniert“ war falsch" in public.text
    assert public.text.endswith("^BN")
    private = await gone(desk, await desk.reply(CANCELLED, who="vera", way=Way.DM))
    quiet = await correct(desk, private.message, "wurde storniert", "Noch nicht.", action="none")
    assert (quiet.channel, quiet.visibility) == (Channel.TWITTER, Visibility.PRIVATE)
    with pytest.raises(UsageError, match="cannot go out in public"):
        await correct(desk, private.message, "wurde storniert", "x", action="none", way=Way.PUBLIC)
