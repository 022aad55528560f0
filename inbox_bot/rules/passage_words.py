"""Word lists in German and English for `passages`: what ends a letter, and what joins and parts clauses."""

# A full stop behind these ends no sentence.
ABBREVIATIONS = (
    "z.B.", "z. B.", "d.h.", "d. h.", "u.a.", "u. a.", "o.ä.", "i.d.R.", "ca.", "bzw.", "ggf.", "evtl.", "inkl.",
    "max.", "min.", "Nr.", "Tel.", "Str.", "Dr.", "Hr.", "Fr.", "Std.", "vsl.", "vrsl.", "spät.", "Mo.", "Di.", "Mi.",
    "Do.", "Sa.", "So.", "Jan.", "Feb.", "Apr.", "Aug.", "Sept.", "Sep.", "Okt.", "Nov.", "Dez.", "e.g.", "i.e.",
    "approx.", "Mr.", "Mrs.", "Ms.", "No.", "vs.", "Mon.", "Tue.", "Wed.", "Thu.", "Fri.", "Sat.", "Sun.", "Oct.",
    "Dec.", "hrs.", "a.m.", "p.m.",
)  # fmt: skip

# A line that is one of these ends a letter; names, functions and addresses follow.
CLOSINGS = (
    "mit freundlichen Grüßen", "mit freundlichen Gruessen", "mit freundlichen Grüssen", "mit freundlichem Gruß",
    "freundliche Grüße", "freundlichen Gruß", "mit besten Grüßen", "beste Grüße", "besten Gruß", "viele Grüße",
    "vielen Grüßen", "liebe Grüße", "herzliche Grüße", "schöne Grüße", "Grüße", "Gruß", "Hochachtungsvoll", "MfG",
    "LG", "VG", "BG", "kind regards", "best regards", "warm regards", "with kind regards", "regards", "best wishes",
    "all the best", "sincerely", "yours sincerely", "sincerely yours", "yours faithfully", "yours", "best", "cheers",
    "respectfully",
)  # fmt: skip

# Behind these a name may follow in the same line.
CLOSINGS_WITH_NAME = (
    "mit freundlichen Grüßen", "freundliche Grüße", "beste Grüße", "viele Grüße", "liebe Grüße", "Gruß", "MfG", "LG",
    "VG", "kind regards", "best regards", "warm regards", "regards", "sincerely", "yours sincerely",
)  # fmt: skip

# One of these parts two clauses where one of STARTS follows it.
JOINTS = (
    "und", "aber", "oder", "doch", "denn", "sondern", "sowie", "and", "but", "or", "so", "because",
)  # fmt: skip
STARTS = (
    "wir", "ich", "sie", "er", "es", "ihr", "du", "das", "der", "die", "ein", "eine", "ihre", "unser", "unsere",
    "dann", "melden", "melde", "rufen", "rufe", "senden", "sende", "schicken", "schicke", "informieren",
    "informiere", "geben", "kümmern", "kommen", "werden", "werde", "wird", "haben", "hat", "ist", "sind", "wurde",
    "wurden", "bitte", "we", "i", "you", "they", "he", "she", "it", "the", "this", "your", "our", "an", "a", "will",
    "have", "has", "is", "are", "was", "were", "please", "then", "there", "we'll", "i'll", "you'll", "we've",
    "i've",
)  # fmt: skip
