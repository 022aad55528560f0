"""Queues a public post of ours that answers nobody: what all may read about an incident."""

from inbox_bot.errors import Unsendable
from inbox_bot.flows.house import House
from inbox_bot.model import Address, Channel, Kind, Visibility
from inbox_bot.outgoing import Draft
from inbox_bot.records import Delivery
from inbox_bot.rules import posts, tokens
from inbox_bot.writes import Filing


def queue(house: House, filing: Filing, text: str) -> None:
    """One post by the account on X. Raises `Unsendable` where there is none, or the text cannot be one: too long, a
    link, somebody's data."""
    box = next((box for box in house.inboxes.values() if box.channel is Channel.TWITTER), None)
    if box is None:
        raise Unsendable("there is no account on X; leave --post out")
    if reason := unfit(house, text, box.post_limit):
        raise Unsendable(reason)
    now, token = house.now(), tokens.new_token(house.bits)
    draft = Draft(
        kind=Kind.INCIDENT, to=Address(channel=Channel.TWITTER, address=""), visibility=Visibility.PUBLIC, text=text,
        token=token, at=now,
    )  # fmt: skip
    filing.deliveries.append(
        Delivery(
            id=-1_000_001, token=token, inbox=box.name, channel=Channel.TWITTER, kind=Kind.INCIDENT,
            visibility=Visibility.PUBLIC, to="", payload=house.senders[box.name].compose(draft), created_at=now,
            due_at=now, recipients=(), carries_number=False,
        )
    )  # fmt: skip


def unfit(house: House, text: str, most: int) -> str:
    """Why all cannot be shown these words, "" = they can. `most`: characters as X counts them."""
    from inbox_bot.flows.details import told_by
    from inbox_bot.rules import details  # its patterns take a while to make

    if found := details.find(text, told_by(house)):
        return f'"{found[0].phrase}" looks like personal data'
    return posts.problem(text, public=True, urls_allowed=False, limit=most)
