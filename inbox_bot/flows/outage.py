"""What templates may say of an incident, in each language."""

from collections.abc import Mapping
from datetime import datetime

from inbox_bot.incidents import Incident
from inbox_bot.ports import Spoken

_LANGUAGES = ("de", "en")


def facts(incident: Incident | None, now: datetime) -> Mapping[str, object]:
    """Title, text, beginning, the next update unless that is over; a language that is missing is told what was written
    first."""
    if incident is None:
        return {}
    due = incident.next_update_at
    return {
        "incident_title": in_each(incident.titles),
        "incident_text": in_each(incident.texts),
        "incident_since": incident.since,
        "incident_next": due if due is not None and due > now and incident.closed_at is None else None,
    }


def in_each(texts: Mapping[str, str]) -> Spoken:
    """A text for every language that may be asked for."""
    first = next(iter(texts.values()), "")
    return Spoken(words={language: texts.get(language) or first for language in (*_LANGUAGES, *texts)})
