"""Stock phrases that people write in private and in public alike, as data; nothing here decides anything."""

STOCK = (
    "vielen dank für ihre nachricht und ihre geduld",
    "vielen dank für deine nachricht und deine geduld",
    "wir melden uns so schnell wie möglich bei ihnen",
    "wir melden uns so schnell wie möglich bei dir",
    "es tut uns leid dass sie so lange warten mussten",
    "wir bitten um entschuldigung für die unannehmlichkeiten",
    "wir wünschen ihnen noch einen schönen tag",
    "wir freuen uns auf ihre nachricht und helfen ihnen gern weiter",
    "mit freundlichen grüßen ihr kundenservice team",
    "thank you very much for your message and your patience",
    "we will get back to you as soon as possible",
    "we apologise for the inconvenience this has caused you",
    "we are sorry that you had to wait so long",
    "please let us know if there is anything else we can do for you",
    "have a nice day and thank you for writing to us",
)
"""Any six words in a row of one of them may stand anywhere."""
