"""Claims: decides what an outgoing text says has been done, what of it is on record, and how to say it without."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice

from inbox_bot.casework import Action
from inbox_bot.model import Act
from inbox_bot.rules.claim_words import CLAIMING, RECORDED, Claiming
from inbox_bot.rules.passages import Around, Passage, lower, phrases
from inbox_bot.rules.time_words import NAMING

LANGUAGES = ("de", "en")
_MOST = 300  # participles in one text and language that are looked at
_HEADLINE = 4  # words of "Vertrag storniert!", which needs no verb
_LAST = 2  # words after a participle within which its verb may stand: "gekündigt worden ist"
_INVOLVED = re.compile(r"[,;:()–—\n]|\s-\s")
_BETWEEN, _LETTERS = 8, 30  # words, and of how many letters, between "konnte" and its infinitive
_ATTRIBUTED = re.compile(  # "die von Ihnen beantragte Stornierung"
    r"(?<!\w)von\s{1,4}(?:Ihnen|dir|euch)\s{1,4}(?:[a-zäöüß]{1,20}\s{1,4})?(?!letzte|heute|vorige|diese|erste)"
    r"[a-zäöüß]{3,30}(?:t|en)e[nrms]?(?=\s{1,4}[A-ZÄÖÜ])"
)
_WHETHER = re.compile(r"(?<!\w)(?:whether|(?:check|checking|see|ask|asking|find out) if)(?!\w)")
_HE_HAS = re.compile(r"\A\s{0,4}(?:haben|hatten|hast|habt)(?!\w)")  # "den Sie bestellt haben", but not "dass wir Sie …"
_HIM, _US = re.compile(r"(?<!\w)(?:sie|du|ihr)(?!\w)"), re.compile(r"(?<!\w)(?:wir|ich)(?!\w)")
_AFTER = re.compile(r"\A\W{0,5}nachdem(?!\w)")
_IF = re.compile(r"(?<!\w)(?:sobald|wenn|falls|sofern|once|if|as soon as|when)(?!\w)")
_LATER = re.compile(
    r"(?<!\w)(?:wird|werden|(?:erhalten|bekommen) sie|(?:melden|senden|schicken|informieren) wir)(?!\w)"
)
_LONGEST = 14  # words in a sentence that is simple enough to be said anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that a text says has been done: verb and participle with what stands between, their place, the kind."""

    phrase: str
    span: tuple[int, int]
    kind: Act
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """A claim without evidence, and what is missing."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Softened:
    """What may be said instead of the sentence at this place of the text."""

    sentence: str
    span: tuple[int, int]


def _next(word: str) -> re.Pattern[str]:
    return re.compile(rf"\A\W{{0,3}}{word}(?!\w)" if word else r"(?!)")


def _infinitive(act: str) -> str:
    """From "zu kündigen" and "auszuzahlen"."""
    if " " in act:
        return " ".join(act.replace("zu ", "").lower().split())
    head, _, tail = act.rpartition("zu")
    return head + tail


class _Patterns:
    """One language's lists as patterns."""

    def __init__(self, words: Claiming) -> None:
        self.words = words
        self.kinds = {participle: Act(kind) for kind, alike in words.acts.items() for participle in alike}
        self.participles = phrases(tuple(self.kinds))
        self.helpers, self.future = phrases(words.helpers), phrases(words.future)
        self.negations, self.not_negations = phrases(words.negations), phrases(words.not_negations)
        self.customer, self.hearsay = phrases(words.customer), phrases(words.hearsay)
        self.not_customer, self.could = phrases(words.not_customer), phrases(words.could)
        self.done, self.could_be = _next(words.done_after), _next(words.could_be)
        self.he_did = re.compile(r"(?<!\w)(?:you|du|ihr)\s{1,4}\Z")
        self.manner = re.compile(rf"{phrases(words.manner).pattern}\s{{1,4}}\Z")
        self.onward = re.compile(rf"\s(?:und|aber|and|but)\s{{1,4}}(?={self.future.pattern})")
        self.condition = re.compile(rf"\A\W{{0,5}}{phrases(words.conditions).pattern}")
        self.received = _next(words.received)
        self.asides = re.compile(rf"(?<!\w)(?:{'|'.join(words.asides)})(?!\w)".replace(" ", r"\s{1,4}"))
        nouns = f"({'|'.join(words.confirmed)})"
        self.confirming = [
            re.compile(rf"(?<!\w){one.replace('{noun}', nouns)}(?!\w)".replace(" ", r"\s{1,4}"))
            for one in words.confirming
        ]
        infinitives = {_infinitive(act): kind for kind, acts in words.acts.items() for act in acts.values() if act}
        self.infinitives = {**infinitives, **words.infinitives}
        ending = "|".join(sorted(self.infinitives, key=len, reverse=True))
        between = rf"(?:\s{{1,4}}\S{{1,{_LETTERS}}}){{0,{_BETWEEN}}}?" if words.verb_last else ""
        self.managed = re.compile(rf"(?<!\w)(?:{words.managed}){between}\s{{1,4}}({ending})(?!\w)")
        self.movable = re.compile(words.movable)


@lru_cache
def _patterns(language: str) -> _Patterns:
    return _Patterns(CLAIMING[language])


def find(text: str, *, languages: Sequence[str] = LANGUAGES) -> list[Claim]:
    """The claims of an outgoing text in their order. What is asked, denied, a condition, still to come, done or said
    by the customer, or quoted is none."""
    passage = Passage(text, stressed=True)
    passage.low = lower(_ATTRIBUTED.sub(_blank, passage.own))
    for language in languages:
        passage.low = _patterns(language).asides.sub(_blank, passage.low)
    found = {claim.span: claim for language in languages for claim in _claims(passage, language)}
    return [found[span] for span in sorted(found)]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _claims(passage: Passage, language: str) -> Iterable[Claim]:
    patterns = _patterns(language)
    for participle in islice(patterns.participles.finditer(passage.low), _MOST):
        start, end = participle.span()
        around = passage.around(start, end)
        reach = _reach(around, patterns) if _may_claim(around, patterns) else None
        if reach is not None:
            kind = patterns.kinds[" ".join(participle[0].split())]
            yield _claim(passage, (start - reach[0], end + reach[1]), kind, language)
    for pattern, kinds in (
        *((one, patterns.words.confirmed) for one in patterns.confirming),
        (patterns.managed, patterns.infinitives),
    ):
        for said in islice(pattern.finditer(passage.low), _MOST):
            around = passage.around(*said.span())
            if not _INVOLVED.search(said[0]) and not _IF.search(around.sentence) and _may_claim(around, patterns):
                yield _claim(passage, said.span(), Act(kinds[" ".join(said[1].split())]), language)


def _claim(passage: Passage, place: tuple[int, int], kind: Act, language: str) -> Claim:
    span = passage.span(*place)
    return Claim(phrase=passage.text[slice(*span)], span=span, kind=kind, language=language)


def _may_claim(around: Around, patterns: _Patterns) -> bool:
    right = patterns.onward.split(around.right)[0]
    beside = f"{around.left} … {right}"
    if around.asked or patterns.hearsay.search(around.sentence) or patterns.condition.search(around.left):
        return False
    if patterns.manner.search(around.left) or patterns.he_did.search(around.left) or _WHETHER.search(around.left):
        return False
    if patterns.negations.search(patterns.not_negations.sub(" ", f"{beside} … {around.phrase}")):
        return False
    if _AFTER.search(around.left) and _LATER.search(around.sentence):
        return False
    if _HE_HAS.search(right) and _HIM.search(around.left) and not _US.search(around.left):
        return False
    received = patterns.received.search(right)
    if not received and patterns.customer.search(
        patterns.not_customer.sub(" ", f"{around.left}{around.phrase} … {right}")
    ):
        return False
    done = patterns.done.search(right) or (patterns.could.search(around.left) and patterns.could_be.search(right))
    return bool(done) or patterns.future.search(beside) is None


def _reach(around: Around, patterns: _Patterns) -> tuple[int, int] | None:
    """How far the claim reaches to the left and right of its participle; None where no verb makes it one."""
    before = [*patterns.helpers.finditer(around.left), *patterns.could.finditer(around.left)]
    after = patterns.helpers.search(around.right)
    if patterns.words.verb_last and after and len(around.right[: after.start()].split()) < _LAST:
        return 0, after.end()
    if before:
        return len(around.left) - before[-1].start(), 0
    short = len(around.clause.split()) <= _HEADLINE and not around.right.strip()
    return (0, 0) if short and around.phrase not in patterns.words.never_alone else None


def without_evidence(claims: Iterable[Claim], actions: Sequence[Action], now: datetime) -> list[Unproven]:
    """Which claims no action on record bears out. One does if it is of the claim's kind (any, where the claim says no
    more than that it was done), has a reference, was confirmed by somebody, lies in the past and was not taken back."""
    found = []
    for claim in claims:
        fitting = borne_out(claim.kind, actions)
        reasons = [_missing(one, now) for one in fitting]
        if all(reasons):
            found.append(Unproven(claim=claim, reason=reasons[-1] if reasons else f"no action on record: {claim.kind}"))
    return found


def borne_out(kind: Act, actions: Sequence[Action]) -> list[Action]:
    """The actions on record that a claim of this kind may speak of; one that was taken back is none."""
    return [one for one in actions if kind in (one.kind, Act.EXECUTED) and one.taken_back_at is None]


def _missing(action: Action, now: datetime) -> str:
    if not action.reference.strip():
        return "the action on record has no reference"
    if action.confirmed_by is None:
        return "nobody has confirmed the action on record"
    return "the action on record lies in the future" if action.at > now else ""


def kind_of(words: str) -> Act | None:
    """The kind of an action as somebody names it for the record ("cancel line", "Kündigung der Leitung")."""
    for word in re.findall(r"\w+", words.lower()):
        for kind, stems in RECORDED.items():
            if word.startswith(stems):
                return Act(kind)
    return None


def soften(text: str, claim: Claim, requested_on: date) -> Softened | None:
    """What to say where only a request is on record: that it was requested on that day. None where the sentence is not
    simple enough to be said anew by rule; then a person has to."""
    patterns = _patterns(claim.language)
    passage = Passage(text)
    begin, finish = passage.sentence(*claim.span)
    sentence = passage.own[begin:finish]
    as_written = len(passage.own) == len(text) and sentence == text[begin:finish].replace("’", "'")
    if not as_written or len(sentence.split()) > _LONGEST or _INVOLVED.search(sentence):
        return None
    if len([one for one in find(text) if begin <= one.span[0] < finish]) != 1:
        return None
    shown = _shown(requested_on, claim.language)
    new = _we_requested(sentence, patterns, shown) or _it_was_requested(sentence, patterns, shown)
    return Softened(sentence=new, span=(begin, finish)) if new else None


def _shown(day: date, language: str) -> str:
    month = NAMING[language].months[day.month - 1][0].capitalize()
    return f"{day.day}{'.' if language == 'de' else ''} {month} {day.year}"


def _we_requested(sentence: str, patterns: _Patterns, day: str) -> str:
    """From "we have cancelled your contract"."""
    words, low = patterns.words, lower(sentence)
    opening = next((one for one in sorted(words.doers, key=len, reverse=True) if low.startswith(f"{one} ")), None)
    if opening is None:
        return ""
    rest, low = sentence[len(opening) + 1 :], low[len(opening) + 1 :]
    for participle, kind in patterns.kinds.items():
        if low.endswith(f" {participle}") and words.acts[kind][participle]:
            what = rest[: -len(participle) - 1]
        elif low.startswith(f"{participle} ") and not words.acts[kind][participle]:
            what = rest[len(participle) + 1 :]
        else:
            continue
        act = words.acts[kind][participle]
        said = words.we_requested.format(doer=words.doers[opening], date=day, what=what, act=act, participle=participle)
        return said if _can_be_moved(what, patterns) else ""
    return ""


def _it_was_requested(sentence: str, patterns: _Patterns, day: str) -> str:
    """From "your contract has been cancelled"."""
    words, low = patterns.words, lower(sentence)
    if words.done_after and low.endswith(f" {words.done_after}"):
        low = low[: -len(words.done_after) - 1]
    for state, be in sorted(words.states.items(), key=lambda one: -len(one[0])):
        what, found, participle = low.partition(f" {state} ")
        kind = patterns.kinds.get(participle)
        if not found or kind is None or (words.verb_last and not words.acts[kind][participle]):
            continue
        what = sentence[: len(what)]
        first = what.split()[0].lower() if what.strip() else ""
        if first in words.articles:
            what = first + what[len(first) :]
        said = words.it_was_requested.format(date=day, what=what, participle=participle, be=be)
        return said if _can_be_moved(what, patterns) else ""
    return ""


def _can_be_moved(what: str, patterns: _Patterns) -> bool:
    """Whether this surely names what was acted upon and nothing else: an article or possessive, and a noun."""
    return patterns.movable.fullmatch(what) is not None
