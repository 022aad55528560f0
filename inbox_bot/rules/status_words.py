"""Word lists in German and English for `status`: in which words a customer asks how his matter stands, or whether his
messages arrived. All in lower case.

`{thing}` stands for one of THINGS, `{ticket}` of TICKETS, `{letter}` of LETTERS, `{you}` of YOU, `{my}` of MINE,
`{that}` of THAT.
"""

# What may be asked about: our own record of his matter. An order, an invoice, a contract is not on it.
THINGS = (
    "ticket", "tickets", "anfrage", "anliegen", "anliegens", "fall", "falls", "vorgang", "vorgangs", "vorganges",
    "sache", "angelegenheit", "meldung", "störungsmeldung", "problem", "problems", "request", "case", "issue",
    "enquiry", "inquiry", "query", "matter",
)  # fmt: skip
TICKETS = ("ticket", "anfrage", "vorgang", "störungsmeldung", "request", "case", "enquiry", "inquiry")  # "where is my"
LETTERS = (
    "mail", "mails", "e-mail", "e-mails", "email", "emails", "nachricht", "nachrichten", "dm", "dms",
    "direktnachricht", "direktnachrichten", "schreiben", "anfrage", "message", "messages", "letter",
)  # fmt: skip
MINE = (
    "mein", "meine", "meinem", "meinen", "meiner", "meines", "unser", "unsere", "unserem", "unserer", "unseres",
    "das", "dem", "der", "die", "des", "den", "diese", "dieser", "dieses", "diesem", "my", "our", "the", "this",
    "meine letzte", "meiner letzten", "meine beiden", "my last", "both my", "alle meine", "all my",
)  # fmt: skip
YOU = ("sie", "ihr", "du", "you")
THAT = ("dass", "sie dass", "sie mir dass", "mir dass")

# How it is asked how the matter stands.
STATUS = (
    # German
    "status", "wie ist der stand", "wie ist der status", "was ist der stand", "was ist der status",
    "wie lautet der stand", "wie lautet der status", "welchen status hat {my} {thing}", "stand der dinge",
    "wie ist der stand der dinge", "wie ist der bearbeitungsstand", "wie ist der sachstand", "wie der stand ist",
    "wie der status ist", "wie {my} stand ist", "wie {my} status ist", "was der stand ist", "wie es steht",
    "wie es aussieht", "wie {my} {thing} steht", "wie es um {my} {thing} steht", "wie es mit {my} {thing} aussieht",
    "wie ist {my} stand", "wie ist {my} status", "wo {my} {thing} steht", "wie steht es", "wie steht's", "wie stehts",
    "wie steht es um {my} {thing}", "wie sieht es aus", "wie sieht's aus", "wie siehts aus",
    "wie sieht es mit {my} {thing} aus", "wie siehts mit {my} {thing} aus", "wie sieht's mit {my} {thing} aus",
    "wie weit sind {you}", "wie weit seid {you}", "wie weit ist {my} {thing}", "wie weit {you} sind",
    "wie weit {you} seid", "wo ist {my} {ticket}", "wo steht {my} {thing}", "wo stehen wir", "was macht {my} {thing}",
    "was ist mit {my} {thing}", "was passiert mit {my} {thing}", "gibt es etwas neues", "gibt es was neues",
    "gibt's etwas neues", "gibt's was neues", "gibts was neues", "gibts etwas neues", "gibt es neues",
    "gibt es neuigkeiten", "gibt's neuigkeiten", "gibts neuigkeiten", "ob es etwas neues gibt",
    "ob es was neues gibt", "ob es neuigkeiten gibt", "haben {you} neuigkeiten", "habt {you} neuigkeiten",
    "haben {you} etwas neues", "gibt es einen zwischenstand", "gibt es einen neuen stand", "gibt es einen stand",
    "gibt es ein update", "gibt's ein update", "gibt es updates", "gibt es eine rückmeldung",
    "ist {my} {thing} in bearbeitung", "ist {my} {thing} noch offen", "wird {my} {thing} bearbeitet",
    "wird an {my} {thing} gearbeitet", "wer bearbeitet {my} {thing}", "wer kümmert sich um {my} {thing}",
    "wer ist für {my} {thing} zuständig", "wer hat {my} {thing}", "wann höre ich von ihnen", "wann höre ich etwas",
    "wann höre ich was", "wann bekomme ich eine antwort", "wann bekomme ich antwort", "wann erhalte ich eine antwort",
    "wann bekomme ich eine rückmeldung", "wann erhalte ich eine rückmeldung",
    "wann kann ich mit einer antwort rechnen", "wann kann ich mit einer rückmeldung rechnen",
    "bis wann bekomme ich eine antwort", "bis wann bekomme ich eine rückmeldung",
    "bis wann kann ich mit einer antwort rechnen", "wie lange dauert es bis zu einer antwort", "den status wissen",
    "den stand wissen", "um eine statusmeldung", "um statusmeldung", "um eine info zum stand", "um info zum stand",
    "um auskunft zum stand", "um mitteilung des stands", "um mitteilung des standes", "um einen zwischenstand",
    "um zwischenstand", "um ein status-update", "um ein statusupdate", "um ein update", "statusabfrage",
    "statusanfrage", "teilen {you} mir den stand mit", "teilen {you} mir den status mit", "sagen {you} mir den stand",
    "sagen {you} mir den status", "nennen {you} mir den stand", "nennen {you} mir den status", "was gibt es neues",
    "was gibt's neues", "nachfrage zum stand", "nachfrage zum status", "rückfrage zum stand", "frage zum stand",
    "frage zum status", "sachstandsanfrage",
    "den stand mitteilen", "den status mitteilen", "den stand sagen", "den status sagen",
    "den stand nennen", "den status nennen", "den aktuellen stand nennen", "den aktuellen status nennen",
    "den stand {my} {thing} mitteilen", "den status {my} {thing} mitteilen", "den stand {my} {thing} sagen",
    "den status {my} {thing} sagen", "den stand {my} {thing} nennen", "den status {my} {thing} nennen",
    # English
    "what is the status", "what's the status", "whats the status", "what is {my} status", "what the status is",
    "what status {my} {thing} has", "status of {my} {thing}", "is there any news", "is there news",
    "is there an update", "is there any update", "are there any updates", "are there any news",
    "if there is any news", "whether there is any news", "if there are any updates", "if there is an update",
    "do {you} have any news", "do {you} have an update", "do {you} have any updates", "do {you} have any update",
    "have {you} any news", "have {you} got any news", "how is {my} {thing} doing", "how is {my} {thing} going",
    "how is {my} {thing} coming along", "how is it going with {my} {thing}", "how are things going with {my} {thing}",
    "how far are {you}", "how far along are {you}", "how far {you} are", "where is {my} {ticket}",
    "where's {my} {ticket}", "wheres {my} {ticket}", "where does {my} {thing} stand", "where {my} {thing} stands",
    "where do we stand", "where we stand", "where are we", "what is happening", "what's happening",
    "what is happening with {my} {thing}", "what's happening with {my} {thing}", "what is going on with {my} {thing}",
    "what's going on with {my} {thing}", "what about {my} {thing}", "who is handling {my} {thing}",
    "who's handling {my} {thing}", "who is working on {my} {thing}", "who's working on {my} {thing}",
    "who has {my} {thing}", "who is looking after {my} {thing}", "is {my} {thing} still open",
    "is {my} {thing} being worked on", "is {my} {thing} in progress", "is anyone working on {my} {thing}",
    "is anybody working on {my} {thing}", "is someone working on {my} {thing}", "when will i hear from you",
    "when will i hear back", "when will i get an answer", "when will i get a reply", "when will i get a response",
    "when will i get an update", "when can i expect an answer", "when can i expect a reply",
    "when can i expect a response", "when can i expect an update", "when i will hear from you",
    "when i can expect an answer", "when i can expect a reply", "checking in", "checking the status", "following up",
    "inquiring about the status", "asking about the status", "asking for the status", "update me",
    "let me know the status", "tell me the status", "give me an update", "give me a status update",
    "send me an update", "send me a status update", "get an update", "get a status update", "have an update",
    "have a status update",
)  # fmt: skip
# These ask only with a question mark, a word of request or what leads to a question.
STATUS_NOUNS = (
    "den stand", "den status", "nach dem stand", "nach dem status", "any news", "any update", "any updates",
    "an update", "a status update", "the status", "stand", "sachstand", "bearbeitungsstand", "zwischenstand",
    "neuigkeiten", "news", "update", "updates", "status-update", "statusupdate", "status update", "status report",
    "statusmeldung", "neuer stand", "was neues", "etwas neues", "ein update", "einen zwischenstand",
)  # fmt: skip

# How it is asked whether something arrived.
RECEIPT = (
    # German
    "eingang bestätigen", "den eingang bestätigen", "bestätigen {you} den eingang",
    "bestätigen {you} mir den eingang", "bestätigen {you} mir eingang", "bestätigen {you} eingang",
    "bestätige den eingang", "bestätigt den eingang", "können {you} den eingang bestätigen",
    "können {you} mir den eingang bestätigen", "könnten {you} den eingang bestätigen",
    "könnten {you} mir den eingang bestätigen", "würden {you} den eingang bestätigen",
    "würden {you} mir den eingang bestätigen", "kannst {you} den eingang bestätigen",
    "könnt {you} den eingang bestätigen", "den empfang bestätigen", "empfang bestätigen",
    "bestätigen {you} den empfang", "bestätigen {you} mir den empfang", "können {you} den empfang bestätigen",
    "könnten {you} den empfang bestätigen", "um eingangsbestätigung", "um eine eingangsbestätigung",
    "um eine kurze eingangsbestätigung", "um empfangsbestätigung", "um eine empfangsbestätigung",
    "um bestätigung des eingangs", "um eine bestätigung des eingangs", "um bestätigung des empfangs",
    "um kurze bestätigung des eingangs", "eine eingangsbestätigung", "haben {you} {my} {letter} erhalten",
    "haben {you} {my} {letter} bekommen", "habt {you} {my} {letter} erhalten", "habt {you} {my} {letter} bekommen",
    "hast {you} {my} {letter} bekommen", "hast {you} {my} {letter} erhalten", "ist {my} {letter} angekommen",
    "ist {my} {letter} eingegangen", "ist {my} {letter} bei ihnen angekommen",
    "ist {my} {letter} bei euch angekommen", "ist {my} {letter} bei ihnen eingegangen",
    "sind {my} {letter} angekommen", "sind {my} {letter} eingegangen", "sind {my} {letter} bei ihnen angekommen",
    "sind {my} {letter} bei ihnen eingegangen", "sind {my} {letter} bei euch angekommen", "kam {my} {letter} an",
    "kamen {my} {letter} an", "ob {my} {letter} angekommen ist", "ob {my} {letter} angekommen sind",
    "ob {my} {letter} eingegangen ist", "ob {my} {letter} eingegangen sind",
    "ob {my} {letter} bei ihnen angekommen ist", "ob {you} {my} {letter} erhalten haben",
    "ob {you} {my} {letter} bekommen haben", "bestätigen {that} {my} {letter} angekommen ist",
    "bestätigen {that} {my} {letter} angekommen sind", "bestätigen {that} {my} {letter} eingegangen ist",
    "bestätigen {that} {my} {letter} bei ihnen angekommen ist",
    "bestätigen {that} {you} {my} {letter} erhalten haben", "bestätigen {that} {you} {my} {letter} bekommen haben",
    # English
    "did {you} get {my} {letter}", "did {you} receive {my} {letter}", "have {you} received {my} {letter}",
    "have {you} got {my} {letter}", "have {you} gotten {my} {letter}", "did {my} {letter} arrive",
    "did {my} {letter} get through", "did {my} {letter} reach you", "has {my} {letter} arrived",
    "have {my} {letter} arrived", "has {my} {letter} reached you", "confirm receipt", "confirm the receipt",
    "confirm reception", "confirm that {you} received {my} {letter}",
    "confirm that {you} have received {my} {letter}", "confirm that {you} got {my} {letter}",
    "confirm {you} received {my} {letter}", "confirm {you} got {my} {letter}",
    "confirm {you} have received {my} {letter}", "confirm that {my} {letter} arrived",
    "confirm {my} {letter} arrived", "confirm that {my} {letter} has arrived", "acknowledge receipt",
    "acknowledge the receipt", "acknowledge that {you} got {my} {letter}", "if {you} got {my} {letter}",
    "if {you} received {my} {letter}", "whether {you} got {my} {letter}", "whether {you} received {my} {letter}",
    "whether {you} have received {my} {letter}", "if {you} have received {my} {letter}",
    "whether {my} {letter} arrived", "if {my} {letter} arrived", "a confirmation of receipt",
    "confirmation of receipt", "an acknowledgement of receipt",
)  # fmt: skip
RECEIPT_NOUNS = ("eingangsbestätigung", "empfangsbestätigung", "bestätigung des eingangs")

# What may stand before the question, also as a clause of its own; without ADVERBS ("ich bitte": "ich").
LEADS = (
    "ich wollte fragen", "ich wollte nachfragen", "wollte fragen", "wollte nachfragen", "ich möchte fragen",
    "ich möchte nachfragen", "ich möchte wissen", "ich wollte wissen", "ich würde gerne wissen", "ich würde wissen",
    "ich frage nach", "ich frage", "frage nach", "eine frage", "frage", "können sie mir sagen",
    "können sie mir mitteilen", "könnten sie mir sagen", "könnten sie mir mitteilen", "könnt ihr mir sagen",
    "kannst du mir sagen", "sagen sie mir", "teilen sie mir mit", "ich", "hiermit ich", "ich hätte gerne",
    "ich hätte", "ich erkundige mich", "kann ich", "könnte ich", "darf ich", "ich bräuchte", "ich brauche",
    "haben sie", "bekomme ich", "kann man mir sagen", "could you tell me", "can you tell me", "could you", "can you",
    "would you", "können sie", "können sie mir", "könnten sie", "könnten sie mir", "könnt ihr mir",
    "kannst du mir", "könntet ihr mir", "könntest du mir", "könntet ihr mir sagen", "könntest du mir sagen",
    "could i", "can i", "may i",
    "i wanted to ask", "i want to ask", "i would like to know", "i'd like to know", "i want to know",
    "i wanted to know", "i would like to ask", "i am", "i'm", "let me know", "do you know", "tell me", "i would like",
    "i'd like", "i was wondering", "wondering", "i need", "i wanted to check", "checking", "i am writing to ask",
)  # fmt: skip

# What may stand anywhere without changing what is asked.
ADVERBS = (
    "bitte", "mal", "denn", "nun", "jetzt", "aktuell", "aktuelle", "aktueller", "aktuellen", "aktuelles", "derzeit",
    "derzeitige", "derzeitiger", "derzeitigen", "momentan", "momentane", "gerade", "eigentlich", "inzwischen",
    "mittlerweile", "schon", "bereits", "kurz", "kurze", "kurzes", "kurzen", "nur", "einmal", "so", "also", "und",
    "auch", "gerne", "gern", "hier", "dazu", "nochmal", "nochmals", "heute", "gestern", "vorgestern", "today",
    "yesterday", "please", "pls", "plz", "just", "currently", "current", "now", "and", "kindly", "quick", "quickly",
    "yet", "already", "again", "latest",
)  # fmt: skip
REQUESTS = ("bitte", "please", "pls", "plz", "kindly")

# What may stand before and after the question: which matter is meant.
BESIDE = (
    "zu", "zum", "zur", "bei", "beim", "mit", "für", "von", "vom", "in", "im", "um", "über", "der", "die", "das",
    "des", "dem", "den", "dieser", "diese", "dieses", "diesem", "mein", "meine", "meinem", "meinen", "meiner",
    "meines", "unser", "unsere", "unserem", "unserer", "unseres", "ticketnummer", "ticket-nummer", "ticketnr",
    "ticket-nr", "nr", "nummer", "betreff", "sachen", "uhr", "am", "mir", "on", "of", "for", "with", "to", "about",
    "regarding", "my", "our", "the", "this", "number", "from", "at", "it", "re",
)  # fmt: skip

# Clauses that only are polite.
COURTESIES = (
    "hallo", "hi", "hey", "hello", "moin", "servus", "guten", "tag", "morgen", "abend", "grüß", "gott", "liebes",
    "liebe", "lieber", "team", "support", "kundenservice", "kundendienst", "service", "zusammen", "sehr", "geehrte",
    "geehrter", "geehrtes", "damen", "herren", "danke", "dank", "dankeschön", "vielen", "besten", "herzlichen",
    "lieben", "schönen", "im", "voraus", "vorab", "für", "ihre", "eure", "hilfe", "mühe", "thanks", "thank", "you",
    "many", "in", "advance", "cheers", "dear", "sir", "madam", "sirs", "or", "all", "everyone", "good", "morning",
    "afternoon", "evening", "day", "there", "a", "lot", "so", "much", "very", "for", "your", "help", "grüße", "gruß",
    "viele", "lg", "vg", "mfg", "beste", "freundliche", "freundlichen", "mit", "regards", "kind", "best", "again",
)  # fmt: skip
POLITE = (
    "ich freue mich auf ihre antwort", "ich freue mich auf ihre rückmeldung", "ich freue mich auf eine rückmeldung",
    "über eine rückmeldung würde ich mich freuen", "über eine rückmeldung freue ich mich",
    "über eine antwort würde ich mich freuen", "über eine info würde ich mich freuen", "ich hoffe es geht ihnen gut",
    "entschuldigung", "entschuldigen sie", "looking forward to hearing from you",
    "i look forward to hearing from you", "i look forward to your reply", "looking forward to your reply",
    "hope you are well", "i hope you are well", "sorry to bother you", "sorry to bother you again", "excuse me",
)  # fmt: skip
GREETINGS = (
    "hallo",
    "hi",
    "hey",
    "hello",
    "moin",
    "lieber",
    "liebe",
    "dear",
    "guten tag",
    "guten morgen",
    "guten abend",
)
TITLES = ("herr", "frau", "mr", "mrs", "ms", "dr")

# A subject that says nothing beside: else it may be a new matter.
SUBJECTS = (
    "nachfrage", "rückfrage", "anfrage", "frage", "ticket", "mein ticket", "meine anfrage", "mein anliegen",
    "my ticket", "my request", "question", "follow-up", "follow up", "inquiry", "enquiry", "eingang", "hallo",
    "hello", "hi",
)  # fmt: skip
