"""Reads all templates as a careful colleague would, and says of each file what is wrong with it, all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from inbox_bot import app
from inbox_bot.config import Config, TwitterInbox
from inbox_bot.errors import UsageError
from inbox_bot.model import Channel, Visibility
from inbox_bot.ports import Rendered
from inbox_bot.rules import claims, fitting, phishing, posts, promises
from inbox_bot.rules.du_sie import DU, says_du, says_sie
from inbox_bot.template import Template, Tier
from inbox_bot.texts import Templates
from inbox_bot.texts.inspection import Inspected
from inbox_bot.texts.preview import extremes

_LANGUAGES = ("de", "en")  # of which there are word lists

_SAME = ("visibility", "automatic", "tier", "topic", "states", "needs", "refuses", "asks", "says", "promises")
_TO_THE_TEAM = ("notice-", "agent-")  # these quote customers and their addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One line about a file. `grave`: it must be mended; else it is to be thought about. `own`: the company's file."""

    file: str
    own: bool
    grave: bool
    line: str


def proofread(config: Config, now: datetime) -> tuple[list[Remark], int]:
    """The remarks, the company's own files first, the grave ones of a file first; and how many files were read."""
    texts = app.texts(config)
    found = texts.inspected()
    reader = _Reader(config, texts, now)
    remarks: list[Remark] = []
    for one in found:
        grave = [*one.faults, *reader.faults(one)]
        light = [*reader.doubts(one), *_twins(one, found)]
        missing, doubtful = _languages(one, found, config.brand.language)
        for lines, is_grave in (([*grave, *missing], True), ([*light, *doubtful], False)):
            remarks += [Remark(file=one.key, own=one.own, grave=is_grave, line=line) for line in dict.fromkeys(lines)]
    return remarks, len(found)


class _Reader:
    """Reads one template at a time, as this company's."""

    def __init__(self, config: Config, texts: Templates, now: datetime) -> None:
        brand = config.brand
        self._texts, self._now, self._zone = texts, now, ZoneInfo(brand.timezone)
        ours = phishing.domains(brand.privacy_url, brand.footer, *(inbox.address for inbox in config.email))
        pages = [link for reason in config.reasons.values() for link in reason.links.values()]
        self._own = ours | {urlsplit(link).hostname or "" for link in pages} - {""}
        self._mail = config.email[0].address if config.email else ""
        limits = [inbox.post_limit for inbox in config.inboxes if isinstance(inbox, TwitterInbox)]
        self._limit = min(limits, default=posts.LIMIT)

    def faults(self, one: Inspected) -> Iterator[str]:
        """What must be mended."""
        template = one.template
        if template is None:
            return
        if template.visibility is Visibility.PUBLIC and template.tier is not Tier.PUBLIC:
            yield f'a public text cannot be of the tier "{template.tier}"; make it private'
        if template.visibility is Visibility.PUBLIC and template.channel is Channel.EMAIL:
            yield "a mail is never public; make it private"
        both = sorted(set(template.needs) & {*template.refuses, *template.asks})
        if both:
            yield f"needs and refuses the same: {', '.join(both)}"
        for filled in one.filled:
            yield from self._length(template, filled)
            if not template.name.startswith(_TO_THE_TEAM):
                yield from phishing.suspicious(filled.text, filled.html, own=self._own, meant=template.links)
            if template.language == "de" and says_du(filled.text) and says_sie(filled.text):
                yield "says du and Sie; choose one"
            yield from self._unsaid(template, filled)

    def doubts(self, one: Inspected) -> Iterator[str]:
        """What is to be thought about."""
        template = one.template
        if template is None:
            return
        for fact in (*template.needs, *template.refuses):
            if not fitting.known(fact):
                near = next(iter(get_close_matches(fact, fitting.FACTS, n=1)), "")
                yield f"nothing records the fact {fact} (yet)" + (f"; is it {near}?" if near else "")
        if not one.filled or template.language not in _LANGUAGES:
            return
        said = {kind for filled in one.filled for kind in _claimed(template, filled)}
        for act in template.says:
            if act not in said:
                yield f"its header says {act}, its text does not"
        if template.promises and not any(self._promised(template, filled) for filled in one.filled):
            yield "its header says that it promises a time, its text names none"

    def _length(self, template: Template, filled: Rendered) -> Iterator[str]:
        if template.channel is not Channel.TWITTER:
            return
        public = template.visibility is Visibility.PUBLIC
        text = filled.text
        if not template.automatic and template.name not in fitting.FRAMES:
            text = self._framed(template, text)
        if text and (fault := posts.problem(text, public=public, urls_allowed=not public, limit=self._limit)):
            yield f"with long names it is {fault}" if "too long" in fault else fault

    def _framed(self, template: Template, text: str) -> str:
        """With the number and initials that go with it, where those can be filled in."""
        frame = "reply-public" if template.visibility is Visibility.PUBLIC else "reply"
        facts = extremes(frame, template.language, self._mail)[0] | {"text": text}
        try:
            return self._texts.render(frame, template.channel, template.language, facts).text
        except UsageError:
            return text

    def _unsaid(self, template: Template, filled: Rendered) -> Iterator[str]:
        """What the text claims or promises without its header's knowing. The program answers for its own ones."""
        if template.language not in _LANGUAGES or template.automatic or template.name in fitting.FRAMES:
            return
        for act, phrase in _claimed(template, filled).items():
            if act not in template.says:
                yield f'says “{phrase}”: it needs says = ["{act}"] in its header'
        if not template.promises and (promised := self._promised(template, filled)):
            yield f"promises “{promised}”: it needs promises = true in its header"

    def _promised(self, template: Template, filled: Rendered) -> str:
        found = promises.find(filled.text, now=self._now, zone=self._zone, languages=[template.language])
        return found[0].phrase if found else ""


def _claimed(template: Template, filled: Rendered) -> Mapping[str, str]:
    """What the text says has been done: act -> the words for it."""
    return {claim.kind: claim.phrase for claim in claims.find(filled.text, languages=[template.language])}


def _languages(one: Inspected, found: Sequence[Inspected], brand: str) -> tuple[list[str], list[str]]:
    """(what cannot be sent for want of a language, what may be wanted)."""
    template = one.template
    if template is None or template.name.endswith(DU):
        return [], []
    same = {
        other.template.language: other
        for other in found
        if other.template and (other.template.name, other.template.channel) == (template.name, template.channel)
    }
    if brand not in same:
        return [f'there is none in the brand\'s language, "{brand}"; add it, or nobody else can get it'], []
    spoken = sorted({other.template.language for other in found if other.template})
    lines = [
        f'there is none in "{language}"; people who write so get "{brand}"'
        for language in spoken
        if language not in same
    ]
    if one.own:
        lines += [
            f'the one in "{language}" is the shipped one, and may say something else'
            for language, other in sorted(same.items())
            if not other.own
        ]
    lines += [
        f'its header differs from the one in "{language}": {", ".join(differing)}'
        for language, other in sorted(same.items())
        if other.template and _tells(one, other) and (differing := _differing(template, other.template))
    ]
    return [], lines


def _tells(one: Inspected, other: Inspected) -> bool:
    """Of two that differ the company's own is told of, else the one whose name comes later."""
    return one.own if one.own is not other.own else one.key > other.key


def _differing(one: Template, other: Template) -> list[str]:
    """The keys in which two headers differ that should be one."""
    return [key for key in _SAME if getattr(one, key) != getattr(other, key)]


def _twins(one: Inspected, found: Sequence[Inspected]) -> Iterator[str]:
    """Whether people who are addressed as du are, in this text or in one beside it that may go in the same cases."""
    template = one.template
    if template is None or template.language != "de" or template.name.startswith(_TO_THE_TEAM):
        return
    beside = {
        (other.template.name, other.template.channel): other for other in found if _german(other) and other.template
    }
    text = " ".join(filled.text for filled in one.filled)
    if not template.name.endswith(DU):
        adapts = any(says_du(filled.text) and not says_sie(filled.text) for filled in one.filled)
        if says_sie(text) and not adapts and (f"{template.name}{DU}", template.channel) not in beside:
            yield f'says Sie to everybody; write {{{{ you("Sie", "du") }}}} ("_you.j2"), or add {template.name}{DU}'
        return
    plain = beside.get((template.name.removesuffix(DU), template.channel))
    if says_sie(text):
        yield f"its name ends in {DU}, and it says Sie"
    if plain is None or plain.template is None:
        yield f"there is no {template.name.removesuffix(DU)} beside it for people who are addressed as Sie"
        return
    if differing := _differing(template, plain.template):
        yield f"its header differs from the one that says Sie: {', '.join(differing)}"


def _german(one: Inspected) -> bool:
    return one.template is not None and one.template.language == "de"
