"""Which facts templates may name: those that are there without a flow's saying, and those that public ones may see."""

from collections.abc import Mapping

OPTIONAL: Mapping[str, object] = {
    "customer": "",
    "subject": "",
    "messages": (),
    "text": "",
    "agent": None,
    "joined": False,
    "settled": False,
    "related_hint": False,
    "first_dm": False,
    "give_number": True,
    "hours": "",
    "opens_at": None,
    "waiting": "",
    "tickets": (),
    "way": "",
    "exposed": False,
    "code": "",
    "link_address": "",
    "link": "",
    "called": "",
    "form": "",
    "incident_title": "",
    "incident_text": "",
    "incident_since": None,
    "incident_next": None,
    "asks": False,
}
"""What a template may use although the flow did not say it."""

PUBLIC = frozenset(
    {
        "number",
        "mail_address",
        "text",
        "give_number",
        "wrong",
        "way",
        "exposed",
        "form",
        "incident_title",
        "incident_next",
    }
)
"""What a public template may see of the facts (`form`: du or Sie, never the name; of an incident what we say to all);
beside them the brand's name and the agent's initials."""
