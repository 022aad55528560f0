"""Word lists in German and English for `surveys`: how a customer writes a score, and what goes before and behind it.
All in lower case."""

import re

NUMBERS = {
    "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "fuenf": 5,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
OUT_OF = ("von 5", "von fünf", "out of 5", "out of five", "of 5", "of five")
SECOND = (
    "zwei", "drei", "vier", "fünf", "fuenf", "sechs", "sieben", "acht", "neun", "zehn",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "oder", "bis", "und", "or", "to", "and", "x", "mal", "times",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
"""Behind a number they say that it is none, or not the only one."""
AND = ("und", "and")
ONLY_POLITE = (
    "danke", "dankeschön", "vielen", "herzlichen", "besten", "weiter", "gern", "gerne", "jederzeit", "thanks", "thank",
    "many", "keep",
)  # fmt: skip
"""Behind such an "and" no second number comes."""
UNITS = (
    "sterne", "stern", "punkte", "punkt", "stars", "star", "points", "point", "von mir", "punkte von mir",
    "sterne von mir", "from me", "points from me", "stars from me",
)  # fmt: skip

ANSWERS = re.compile(r"(?:ja|nein|yes|no)(?:\W*|\W+\d.*)", re.IGNORECASE | re.DOTALL)
"""Behind a number that is one of a list of questions."""

# What may stand before the number. A school mark ("Note 1") is no score: there 1 is the best.
GREETINGS = (
    "hallo", "guten tag", "guten morgen", "guten abend", "moin", "hi", "hello", "dear team", "good morning", "hey",
    "liebes team", "hallo team", "hallo zusammen", "sehr geehrte damen und herren", "danke", "vielen dank", "thanks",
    "thank you",
)  # fmt: skip
LEADS = (
    "ich vergebe", "ich vergebe eine", "volle", "die volle", "satte", "natürlich", "natürlich eine", "klar",
    "ich würde eine", "ich würde ihnen eine", "ich würde euch eine", "meine antwort lautet", "ich antworte mit",
    "ich antworte mit einer", "meine zahl", "meine zahl ist", "my number is", "ich gebe", "ich gebe eine",
    "ich gebe ihnen eine", "ich gebe euch eine", "von mir eine", "von mir gibt es eine", "meine bewertung",
    "meine bewertung ist", "meine bewertung ist eine", "bewertung", "zufriedenheit", "meine zufriedenheit",
    "meine antwort", "meine antwort ist", "antwort", "ich würde sagen", "ich sage", "eine", "eine klare", "eine glatte",
    "ganz klar eine", "ganz klar", "klare", "glatte", "das ist eine", "das war eine", "i give", "i give you a",
    "i give it a", "i'd give it a", "i would give it a", "i'd say", "i would say", "i'd say a", "my rating",
    "my rating is", "rating", "my answer", "my answer is", "answer", "satisfaction", "score", "my score", "my score is",
    "a", "a clear", "a solid", "definitely a", "that's a", "from me a",
)  # fmt: skip

# The first word of a comment that follows the number without a sign between them.
BEHIND = (
    "danke", "dankeschön", "vielen", "herzlichen", "besten", "weil", "denn", "super", "toll", "top", "prima", "sehr",
    "leider", "aber", "wegen", "zufrieden", "unzufrieden", "bestens", "geben", "perfekt", "klasse", "würde", "gut",
    "ok", "okay", "naja", "natürlich", "schlecht", "thanks", "thank", "many", "because", "great", "perfect",
    "excellent", "very", "but", "unfortunately", "sadly", "satisfied", "happy", "good", "terrible", "awful",
)  # fmt: skip
BEHIND_TWO = (
    "gar nicht", "nicht zufrieden", "überhaupt nicht", "nicht schlecht", "nicht gut", "ganz gut", "ganz ok", "geht so",
    "zu lange", "zu langsam", "war ok", "war okay", "war gut", "war super", "war toll", "alles gut", "alles super",
    "alles top", "alles prima", "alles bestens", "alles perfekt", "alles toll", "alles ok", "alles okay", "alles in",
    "alles klar", "keine beschwerden", "not satisfied", "not happy", "not at", "not bad", "not good", "it was",
    "was ok", "was good", "was great", "all good", "all fine", "all great", "all perfect", "all well", "no complaints",
    "too slow", "too long",
)  # fmt: skip

# A comment that says the opposite of its number: a school mark, or a slip.
PRAISE = (
    "sehr zufrieden", "voll zufrieden", "super", "toll", "top", "prima", "perfekt", "klasse", "hervorragend",
    "ausgezeichnet", "bestens", "gut", "spitze", "very satisfied", "very happy", "great", "perfect", "excellent",
    "brilliant", "fantastic", "good", "very well",
)  # fmt: skip
BLAME = (
    "unzufrieden", "nicht zufrieden", "enttäuscht", "enttäuschend", "schlecht", "furchtbar", "katastrophe",
    "katastrophal", "miserabel", "nie wieder", "frechheit", "not satisfied", "not happy", "dissatisfied", "unhappy",
    "disappointed", "disappointing", "terrible", "awful", "horrible", "never again", "bad",
)  # fmt: skip
FAINT = re.compile(
    r"\b(?:gar nicht|nicht|not|never|nie)(?: so| mal| einmal| at all| too| that)? "
    r"(?:schlecht|bad|enttäuscht|disappointed)\b"
)
"""Praise in words of blame."""
BROKEN = (
    "geht nicht", "geht nichts", "geht gar nicht", "geht gar nichts", "geht leider nicht", "geht es nicht",
    "geht das nicht", "wieder nicht", "wieder nichts", "immer noch nicht", "noch immer nicht", "immer noch nichts",
    "nichts geht", "nichts funktioniert", "funktioniert nicht", "funktioniert nichts", "funktioniert gar nicht",
    "funktioniert gar nichts", "funktioniert leider nicht", "läuft nicht", "klappt nicht", "kaputt", "defekt",
    "does not work", "doesn't work", "do not work", "don't work", "not working", "isn't working", "nothing works",
    "is broken", "still broken", "all broken", "is down", "still down", "is dead", "is gone", "is out",
    "ist tot", "ist weg", "wieder weg", "heute weg", "gestern weg", "telefon tot", "internet tot",
    "leitung tot", "fällt aus", "fällt ständig aus", "bricht ab", "wieder störung", "neue störung", "wieder gestört",
    "kein netz", "kein internet", "kein empfang", "kein anschluss", "kein signal", "kein telefon", "kein wlan",
    "keine verbindung", "keine leitung", "no internet", "no connection", "no network", "no signal", "no service",
    "no reception", "immer noch langsam", "still slow",
)  # fmt: skip
"""It does not work now, whatever he thinks of us."""
BEST = re.compile(
    r"\b(?:besser|schneller|mehr|einfacher|freundlicher|netter) geht(?:'?s)?(?: es| das| ja| wohl)? nicht\b"
)
"""Praise that sounds like it."""
DENIALS = ("nicht", "kein", "keine", "not", "no", "wenig", "never", "nie", "isn't", "wasn't")

MATTER = re.compile(
    r"\b(?:"
    # he wants something
    r"bitte (?!weiter|so |genau so|macht |machen sie )\w+|ich (?:brauche|bräuchte|benötige|will|hätte gern\w*)|"
    r"(?:ich|wir) (?:möchte|möchten|wollte|wollten) (?!mich|uns|ihnen|euch|dir|ihm|ihr|nur|mal|auch mal)\w+|"
    r"(?<!wir )(?:können|könnten|würden|könnt|könntet|kannst|könntest) (?:sie|ihr|du)|rufen sie|ruft mich|ruf mich|"
    r"schicken sie|senden sie|schickt mir|schick mir|melden sie sich|meldet euch|melde dich|\w*kündig\w*|widerruf\w*|"
    r"widerspr[eu]ch\w*|storn\w+|umzug steht|please (?!keep|carry|stay)\w+|i (?:need|want)|"
    r"i(?:'d| would) like (?!to (?:thank|say|praise))\w+|(?:can|could) you|call me|send me|cancel\w*|"
    # he asks something
    r"(?:eine|noch eine|andere|weitere|zweite) (?:frage|sache|bitte)|noch ein (?:problem|anliegen|punkt)|noch etwas|"
    r"neues (?:problem|anliegen)|wann|wo (?:bleibt|bleiben|ist|sind)|warum|wieso|weshalb|wie (?:lange|geht es weiter)|"
    r"hat (?:auch )?ein \w+|war (?:\w+ )?(?:nicht|niemand|keiner) da|(?:was|were) (?:not|n't) (?:here|there)|"
    r"(?:one more|another|a) (?:question|thing|problem|matter|issue)|(?:new|next) problem|when (?:will|do|does|can|is)|"
    r"where (?:is|are)|why|how (?:do|can|long)|"
    # since when it is so, and what is new
    r"seit (?:heute|gestern|vorgestern|\w+tag|mittwoch|letzter|letztem|dieser)|"
    r"since (?:today|yesterday|this|last|\w+day)|"
    r"neue[ns]? (?:adresse|anschrift|nummer|telefonnummer|handynummer|rufnummer|bankverbindung|iban|mailadresse|konto)|"
    r"new (?:address|number|account|iban|phone)|kundennummer|customer number|(?<!nichts )falsch\w*|(?<!nothing )wrong|"
    r"(?:ich|wir) ziehen? (?:\w+ ){0,3}um|(?:i am|i'm|we are|we're) moving"
    r")\b"
)
"""A matter of its own beside a good score, that must not lie in a settled ticket."""
DATA = re.compile(r"\d(?:[\s./-]?\d){4,}|[^\s@]@[^\s@]")
"""A telephone or customer number, an address: nothing that praises."""

KNOWN = frozenset(
    (
        # German: how it was
        "gut", "gute", "guter", "gutes", "guten", "super", "toll", "tolle", "toller", "tolles", "tollen", "top",
        "prima", "klasse", "perfekt", "perfekte", "perfekter", "bestens", "beste", "bester", "besten", "besser",
        "spitze", "spitzenmäßig", "hervorragend", "hervorragende", "hervorragender", "ausgezeichnet", "ausgezeichnete",
        "großartig", "wunderbar", "genial", "einwandfrei", "tadellos", "vorbildlich", "reibungslos", "unkompliziert",
        "unkomplizierte", "einfach", "problemlos", "zufrieden", "begeistert", "froh", "glücklich", "dankbar",
        "freundlich", "freundliche", "freundlicher", "freundlichen", "nett", "nette", "netter", "netten", "höflich",
        "hilfsbereit", "kompetent", "kompetente", "kompetenter", "kompetenten", "professionell", "professionelle",
        "zuverlässig", "schnell", "schnelle", "schneller", "schnellen", "rasch", "rasche", "zügig", "zügige", "prompt",
        "prompte", "flott", "pünktlich", "geduldig", "verständlich", "ehrlich", "okay", "ok", "mittelmäßig",
        "durchwachsen", "durchschnittlich", "ausreichend", "befriedigend", "naja", "lang", "lange", "länger", "langsam",
        "langsame", "spät", "zäh", "mühsam", "umständlich", "kompliziert", "verbesserungswürdig", "ausbaufähig",
        "schlecht", "enttäuscht", "empfehlenswert",
        # German: what was, and who
        "service", "support", "hilfe", "beratung", "betreuung", "bearbeitung", "lösung", "antwort", "antworten",
        "rückmeldung", "reaktion", "kontakt", "kommunikation", "unterstützung", "auskunft", "mitarbeiter",
        "mitarbeiterin", "kollege", "kollegin", "kollegen", "techniker", "technikerin", "team", "leute", "kundendienst",
        "kundenservice", "hotline", "arbeit", "problem", "probleme", "störung", "fehler", "anliegen", "sache",
        "wartezeit", "zeit", "tage", "tag", "wochen", "woche", "stunden", "monate", "minuten", "nachfrage", "geduld",
        "mühe", "einsatz", "lob", "kompliment", "beschwerden", "grund", "klage", "luft", "oben", "sterne", "punkte",
        "punkt", "abzug", "anfang", "ende", "umzug",
        # German: the rest
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "ich", "wir",
        "sie", "ihr", "ihnen", "euch", "es", "er", "man", "mir", "mich", "uns", "mein", "meine", "meinem", "unser",
        "unsere", "unserem", "ihre", "ihren", "ihrem", "ihrer", "eure", "eurem", "euer", "und", "oder", "aber", "denn",
        "weil", "da", "dass", "obwohl", "als", "wie", "bis", "nach", "für", "mit", "von", "vom", "zu", "zum", "zur",
        "bei", "beim", "im", "in", "am", "an", "auf", "um", "ohne", "über", "wegen", "trotz", "bin", "ist", "sind",
        "seid", "war", "waren", "wurde", "wurden", "habe", "haben", "habt", "hat", "hatte", "hatten", "ging", "gingen",
        "geht", "geht's", "lief", "liefen", "läuft", "funktioniert", "klappt", "kam", "kamen", "dauerte", "gedauert",
        "geklappt", "funktioniert", "geholfen", "gelöst", "behoben", "erledigt", "gemacht", "geantwortet", "reagiert",
        "gemeldet", "gewartet", "warten", "gebraucht", "gefallen", "gefreut", "bedanken", "sagen", "geben", "würde",
        "möchte", "möchten", "kann", "können", "könnte", "hätte", "sein", "empfehlen", "meckern", "beanstanden",
        "auszusetzen", "toppen", "danke", "dankeschön", "dank", "vielen", "herzlichen", "lieben", "sehr", "ganz",
        "wirklich", "echt", "absolut", "voll", "total", "rundum", "überaus", "äußerst", "ziemlich", "etwas", "bisschen",
        "wenig", "relativ", "zu", "so", "schon", "gern", "gerne", "immer", "wieder", "jederzeit", "endlich", "jetzt",
        "nun", "dann", "erst", "zuerst", "anfangs", "leider", "letztlich", "insgesamt", "eigentlich", "nur", "nicht",
        "nichts", "kein", "keine", "keinen", "nie", "gar", "alles", "alle", "allem", "viel", "mehr", "bitte", "weiter",
        "ja", "natürlich", "klar", "hier", "diesmal", "frau", "herr", "herrn", "jemand", "niemand", "keiner", "ewig",
        "zwei", "drei", "vier", "zweimal", "dreimal", "jahren", "langem", "seit", "ordnung", "sofort", "gleich", "beim",
        "ersten", "mal", "einmal", "sondern", "gab", "kunde", "kundin", "macht", "machen", "damit", "dafür", "auch",
        "schade", "hohe", "hoher", "kaum", "wohl", "freut",
        # English
        "good", "great", "excellent", "perfect", "perfectly", "brilliant", "fantastic", "amazing", "awesome",
        "wonderful", "superb", "outstanding", "lovely", "nice", "kind", "friendly", "polite", "helpful", "helped",
        "competent", "professional", "patient", "reliable", "quick", "quickly", "fast", "faster", "swift", "prompt",
        "promptly", "easy", "smooth", "simple", "best", "better", "fine", "okay", "happy", "satisfied", "pleased",
        "grateful", "impressed", "average", "mediocre", "slow", "slowly", "long", "longer", "late", "bad",
        "disappointed", "well", "service", "support", "help", "staff", "agent", "colleague", "colleagues", "technician",
        "engineer", "team", "people", "guys", "answer", "answers", "reply", "response", "solution", "work", "job",
        "problem", "problems", "issue", "issues", "complaints", "fault", "wait", "waiting", "waited", "time", "days",
        "day", "weeks", "week", "hours", "months", "minutes", "experience", "stars", "points", "the", "a", "an", "i",
        "i'm", "we", "you", "your", "he", "she", "they", "it", "it's", "its", "that", "that's", "this", "my", "our",
        "me", "us", "to", "for", "of", "with", "without", "in", "on", "at", "by", "from", "until", "till", "after",
        "and", "or", "but", "because", "since", "as", "though", "although", "was", "were", "is", "are", "am", "been",
        "had", "have", "has", "did", "do", "done", "took", "takes", "taken", "could", "would", "should", "can", "got",
        "get", "came", "went", "fixed", "solved", "sorted", "resolved", "answered", "called", "needed", "works",
        "worked", "working", "ran", "thank", "thanks", "many", "much", "lot", "very", "really", "truly", "absolutely",
        "totally", "quite", "rather", "bit", "little", "too", "so", "all", "everything", "nothing", "no", "not",
        "never", "none", "one", "ones", "again", "now", "then", "first", "finally", "eventually", "overall",
        "unfortunately", "sadly", "just", "only", "always", "highly", "recommend", "recommended", "keep", "up", "going",
        "say", "like", "room", "improvement", "expected", "please", "nobody", "two", "three", "twice", "right", "away",
        "years", "customer", "there", "else", "other", "any", "be", "more", "than", "what", "ever", "end", "start",
        "beginning",
    )
)  # fmt: skip
"""The words of a comment that only says how it was. With any other a person has to read it."""
NAMED = re.compile(r"\b(?:frau|herrn?|mr|mrs|ms|miss)\.? (?P<name>\w+)|(?P<doer>\w+) (?:war|was|hat|has)\b")
"""A name may stand beside them."""
