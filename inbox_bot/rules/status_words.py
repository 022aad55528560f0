"""Word lists in German and English for `status`: in which words a customer asks how his matter stands, or whether his
messages arrived. All in lower case.

`{thing}` stands for one of THINGS, `{ticket}` of TICKETS, `{letter}` of LETTERS, `{you}` of YOU, `{my}` of MINE,
`{that}` of THAT, `{state}` of STATES, `{arrival}` of ARRIVALS, `{anyone}` of ANYONE, `{confirm}` of CONFIRM; `{about}`
for words that say which matter is meant, or for none.
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
    "direktnachricht", "direktnachrichten", "schreiben", "anfrage", "message", "messages", "letter", "msg", "msgs",
)  # fmt: skip
MINE = (
    "mein", "meine", "meinem", "meinen", "meiner", "meines", "unser", "unsere", "unserem", "unserer", "unseres",
    "das", "dem", "der", "die", "des", "den", "diese", "dieser", "dieses", "diesem", "my", "our", "the", "this",
    "meine letzte", "meiner letzten", "meine beiden", "my last", "both my", "alle meine", "all my",
)  # fmt: skip
YOU = ("sie", "ihr", "du", "you", "u", "you guys")
THAT = ("dass", "sie dass", "sie mir dass", "mir dass")
STATES = ("stand", "status", "sachstand", "bearbeitungsstand", "bearbeitungsstatus")
ABOUT = ("zu", "zum", "zur", "bei", "beim", "bezüglich", "bzgl", "wegen", "in", "mit")
ARRIVALS = ("eingang", "empfang", "erhalt")
ANYONE = ("anyone", "anybody", "someone", "somebody")
CONFIRM = ("um bestätigung dass", "um eine bestätigung dass", "bestätigt dass", "bestätigt mir dass")

# How it is asked how the matter stands.
STATUS = (
    # German
    "status", "wie ist der {state}", "wie ist da der {state}", "was ist der {state}", "wie lautet der {state}",
    "welchen status hat {my} {thing}", "stand der dinge", "wie ist der stand der dinge", "wie der {state} ist",
    "wie der {state} {my} {thing} ist", "wie der stand der dinge ist", "wie {my} stand ist", "wie {my} status ist",
    "was der stand ist", "wie es steht", "wie es aussieht", "wie {my} {thing} steht", "wie es um {my} {thing} steht",
    "wie es mit {my} {thing} aussieht", "wie ist {my} stand", "wie ist {my} status", "wo {my} {thing} steht",
    "wie steht es", "wie steht's", "wie stehts", "wie steht es um {my} {thing}", "wie sieht es aus", "wie sieht's aus",
    "wie siehts aus", "wie sieht es mit {my} {thing} aus", "wie siehts mit {my} {thing} aus",
    "wie sieht's mit {my} {thing} aus", "wie schaut es aus", "wie schaut's aus", "wie schauts aus",
    "wie schaut es mit {my} {thing} aus", "wie schaut's mit {my} {thing} aus", "wie schauts mit {my} {thing} aus",
    "wie weit ist die bearbeitung", "wie lange dauert die bearbeitung", "wie lange dauert die bearbeitung noch",
    "hat sich {about} etwas getan", "hat sich {about} was getan", "tut sich {about} etwas", "tut sich {about} was",
    "wie weit sind {you}", "wie weit seid {you}", "wie weit ist {my} {thing}", "wie weit {you} sind",
    "wie weit {you} seid", "wo ist {my} {ticket}", "wo steht {my} {thing}", "wo stehen wir", "was macht {my} {thing}",
    "was ist mit {my} {thing}", "was passiert mit {my} {thing}", "gibt es {about} etwas neues",
    "gibt es {about} was neues", "gibt's {about} etwas neues", "gibt's {about} was neues", "gibts {about} was neues",
    "gibts {about} etwas neues", "gibt es {about} neues", "gibts neues", "gibt's neues", "gibt es {about} neuigkeiten",
    "gibt's {about} neuigkeiten", "gibts {about} neuigkeiten", "ob es etwas neues gibt", "ob es was neues gibt",
    "ob es neuigkeiten gibt", "haben {you} neuigkeiten", "habt {you} neuigkeiten", "haben {you} etwas neues",
    "gibt es einen zwischenstand", "gibt es einen neuen stand", "gibt es einen stand", "gibt es ein update",
    "gibt's ein update", "gibt es updates", "gibt es eine rückmeldung", "ist {my} {thing} in bearbeitung",
    "ist {my} {thing} noch offen", "ist {my} {thing} noch in bearbeitung", "ist {my} {ticket} bearbeitet",
    "ist {my} {ticket} erledigt", "wurde {my} {ticket} bearbeitet", "bearbeitet jemand {my} {thing}",
    "kümmert sich jemand um {my} {thing}", "kümmert sich jemand darum", "wird {my} {thing} bearbeitet",
    "wird an {my} {thing} gearbeitet", "wer bearbeitet {my} {thing}", "wer kümmert sich um {my} {thing}",
    "wer ist für {my} {thing} zuständig", "wer hat {my} {ticket}", "wann meldet ihr euch", "wann melden sie sich",
    "wann meldest du dich", "wann meldet sich jemand", "wann krieg ich eine antwort", "wann krieg ich antwort",
    "wann kriege ich eine antwort", "wann bekomm ich eine antwort", "wann bekomm ich ne antwort",
    "wann krieg ich ne antwort", "wann darf ich mit einer antwort rechnen",
    "wann darf ich mit einer rückmeldung rechnen", "wann höre ich von ihnen", "wann höre ich von euch",
    "wann hör ich von euch", "wann höre ich etwas", "wann höre ich was", "wann bekomme ich eine antwort",
    "wann bekomme ich antwort", "wann erhalte ich eine antwort", "wann bekomme ich eine rückmeldung",
    "wann erhalte ich eine rückmeldung", "wann kann ich mit einer antwort rechnen",
    "wann kann ich mit einer rückmeldung rechnen", "bis wann bekomme ich eine antwort",
    "bis wann bekomme ich eine rückmeldung", "bis wann kann ich mit einer antwort rechnen",
    "wie lange dauert es bis zu einer antwort", "den {state} wissen", "den {state} {my} {thing} wissen",
    "nach dem {state} fragen", "nach dem {state} {my} {thing} fragen", "mich nach dem {state} erkundigen",
    "mich nach dem {state} {my} {thing} erkundigen", "um {state}", "um den {state}", "um sachstandsmitteilung",
    "um mitteilung des sachstands", "um mitteilung zum stand", "um eine rückmeldung zum stand",
    "um rückmeldung zum stand",
     "informieren {you} mich über den {state}",
    "ein update geben", "ein update bekommen", "ein update haben", "um eine statusmeldung", "um statusmeldung",
    "um eine info zum stand", "um info zum stand", "um auskunft zum stand", "um mitteilung des stands",
    "um mitteilung des standes", "um einen zwischenstand", "um zwischenstand", "um ein status-update",
    "um ein statusupdate", "um ein update", "statusabfrage", "statusanfrage", "teilen {you} mir den {state} mit",
    "sagen {you} mir den {state}", "nennen {you} mir den {state}", "was gibt es neues", "was gibt's neues",
    "nachfrage zum stand", "nachfrage zum status", "rückfrage zum stand", "frage zum stand", "frage zum status",
    "sachstandsanfrage", "den {state} mitteilen", "den {state} sagen", "den {state} nennen",
    "den {state} {my} {thing} mitteilen", "den {state} {my} {thing} sagen", "den {state} {my} {thing} nennen",
    "nachfrage stand",
    # English
    "what is the status", "what's the status", "whats the status", "what is {my} status", "what the status is",
    "what status {my} {thing} has", "status of {my} {thing}", "is there any news", "is there news",
    "is there an update", "is there any update", "are there any updates", "are there any news", "if there is any news",
    "whether there is any news", "if there are any updates", "if there is an update", "do {you} have any news",
    "do {you} have an update", "do {you} have any updates", "do {you} have any update", "have {you} any news",
    "have {you} got any news", "how is {my} {thing} doing", "how is {my} {thing} going",
    "how is {my} {thing} coming along", "how is it going with {my} {thing}", "how are things going with {my} {thing}",
    "how far are {you}", "how far along are {you}", "how far {you} are", "where is {my} {ticket}",
    "where's {my} {ticket}", "wheres {my} {ticket}", "where does {my} {thing} stand", "where {my} {thing} stands",
    "where do we stand", "where we stand", "where are we", "what is happening", "what's happening",
    "what is happening with {my} {thing}", "what's happening with {my} {thing}", "what is going on with {my} {thing}",
    "what's going on with {my} {thing}", "what about {my} {thing}", "who is handling {my} {thing}",
    "who's handling {my} {thing}", "who is working on {my} {thing}", "who's working on {my} {thing}",
    "who has {my} {ticket}", "who is looking after {my} {thing}", "is {my} {thing} still open",
    "is {my} {thing} being worked on", "is {my} {thing} in progress", "is anyone working on {my} {thing}",
    "is anybody working on {my} {thing}", "is someone working on {my} {thing}", "when will i hear from you",
    "when will i hear back", "when will i get an answer", "when will i get a reply", "when will i get a response",
    "when will i get an update", "when can i expect an answer", "when can i expect a reply",
    "when can i expect a response", "when can i expect an update", "when i will hear from you",
    "when i can expect an answer", "when i can expect a reply", "when can i expect to hear from you",
    "when can i expect to hear back", "when will {anyone} get back to me", "when will {you} get back to me",
    "how long until i get a reply", "how long until i get an answer", "what's up with {my} {thing}",
    "whats up with {my} {thing}", "is there any progress", "has there been any progress", "if there's any news",
    "if there's an update", "if there are any news", "what is the state of {my} {thing}",
    "what's the state of {my} {thing}", "what's the latest", "what is the latest", "what's the latest status",
    "what is the latest status", "how's {my} {thing} going", "how's {my} {thing} coming along",
    "how's it going with {my} {thing}", "where are {you} with {my} {thing}", "where {you} are with {my} {thing}",
    "has {anyone} looked at {my} {thing}", "has {anyone} looked into {my} {thing}",
    "is {anyone} looking at {my} {thing}", "is {anyone} looking into {my} {thing}", "is {anyone} looking into this",
    "have {you} had a chance to look at {my} {thing}", "have {you} had a chance to look into {my} {thing}",
    "did {you} have a chance to look at {my} {thing}", "did {you} have a chance to look into {my} {thing}",
    "to check in", "to check in on the status", "to check the status", "to check on {my} {thing}", "to follow up",
    "to ask for an update", "to ask for a status update", "to ask about the status", "to enquire about the status",
    "to inquire about the status", "to get an update", "to get a status update", "to have an update",
    "giving me an update", "giving me a status update", "advise on the status", "advise the status",
    "advise me of the status", "provide an update", "provide a status update", "provide me with an update",
    "provide me with a status update", "provide the status", "enquiring about the status", "status check",
    "update me on the status", "any update on this", "any updates on this", "any news on this", "checking in",
    "checking the status", "following up", "inquiring about the status", "asking about the status",
    "asking for the status", "update me", "let me know the status", "tell me the status", "give me an update",
    "give me a status update", "send me an update", "send me a status update", "get an update", "get a status update",
    "have an update", "have a status update",
)  # fmt: skip
# These ask only with a question mark, a word of request or what leads to a question.
STATUS_NOUNS = (
    "den {state}", "nach dem {state}", "ticketstatus", "ticket-status", "any progress", "any word", "for an update",
    "for a status update", "for the status", "the latest status", "latest status", "any latest news", "any news",
    "any update", "any updates", "an update", "a update", "a status update", "the status", "stand", "sachstand",
    "bearbeitungsstand", "zwischenstand", "neuigkeiten", "news", "update", "updates", "status-update", "statusupdate",
    "status update", "status report", "statusmeldung", "neuer stand", "ein update", "einen zwischenstand",
)  # fmt: skip

# These only as a question, or with a word of request: with a wish before them they mean a new thing.
STATUS_ALONE = ("was neues", "etwas neues", "neues")

# How it is asked whether something arrived.
RECEIPT = (
    # German
    "{arrival} bestätigen", "den {arrival} bestätigen", "den {arrival} {my} {letter} bestätigen",
    "bestätigen {you} den {arrival}", "bestätigen {you} mir den {arrival}", "bestätigen {you} mir {arrival}",
    "bestätigen {you} {arrival}", "bestätige den {arrival}", "bestätige mir den {arrival}", "bestätigt den {arrival}",
    "bestätigt mir den {arrival}", "können {you} den {arrival} bestätigen", "können {you} mir den {arrival} bestätigen",
    "könnten {you} den {arrival} bestätigen", "könnten {you} mir den {arrival} bestätigen",
    "würden {you} den {arrival} bestätigen", "würden {you} mir den {arrival} bestätigen",
    "kannst {you} den {arrival} bestätigen", "könnt {you} den {arrival} bestätigen",
    "könntet {you} den {arrival} bestätigen", "{confirm} {my} {letter} angekommen ist",
    "{confirm} {my} {letter} angekommen sind", "{confirm} {my} {letter} eingegangen ist",
    "{confirm} {you} {my} {letter} erhalten haben", "{confirm} {you} {my} {letter} bekommen haben",
    "{confirm} {you} {my} {letter} bekommen habt", "{confirm} {you} {my} {letter} erhalten habt",
    "haben {you} die {letter} von mir erhalten", "haben {you} die {letter} von mir bekommen",
    "habt {you} die {letter} von mir bekommen", "wurde {my} {letter} empfangen", "wurden {my} {letter} empfangen",
    "um erhaltsbestätigung", "um eingangsbestätigung", "um eine eingangsbestätigung",
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
    "did {my} {letter} go through", "did {my} {letter} come through", "did {you} see {my} {letter}",
    "was {my} {letter} received", "were {my} {letter} received", "has {my} {letter} been received",
    "have {my} {letter} been received", "did {you} get this", "did {you} receive this", "have {you} received this",
    "confirm that {you} have received this", "confirm {you} have received this", "confirm {you} received this",
    "confirm that {you} received this", "have {you} received the {letter} i sent", "did {you} get the {letter} i sent",
    "did {you} receive the {letter} i sent",
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
RECEIPT_NOUNS = (
    "eingangsbestätigung", "empfangsbestätigung", "bestätigung des eingangs", "dass {my} {letter} angekommen ist",
    "dass {my} {letter} angekommen sind", "dass {my} {letter} eingegangen ist", "that {you} got {my} {letter}",
    "that {you} received {my} {letter}", "that {you} have received {my} {letter}", "{you} got {my} {letter}",
    "{you} received {my} {letter}",
)  # fmt: skip
