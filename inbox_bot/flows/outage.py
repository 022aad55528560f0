"""What templates may say of an incident, in each language."""

from collections.abc import Mapping

from inbox_bot.incidents import Incident
from inbox_bot.ports import Spoken

_LANGUAGES = ("de", "en")


def facts(incident: Incident | None) -> Mapping[str, object]:
    """Title, text, beginning and the next update; where a language is missing, what was written first."""
    if incident is None:
        return {}
    return {
        "incident_title": in_each(incident.titles),
        "incident_text": in_each(incident.texts),
        "incident_since": incident.since,
        "incident_next": incident.next_update_at if incident.closed_at is None else None,
    }


def in_each(texts: Mapping[str, str]) -> Spoken:
    """A text for every language that may be asked for."""
    first = next(iter(texts.values()), "")
    return Spoken(words={language: texts.get(language) or first for language in (*_LANGUAGES, *texts)})
