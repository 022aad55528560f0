"""Word lists in German and English for `passages`: what ends a letter, and what joins and parts clauses."""

# A full stop behind these ends no sentence.
ABBREVIATIONS = (
    "z.B.", "z. B.", "d.h.", "d. h.", "u.a.", "u. a.", "o.ä.", "i.d.R.", "ca.", "bzw.", "ggf.", "evtl.", "inkl.",
    "max.", "min.", "Nr.", "Tel.", "Str.", "Dr.", "Hr.", "Fr.", "Std.", "vsl.", "vrsl.", "spät.", "Mo.", "Di.", "Mi.",
    "Do.", "Sa.", "So.", "Jan.", "Feb.", "Apr.", "Aug.", "Sept.", "Sep.", "Okt.", "Nov.", "Dez.", "e.g.", "i.e.",
    "approx.", "Mr.", "Mrs.", "Ms.", "No.", "vs.", "Mon.", "Tue.", "Wed.", "Thu.", "Fri.", "Sat.", "Sun.", "Oct.",
    "Dec.", "hrs.", "a.m.", "p.m.",
)  # fmt: skip

# A line that is one of these ends a letter; names, functions and addresses follow. "ß" stands for "ss", too.
CLOSINGS = (
    "mit freundlichen Grüßen", "mit freundlichen Gruessen", "mit freundlichem Gruß", "freundliche Grüße",
    "freundlichen Gruß", "mit besten Grüßen", "mit herzlichen Grüßen", "mit vielen Grüßen", "mit lieben Grüßen",
    "mit bestem Gruß", "beste Grüße", "besten Gruß", "viele Grüße", "vielen Grüßen", "liebe Grüße", "lieben Gruß",
    "herzliche Grüße", "herzlichen Gruß", "schöne Grüße", "schönen Gruß", "sonnige Grüße", "Grüße", "Gruß",
    "Hochachtungsvoll", "MfG", "LG", "VG", "BG", "kind regards", "kindest regards", "best regards", "warm regards",
    "warmest regards", "with kind regards", "with best regards", "many regards", "regards", "best wishes",
    "kind wishes", "all the best", "sincerely", "yours sincerely", "sincerely yours", "yours faithfully",
    "yours truly", "yours", "best", "cheers", "respectfully",
)  # fmt: skip

# Behind these a name may follow in the same line.
CLOSINGS_WITH_NAME = (
    "mit freundlichen Grüßen", "freundliche Grüße", "beste Grüße", "viele Grüße", "liebe Grüße", "Gruß", "MfG", "LG",
    "VG", "kind regards", "best regards", "warm regards", "regards", "sincerely", "yours sincerely",
)  # fmt: skip

# One of these closes a letter together with one of CLOSINGS, or alone where nothing but a name stands in the next line.
THANKS = (
    "Danke", "vielen Dank", "besten Dank", "herzlichen Dank", "danke schön", "dankeschön", "Danke im Voraus",
    "vielen Dank im Voraus", "thanks", "many thanks", "thank you", "thanks a lot", "thanks in advance",
    "many thanks in advance", "thank you in advance", "with thanks",
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
