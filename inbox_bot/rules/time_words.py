"""Word lists in German and English for `time_names` and `deadlines`: how people name days, hours and spans of time.

Names that mean the same stand in one tuple; the first is the one that the date parser is asked about.
"""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How one language names times. `dates`: patterns with `{month}` and `{year}`; `hour`: a clock with `{number}`.

    `parts`: of a day, with their ends; `closers`: the end of opening; `places`: of a week, month or year.
    `first_words`: what the patterns may begin with besides. `to`, `span_leads`: of "from Monday to Wednesday"; `week`,
    `onward`: of "Friday week" and "a week from Friday"; `by_clock`: behind these "15h" is an hour; `turns`: minutes.
    `behind_hours`: what may follow an hour that is a number alone.
    """

    days: tuple[tuple[str, ...], ...]
    weekdays: tuple[tuple[str, ...], ...]
    short_weekdays: tuple[str, ...]
    months: tuple[tuple[str, ...], ...]
    dates: tuple[str, ...]
    nth: str
    hours: tuple[str, ...]
    range: str
    hour_words: dict[str, time]
    parts: dict[str, time]
    part_leads: tuple[str, ...]
    closers: tuple[str, ...]
    places: dict[str, str]
    this: tuple[str, ...]
    articles: tuple[str, ...]
    next: tuple[str, ...]
    periods: dict[str, str]
    compounds: dict[str, tuple[str, str]]
    numbers: dict[str, float]
    some: tuple[str, ...]
    coming: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    links: tuple[str, ...]
    first_words: tuple[str, ...]
    day_links: tuple[str, ...]
    part_links: tuple[str, ...]
    hour_links: tuple[str, ...]
    both: tuple[str, ...]
    calendar_weeks: tuple[str, ...]
    to: tuple[str, ...]
    span_leads: tuple[str, ...]
    week: str
    behind_hours: tuple[str, ...]
    onward: str
    by_clock: str
    turns: dict[str, int]
    count: str


NAMING = {
    "de": Naming(
        days=(
            ("heute", "heutigen tag", "heutigen tages", "heutigen tags"),
            ("morgen", "morgigen tag", "morgigen tages", "morgigen tags"),
            ("übermorgen", "uebermorgen"),
        ),
        weekdays=(
            ("montag",), ("dienstag",), ("mittwoch",), ("donnerstag",), ("freitag",),
            ("samstag", "sonnabend"), ("sonntag",),
        ),
        short_weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        months=(
            ("januar", "jänner", "jan"), ("februar", "feber", "feb"), ("märz", "maerz", "mär", "mrz"),
            ("april", "apr"), ("mai",), ("juni", "jun"), ("juli", "jul"), ("august", "aug"),
            ("september", "sept", "sep"), ("oktober", "okt"), ("november", "nov"), ("dezember", "dez"),
        ),
        dates=(
            r"(?P<day>\d{1,2})\.\s{0,2}(?P<number>\d{1,2})\.(?:\s{0,2}(?P<year>20\d\d|\d\d(?!\d|\s{0,2}uhr|:)))?",
            r"(?P<day>\d{1,2})\.?\s{0,3}(?P<month>{month})\.?(?:\s{1,3}(?P<year>20\d\d))?",
            r"(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)",
        ),
        nth=r"(?P<day>\d{1,2})\.(?=\s|\Z)(?!\s{0,3}(?:\d|werktag|arbeitstag|tag|woche|mal|anlauf|quartal|versuch|kw|kalenderwoche))",
        hours=(
            r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s{0,3}uhr(?:\s{1,2}(?P<more>\d\d))?",
            r"(?P<hour>\d{1,2}):(?P<minute>\d\d)",
            r"(?P<word>{number})\s{1,3}uhr",
            r"(?P<hour>\d{1,2})h(?P<minute>\d\d)?",
            r"(?P<turn>halb|viertel\s{1,2}vor|viertel\s{1,2}nach|dreiviertel)\s{1,2}(?:(?P<hour>\d{1,2})(?!\d)"
            r"|(?P<word>eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf))(?:\s{1,2}uhr)?",
        ),
        range=r"(?:(?:zwischen|von)\s{1,3})?\d{1,2}(?:[:.]\d\d)?(?:\s{0,2}uhr)?\s{0,3}(?:-|–|bis|und)\s{0,3}",
        hour_words={"mitternacht": time(23, 59)},
        parts={
            "früh": time(10), "frueh": time(10), "morgen": time(12), "vormittag": time(12), "vormittags": time(12),
            "mittag": time(13), "mittags": time(13), "nachmittag": time(18), "nachmittags": time(18),
            "abend": time(20), "abends": time(20), "abendstunden": time(20), "nacht": time(23, 59),
        },
        part_leads=("am", "im laufe des", "im verlauf des", "bis zum", "bis", "noch am", "in den"),
        closers=(
            "feierabend", "dienstschluss", "geschäftsschluss", "büroschluss", "ende des tages", "tagesende",
            "laufe des tages", "verlauf des tages", "lauf des tages", "tagesverlauf", "laufe des heutigen tages",
        ),
        places={
            "anfang": "begin", "beginn": "begin", "mitte": "middle", "ende": "end", "laufe": "end", "verlauf": "end",
        },
        this=("diese", "dieser", "diesen", "dieses", "laufenden", "laufender"),
        articles=("der", "des", "den", "dem"),
        next=(
            "nächste", "nächster", "nächsten", "nächstes", "naechste", "naechster", "naechsten", "kommende",
            "kommender", "kommenden", "kommendes", "der nächsten", "der kommenden", "des nächsten", "des kommenden",
        ),
        periods={"woche": "week", "monat": "month", "monats": "month", "jahr": "year", "jahres": "year"},
        compounds={
            "wochenende": ("weekend", ""), "wochenendes": ("weekend", ""), "monatsende": ("month", "end"),
            "monatsmitte": ("month", "middle"), "jahresende": ("year", "end"), "wochenmitte": ("week", "middle"),
        },
        numbers={
            "ein": 1, "eine": 1, "einem": 1, "einen": 1, "einer": 1, "eines": 1, "zwei": 2, "zweier": 2, "drei": 3,
            "dreier": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
            "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17,
            "achtzehn": 18, "neunzehn": 19, "eins": 1, "vierzig": 40, "fünfundvierzig": 45, "sechzig": 60,
            "neunzig": 90, "zweieinhalb": 2.5, "dreieinhalb": 3.5, "zwanzig": 20, "vierundzwanzig": 24, "dreißig": 30,
            "sechsunddreißig": 36, "achtundvierzig": 48, "zweiundsiebzig": 72, "einer halben": 0.5,
            "eine halbe": 0.5, "halben": 0.5, "anderthalb": 1.5, "eineinhalb": 1.5,
        },
        some=("ein paar", "einigen", "einige", "wenigen", "wenige", "mehreren", "paar", "einiger", "weniger"),
        coming=("nächsten", "naechsten", "kommenden", "nächste", "nächster", "kommender"),
        units={
            "minute": ("minute", "minuten", "min"), "hour": ("stunde", "stunden", "std", "h"),
            "quarter": ("viertelstunde", "viertelstunden"), "three quarters": ("dreiviertelstunde",),
            "day": ("tag", "tage", "tagen", "tages", "kalendertage", "kalendertagen"),
            "workday": ("werktag", "werktage", "werktagen", "arbeitstag", "arbeitstage", "arbeitstagen",
                        "werktags", "werktages", "arbeitstages"),
            "week": ("woche", "wochen"), "fortnight": (), "month": ("monat", "monate", "monaten", "monats"),
            "other": ("augenblick", "augenblicke", "augenblicken", "moment", "momenten", "sekunden"),
        },
        links=(
            "den", "dem", "der", "dieser", "um", "gegen", "bis", "am", "spätestens", "zwischen", "von", "ab", "noch",
        ),
        first_words=("zwischen", "von", "halb", "viertel", "dreiviertel"),
        day_links=("den", "dem", "der", "am", "ab", "vom"),
        part_links=("am", "gegen", "zum"),
        hour_links=("um", "gegen"),
        both=("zwischen", "und"),
        calendar_weeks=("kw", "kalenderwoche"),
        to=("bis", "bis zum", "bis spätestens", "bis einschließlich"),
        span_leads=("von",),
        week="(?!)",
        behind_hours=("an", "zurück", "vorbei", "bei", "da", "los", "und"),
        onward=r"(?:ab|von)\s{1,3}",
        by_clock=r"(?<=\bbis\s)|(?<=\bum\s)|(?<=\bab\s)|(?<=\bgegen\s)",
        turns={"halb": -30, "viertel vor": -15, "viertel nach": 15, "dreiviertel": -15},
        count="in {n} {unit}",
    ),
    "en": Naming(
        days=(("today", "tonight"), ("tomorrow", "tmrw"), ("day after tomorrow",)),
        weekdays=(
            ("monday",), ("tuesday",), ("wednesday",), ("thursday",), ("friday",), ("saturday",), ("sunday",),
        ),
        short_weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        months=(
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        dates=(
            r"(?:the\s{1,2})?(?P<day>\d{1,2})(?:st|nd|rd|th)?\s{1,3}(?:of\s{1,3})?(?P<month>{month})\.?"
            r"(?:,?\s{1,3}(?P<year>20\d\d))?",
            r"(?P<month>{month})\.?\s{1,3}(?:the\s{1,2})?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![:\d]|\s{0,2}[ap]\.?m)"
            r"(?:,?\s{1,3}(?P<year>20\d\d))?",
            r"(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)",
            r"(?P<either>\d{1,2})[/.](?P<other>\d{1,2})[/.](?P<year>20\d\d)",
        ),
        nth=r"the\s{1,2}(?P<day>\d{1,2})(?:st|nd|rd|th)(?!\s{0,3}(?:time|attempt|day|week|hour|of\s))",
        hours=(
            r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s{0,2}(?P<half>[ap])\.?m\b\.?",
            r"(?P<hour>\d{1,2}):(?P<minute>\d\d)",
            r"(?P<hour>\d{1,2})\s{1,2}o'clock",
            r"(?P<word>{number})\s{1,2}o'clock",
            r"(?P<hour>\d{1,2})h(?P<minute>\d\d)?",
            r"(?P<turn>half(?:\s{1,2}past)?|quarter\s{1,2}past|quarter\s{1,2}to)\s{1,2}(?:(?P<hour>\d{1,2})(?!\d)"
            r"|(?P<word>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))",
        ),
        range=r"(?:(?:between|from)\s{1,3})?\d{1,2}(?:[:.]\d\d)?(?:\s{0,2}[ap]\.?m\.?)?\s{0,3}(?:-|–|to|and)\s{0,3}",
        hour_words={
            "noon": time(12), "midday": time(12), "midnight": time(23, 59),
            "lunchtime": time(14), "tonight": time(20),
        },
        parts={
            "morning": time(12), "lunchtime": time(14), "lunch": time(14), "afternoon": time(18),
            "evening": time(20), "night": time(23, 59),
        },
        part_leads=("this", "in the", "later this", "by this", "during the"),
        closers=(
            "end of day", "end of the day", "end of business", "close of business", "close of play", "eod", "cob",
            "end of the working day", "within the day", "end of the business day", "course of the day",
        ),
        places={
            "beginning of": "begin", "start of": "begin", "early": "begin", "middle of": "middle", "mid": "middle",
            "mid-": "middle", "end of": "end", "late": "end", "course of": "end", "early in": "begin",
        },
        this=("this",),
        articles=("the",),
        next=("next", "coming", "the coming", "the next", "the following"),
        periods={"week": "week", "month": "month", "year": "year"},
        compounds={
            "weekend": ("weekend", ""), "the hour": ("hour", ""), "within the week": ("week", "end"),
            "eow": ("week", "end"), "eom": ("month", "end"), "week's end": ("week", "end"),
            "year-end": ("year", "end"), "midweek": ("week", "middle"), "month-end": ("month", "end"),
        },
        numbers={
            "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
            "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "forty": 40, "forty-five": 45, "sixty": 60,
            "ninety": 90, "thirty-six": 36, "twenty four": 24, "thirty six": 36, "forty eight": 48, "seventy two": 72,
            "one and a half": 1.5, "two and a half": 2.5, "twenty": 20,
            "twenty-four": 24, "thirty": 30, "forty-eight": 48, "seventy-two": 72, "half an": 0.5, "half a": 0.5,
        },
        some=("a few", "few", "several", "some", "a couple of", "couple of", "a couple"),
        coming=("next", "coming", "following"),
        units={
            "minute": ("minute", "minutes", "min", "mins"), "hour": ("hour", "hours", "hrs", "hr", "hours'", "h"),
            "quarter": ("quarter of an hour", "quarters of an hour"),
            "day": ("day", "days", "calendar days"),
            "workday": ("working day", "working days", "business day", "business days", "workday", "workdays"),
            "week": ("week", "weeks"), "fortnight": ("fortnight", "fortnights"), "month": ("month", "months"),
            "other": ("moment", "moments", "second", "seconds"),
        },
        links=("the", "at", "by", "on", "around", "before", "between", "in the", "from", "of", "until", "about"),
        first_words=("between", "from", "the", "half", "quarter"),
        day_links=("the", "on", "this"),
        part_links=("in the", "at"),
        hour_links=("at", "around", "by"),
        both=("between", "and"),
        calendar_weeks=("calendar week", "week", "wk"),
        to=("to", "until", "till", "through", "thru"),
        span_leads=("from",),
        week="week",
        behind_hours=("and", "or", "sharp", "today", "latest", "at the latest"),
        onward=r"(?:(?:from|on)\s{1,3})?",
        by_clock=r"(?<=\bby\s)|(?<=\bat\s)|(?<=\buntil\s)|(?<=\baround\s)",
        turns={"half": 30, "half past": 30, "quarter past": 15, "quarter to": -15},
        count="in {n} {unit}",
    ),
}  # fmt: skip
