"""Which facts templates may name: the company, what is there without a flow's saying, and what public ones may see."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandFacts:
    """The company in private texts; `mail_address` and `x_handle` (without @) are "" where there is no such inbox.
    `links`: the pages of its own to which `link` may lead."""

    name: str
    language: str
    timezone: str
    footer: str = ""
    privacy_url: str = ""
    mail_address: str = ""
    x_handle: str = ""
    links: tuple[str, ...] = ()


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
