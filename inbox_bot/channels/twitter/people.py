"""Asks X who authors are: handle and name by user id."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inbox_bot.channels.twitter import prices
from inbox_bot.channels.twitter.fields import USER_FIELDS
from inbox_bot.channels.twitter.refusals import Refused
from inbox_bot.channels.twitter.wire import objects_of, text_of
from inbox_bot.errors import Paused
from inbox_bot.model import Address, Channel

if TYPE_CHECKING:  # tweepy is slow to load
    from inbox_bot.channels.twitter.client import XClient

_AT_ONCE = 100
_REFUSED_WAIT = timedelta(minutes=15)


async def ask_people(client: "XClient", ids: Sequence[str]) -> tuple[Mapping[str, Address], int]:
    """Those whom X knows, by id, and the cost; deleted and suspended accounts are simply missing."""
    known: dict[str, Address] = {}
    wanted = list(dict.fromkeys(one for one in ids if one.isascii() and one.isdigit()))
    try:
        for at in range(0, len(wanted), _AT_ONCE):
            answer = await client.get_users(ids=wanted[at : at + _AT_ONCE], user_auth=True, user_fields=USER_FIELDS)
            for one in objects_of(answer, "data"):
                number, handle, name = text_of(one, "id"), text_of(one, "username"), text_of(one, "name")
                known[number] = Address(channel=Channel.TWITTER, address=number, handle=handle, name=name)
            client.purse.read(prices.USER, "user", known)
    except Refused as refused:
        until = datetime.fromtimestamp(client.clock(), UTC) + _REFUSED_WAIT
        raise Paused(f"X refuses to name users: {refused}", until=until, spend=client.purse.take()) from refused
    except Paused as stop:
        stop.spend += client.purse.take()
        raise
    return known, client.purse.take()
