"""Whether the answer addresses the customer in another way than the team has so far: two agents, two forms."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.rules import address


async def gate(asked: Asked) -> Verdict:
    """Stops it with the way on record; who knows that he wants the other overrides that, or sets it."""
    customer = asked.case.customer
    if customer is None or not (customer.form or customer.called) or asked.route.identity.customer != customer.id:
        return Verdict()
    here = address.learnt(asked.text, asked.case.language(asked.house, asked.route))
    other_form = customer.form and here.form and customer.form is not here.form
    other_name = (
        customer.called and here.called and address.is_formal(customer.called) is not address.is_formal(here.called)
    )
    if not (other_form or other_name):
        return Verdict()
    said = " / ".join(filter(None, (here.called, here.form.value)))
    known = " / ".join(filter(None, (customer.called, customer.form.value)))
    by = f"set by {customer.form_by}" if customer.form_by else "as we wrote him first"
    reason = f'"{said}": this customer is addressed as "{known}" ({by}); to change that: inbox-bot customer address'
    return Verdict(stops=(Stop(reason=reason, override=True),))
