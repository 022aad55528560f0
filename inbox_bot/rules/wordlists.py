"""Word lists in German and English for `words`: which words make thanks, an opt-out or a request. All in lower case."""

# A message is "thanks only" if it consists of these words and has one of THANKS or SETTLED.
THANKS = (
    "danke", "dank", "dankeschön", "dankeschoen", "dankesehr", "merci", "thx", "thnx", "thanks", "thank",
    "thankyou", "ty", "tysm", "cheers", "grateful", "appreciated", "appreciate", "bedanke", "bedanken",
)  # fmt: skip

# Phrases, since the words alone say too little ("geht" is also in "geht so").
SETTLED = (
    "es geht", "geht wieder", "geht jetzt", "geht nun", "geht alles", "jetzt geht", "nun geht", "wieder geht",
    "läuft wieder", "läuft jetzt", "läuft nun", "alles läuft", "jetzt läuft", "nun läuft", "es läuft",
    "wieder läuft", "funktioniert wieder", "funktioniert jetzt", "funktioniert nun", "funktioniert alles",
    "alles funktioniert", "jetzt funktioniert", "nun funktioniert", "es funktioniert", "wieder funktioniert",
    "hat funktioniert", "klappt jetzt", "klappt wieder", "klappt alles", "es klappt", "jetzt klappt",
    "hat geklappt", "wieder da", "wieder online", "wieder gut", "alles gut", "alles bestens", "alles ok",
    "alles okay", "alles in ordnung", "hat geholfen", "problem gelöst", "problem ist gelöst", "problem behoben",
    "problem ist behoben", "störung behoben", "störung ist behoben", "hat sich erledigt", "ist erledigt",
    "schon erledigt", "works again", "works now", "it works", "is working", "working again", "working now",
    "working fine", "works fine", "works perfectly", "all good", "all works", "everything works", "all fixed",
    "is fixed", "its fixed", "fixed now", "fixed it", "problem solved", "problem is solved", "problem fixed",
    "is solved", "issue resolved", "is resolved", "all sorted", "sorted now", "that worked", "that helped",
    "that did it", "did the trick", "back online", "back up", "is back", "up and running",
)  # fmt: skip

# What may stand beside them without asking, denying or limiting anything.
FILLERS = (
    # German
    "ja", "ok", "okay", "oki", "alles", "klar", "super", "perfekt", "prima", "toll", "top", "klasse", "spitze",
    "wow", "wunderbar", "bestens", "genial", "großartig", "hervorragend", "ausgezeichnet", "cool", "mega",
    "freut", "mich", "vielen", "viel", "vielmals", "lieben", "herzlichen", "herzlich", "besten", "schönen", "schön",
    "tausend", "großen", "ganz", "sehr", "echt", "wirklich", "nochmal", "nochmals", "recht", "so", "schnell",
    "schnelle", "schnellen", "schneller", "rasche", "prompte", "tolle", "tollen", "nette", "netten",
    "freundliche", "gute", "guten", "gut", "kompetente", "super-schnelle", "unkomplizierte", "hilfe",
    "hilfestellung", "unterstützung", "support", "service", "antwort", "rückmeldung", "info", "information",
    "mühe", "einsatz", "bemühungen", "lösung", "arbeit", "job", "team", "geduld", "für", "die", "das", "den",
    "der", "dem", "dass", "ihre", "ihren", "ihr", "ihnen", "euch", "eure", "euer", "dir", "deine", "dein",
    "ich", "wir", "uns", "und", "auch", "an", "von", "es", "ist", "war", "wars", "waren", "hat", "habe",
    "haben", "sich", "mir", "mein", "meine", "jetzt", "nun", "wieder", "schon", "da", "in", "ordnung", "geht",
    "geht's", "gehts", "läuft", "funktioniert", "klappt", "geklappt", "geholfen", "gelöst", "behoben",
    "erledigt", "online", "problem", "störung", "internet", "anschluss", "leitung", "telefon", "router", "wlan",
    "viele", "grüße", "gruß", "lg", "vg",
    "einwandfrei", "reibungslos", "seid", "sind", "sie", "beste", "besser", "beide", "liebes", "liebe",
    # English
    "yes", "yep", "yeah", "so", "much", "very", "many", "lot", "lots", "a", "the", "you", "your", "you're",
    "youre", "u", "it", "it's", "its", "is", "was", "that", "that's", "this", "all", "everything", "now",
    "again", "back", "up", "and", "running", "for", "to", "of", "with", "my", "i", "i'm", "im", "we", "really",
    "truly", "great", "good", "perfect", "perfectly", "awesome", "excellent", "brilliant", "amazing",
    "fantastic", "lovely", "wonderful", "nice", "fine", "quick", "fast", "quickly", "swift", "prompt", "kind",
    "speedy", "help", "helping", "helpful", "reply", "response", "answer", "fix", "fixing", "solving",
    "sorting", "guys", "folks", "everyone", "best", "works", "work", "worked", "working", "fixed", "solved",
    "sorted", "resolved", "issue", "connection", "line", "phone", "did", "trick", "helped", "well", "done",
    "highly", "greatly", "big", "million", "hello", "hi", "hey", "dear", "hallo", "moin", "servus", "tag",
    "morgen", "abend", "indeed", "internets", "been", "has", "have",
)  # fmt: skip

# These are bad news unless the same clause has one of SOLVED ("the problem is back").
TROUBLES = (
    "problem", "störung", "issue",
)  # fmt: skip
SOLVED = (
    "gelöst", "behoben", "erledigt", "solved", "fixed", "sorted", "resolved",
)  # fmt: skip

# What sounds like the words above and says the opposite.
HALF_HEARTED = (
    "geht so", "läuft so", "klappt so", "funktioniert so", "so so", "so gut", "so good",
)  # fmt: skip

# A name may follow these.
TITLES = (
    "frau", "herr", "herrn", "mr", "mrs", "ms", "miss", "team", "hallo", "hi", "hey", "hello", "dear", "liebe",
    "lieber",
)  # fmt: skip

# What follows these, to the end, is the writer's name.
CLOSINGS = (
    "mit freundlichen grüßen", "mit freundlichen gruessen", "freundliche grüße", "freundlichen gruß", "beste grüße",
    "besten gruß", "viele grüße", "vielen grüßen", "liebe grüße", "lieben gruß", "herzliche grüße", "schöne grüße",
    "schöne grüsse", "viele grüsse", "liebe grüsse", "mit freundlichem gruß", "mit besten grüßen", "gruß", "grüße",
    "gruss", "grüsse", "lg", "vg", "mfg", "bg", "hg", "kind regards", "best regards", "warm regards", "regards",
    "best wishes", "all the best", "sincerely", "yours sincerely", "yours faithfully", "yours", "schönen tag noch",
    "schönen abend noch", "schönes wochenende", "schönen tag", "schönen abend", "einen schönen tag noch",
    "have a nice day", "have a great day", "have a good day", "have a nice weekend",
)  # fmt: skip

# "Is it working" without a question mark is a question all the same.
QUESTION_OPENINGS = (
    "geht", "läuft", "funktioniert", "klappt", "ist", "hat", "haben", "sind", "war", "is", "was", "does", "did",
    "has", "have", "are", "seid",
)  # fmt: skip
QUESTION_SUBJECTS = (
    "es", "das", "alles", "die", "der", "den", "mein", "meine", "sie", "ihr", "it", "everything", "all",
    "the", "my", "that", "this", "you", "internet", "wlan",
)  # fmt: skip

# Opt-out: the message is nothing but one of these …
OPT_OUTS = (
    "stop", "stopp", "stoppen", "stop all", "stopall", "stop it", "quit", "unsubscribe", "opt out", "optout",
    "opt me out", "remove me", "abmelden", "abbestellen", "austragen", "stop bot", "bot stop", "bot stopp",
    "no bot", "no bots", "kein bot", "keine bots", "bot aus", "bot off", "lass mich in ruhe",
    "lasst mich in ruhe", "lassen sie mich in ruhe", "leave me alone", "stop messaging", "stop texting",
    "stop writing", "stop automatic", "stop automated", "stop auto replies", "stop auto reply",
    "keine automatik", "nicht automatisch antworten", "nicht automatisch schreiben",
    "nicht automatisch anschreiben", "keine autoantworten", "keine auto antworten", "no auto replies",
    "no auto reply",
)  # fmt: skip
# … or one of each of these three, in order …
OPT_OUT_NEGATIONS = (
    "keine", "no", "stop", "stopp", "stoppen sie", "stoppt", "stop sending", "stop the", "ohne",
    "unterlassen sie", "beenden sie", "do not send", "dont send", "don't send",
)  # fmt: skip
OPT_OUT_KINDS = (
    "automatischen", "automatische", "automatisierten", "automatisierte", "automatic", "automated",
    "die automatischen", "auto", "bot",
)  # fmt: skip
OPT_OUT_THINGS = (
    "nachrichten", "nachricht", "antworten", "antwort", "mails", "mail", "e-mails", "emails", "e mails",
    "mitteilungen", "benachrichtigungen", "dms", "tweets", "posts", "messages", "message", "replies",
    "responses", "answers", "notifications", "e-mail", "email",
)  # fmt: skip
# … with any of these around or between.
OPT_OUT_FILLERS = (
    "bitte", "please", "pls", "mehr", "weiteren", "weitere", "mir", "mich", "me", "now", "jetzt", "sofort",
    "more", "any", "anymore", "further", "to", "an", "thanks", "danke", "schicken", "senden", "ihre", "eure",
    "your", "these", "diese", "dieser", "sending", "hiermit",
)  # fmt: skip

# Our own text asks the customer to write: a sentence with one of REQUESTS and one of WRITING …
REQUESTS = (
    "bitte", "bitten", "könnten sie", "können sie", "würden sie", "möchten sie", "benötigen", "benötige",
    "brauchen wir", "brauche ich", "wir brauchen", "fehlt uns", "fehlen uns", "please", "could you", "can you",
    "would you", "kindly", "we need", "i need", "we require", "we'd need", "gern per dm", "ask you to",
)  # fmt: skip
WRITING = (
    "senden", "sende", "send", "sendet", "zusenden", "übersenden", "schicken", "schick", "schickt",
    "zuschicken", "schreiben", "schreib", "schreibt", "antworten", "antworte", "antwortet", "beantworten",
    "mailen", "melden", "meld", "meldet", "nennen", "nenn", "nennt", "mitteilen", "teilen", "teile", "teil",
    "angeben", "geben", "gib", "gebt", "sagen", "sag", "sagt", "bestätigen", "bestätige", "bestätigt",
    "ergänzen", "nachreichen", "hochladen", "anhängen", "rückmeldung", "antwort", "dm", "direktnachricht",
    "kundennummer", "rufnummer", "nachricht", "write", "reply", "respond", "message", "tell", "let", "provide",
    "confirm", "share", "forward", "attach", "upload", "give", "answer", "email", "e-mail", "mail", "number",
    "details",
)  # fmt: skip
# … or one of these, without a word of request.
DEMANDS = (
    "schreiben sie uns", "schicken sie uns", "senden sie uns", "melden sie sich", "antworten sie",
    "nennen sie uns", "teilen sie uns", "geben sie uns", "sagen sie uns", "schreib uns", "schick uns",
    "send uns", "sende uns", "melde dich", "schreibt uns", "schickt uns", "meldet euch", "send us", "dm us",
    "write to us", "write us", "drop us", "let us know", "let me know", "tell us", "message us",
    "get back to us", "reply to this", "reply with", "send me", "shoot us",
)  # fmt: skip
# Not asked: what we forbid, what only stands open, and what depends on something that stands before the request.
REFUSALS = (
    "nicht auf diese", "antworten sie nicht", "nicht antworten", "nicht zu antworten", "keine antwort",
    "nichts weiter", "nichts tun", "nichts unternehmen", "do not reply", "don't reply", "dont reply",
    "not reply", "no reply", "not respond", "no need", "nothing to do", "nichts zu tun", "nicht mehr melden",
    "keine daten", "niemals", "never", "nicht öffentlich", "not share", "don't share", "do not share",
    "don't post", "do not post",
)  # fmt: skip
INVITATIONS = (
    "jederzeit", "any time", "anytime", "fragen haben", "noch fragen", "weitere fragen", "weiteren fragen",
    "bei fragen", "rückfragen", "any questions", "any other questions", "any further questions",
    "further questions", "more questions", "anything else", "if you need", "haben sie geduld", "um geduld",
    "etwas geduld", "be patient", "bear with us", "haben sie verständnis", "um verständnis",
)  # fmt: skip
CONDITIONS = (
    "falls", "wenn", "sollte", "sollten", "sofern", "if", "should", "in case", "unless", "whenever", "solange",
    "sobald", "once", "when",
)  # fmt: skip
