"""How a customer is addressed: learnt from the team's first answer, set and forgotten by an agent."""

from dataclasses import replace

from inbox_bot.care import Form
from inbox_bot.errors import UsageError
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.house import House
from inbox_bot.ports import Transaction
from inbox_bot.records import Customer, LogEntry
from inbox_bot.rules import address
from inbox_bot.writes import Filing

_LONGEST = 80  # characters of a name


def from_answer(customer: Customer | None, text: str, language: str) -> list[Customer]:
    """The customer as the answer addresses him, where nothing was on record; [] where it shows nothing."""
    if customer is None or customer.form or customer.called or customer.form_by:
        return []
    shown = address.learnt(text, language)
    if not (shown.form or shown.called):
        return []
    return [replace(customer, form=shown.form, called=shown.called)]


async def of(house: House, key: str) -> Customer:
    """The customer with this address, handle or user id. Raises `UsageError`."""
    async with house.store.read() as tx:
        return await _called(tx, key)


async def fix(house: House, key: str, who: str, form: Form | None, called: str | None, *, forget: bool) -> Customer:
    """Set what is given, by this agent's word; `forget`: nothing is on record, and the next answer shows it."""
    name = None if called is None else " ".join(called.split())
    if name is not None and (len(name) > _LONGEST or not name.isprintable()):
        raise UsageError(f"a name has at most {_LONGEST} printable characters")

    async def act(tx: Transaction) -> Customer:
        agent, customer, now = await acting(tx, who), await _called(tx, key), house.now()
        if forget:
            changed = replace(customer, form=Form.UNKNOWN, called="", form_by="")
        else:
            changed = replace(
                customer,
                form=customer.form if form is None else form,
                called=customer.called if name is None else name,
                form_by=agent.name,
            )
        detail = f"customer {customer.id}: {'forgotten' if forget else changed.form or 'no form'}"
        log = [LogEntry(at=now, who=agent.name, what="address", detail=detail)]
        await tx.save(Filing(customers=[changed], log=log))
        return changed

    return await committed(house, act)


async def _called(tx: Transaction, key: str) -> Customer:
    found = await tx.find_customers(key)
    if len(found) != 1:
        raise UsageError(
            f'{"several customers are" if found else "nobody is"} known as "{key}"; give a mail address, an X handle '
            "or an X user id"
        )
    return found[0]
