"""Finds agents' answers among what a mailbox brought, and enters what became of each in the ledger."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from inbox_bot.casework import AgentMail
from inbox_bot.domains import mailbox
from inbox_bot.errors import Paused, StoreError
from inbox_bot.flows import agent_mail, arrival
from inbox_bot.flows.arrival import Thing
from inbox_bot.flows.house import House
from inbox_bot.model import Batch, Incoming, Outcome, Unreadable
from inbox_bot.ports import Source
from inbox_bot.records import LedgerLine
from inbox_bot.rules import no_answer, tokens
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)


async def addressed(house: House, batch: Batch) -> set[str]:
    """The keys of the mails to agents' reply addresses, in agents' names, written by no person, or by somebody whom we
    do not know to an address that is good. A customer's mail to one goes its way: an agent may have passed it on."""
    mails = [
        item
        for item in batch.items
        if isinstance(item, Incoming) and item.mail is not None and tokens.for_agents(item.mail.recipients)
    ]
    if house.gateway is None or not mails:
        return set()
    async with house.store.read() as tx:
        agents = {mailbox(agent.address) for agent in await tx.agents()}
        strangers = {
            item.key
            for item in mails
            if item.author is not None
            and tokens.answering(house.keys, item.mail.recipients if item.mail else (), house.now()) is not None
            and not await tx.find_customers(item.author.address)
        }
    return {
        item.key
        for item in mails
        if (item.author is not None and mailbox(item.author.address) in agents)
        or item.key in strangers  # such as an agent at an address that we do not know: no ticket is opened for him
        or no_answer.judge(item, found=arrival.names_in(house, item)) is not None
    }


async def dealt_with(house: House, source: Source, batch: Batch) -> tuple[Batch, dict[str, AgentMail]]:
    """Do what these mails say; gives what became of each by its key, and the batch, in which those that broke it are
    unreadable. Raises `StoreError` and `Paused`: then the batch has to be taken in again."""
    fates: dict[str, AgentMail] = {}
    items: list[Thing] = []
    for item in batch.items:
        if isinstance(item, Unreadable) or house.gateway is None:
            items.append(item)
            continue
        try:
            whole = await house.gateway.letters.read(item.raw, item.key, item.at)
            if isinstance(whole, Incoming):
                if whole.mail is not None and item.mail is not None:
                    whole = replace(whole, mail=replace(whole.mail, signed_by=item.mail.signed_by))
                fates[item.key] = await agent_mail.take(house, whole)
            items.append(item if isinstance(whole, Incoming) else whole)
        except (StoreError, Paused):
            raise
        except Exception as error:
            # Whatever else it is (a company's own template, a bug) must not stop the inbox: the mail is parked.
            log.exception("agent_mail_quarantined", extra={"inbox": source.inbox, "key": item.key})
            reason = f"could not be dealt with: {type(error).__name__}"
            items.append(Unreadable(key=item.key, at=item.at, reason=reason, raw=item.raw))
    return replace(batch, items=tuple(items)), fates


def enter(house: House, filing: Filing, source: Source, item: Incoming, fate: AgentMail) -> None:
    """The ledger's line of an agent's mail, with its bytes."""
    digest = hashlib.sha256(item.raw).hexdigest() if item.raw else ""
    if digest:
        filing.raws[digest] = item.raw
    outcome, reason = fate.outcome, f"agent's mail: {fate.reason}" if fate.reason else "agent's mail"
    if outcome is Outcome.FILED and fate.message is None:
        outcome, reason = Outcome.ECHO, "agent's mail: orders, which leave nothing to file"
    filing.ledger.append(
        LedgerLine(
            inbox=source.inbox,
            stream=source.stream,
            key=item.key,
            outcome=outcome,
            reason=reason,
            at=house.now(),
            external_id=item.external_id,
            message=fate.message,
            raw=digest,
        )
    )


Fates = Mapping[str, AgentMail]
"""What became of agents' mails, by key."""
