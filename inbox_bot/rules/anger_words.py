"""Word lists in German and English for `anger`. In lower case; a `*` stands for any letters.

Both languages are looked for in every text: people who write to us are not asked which one they are angry in.
"""

# Whoever names these complains, or says that he will.
COMPLAINT = (
    # German
    "beschwerde*", "beschwere", "beschweren", "beschwert", "anwalt", "anwalts", "anwälte", "anwälten", "anwältin",
    "rechtsanwalt", "rechtsanwalts", "rechtsanwälte", "rechtsanwältin", "bundesnetzagentur", "bnetza",
    "netzagentur", "verbraucherzentrale*", "verbraucherschutz*", "verbraucherschützer*", "schlichtungsstelle*",
    "schlichtungsverfahren", "schlichtung", "ombudsmann", "ombudsstelle", "strafanzeige", "anzeige erstatten",
    "zeige sie an", "zeige euch an", "verklage", "verklagen", "klage einreichen", "klage erheben", "klageweg",
    "vor gericht", "zum gericht", "zum amtsgericht", "vors amtsgericht", "vor dem amtsgericht", "ans amtsgericht",
    "an das amtsgericht", "vor das amtsgericht", "klage beim amtsgericht", "rechtlich gegen", "rechtlich vorgehen",
    "rechtliche schritte",
    "rechtlichen schritte", "rechtlichen schritten", "rechtsweg", "rechtsstreit", "rechtsbeistand", "rechtsschutz*",
    "juristische schritte", "letzte frist", "letztmalig eine frist", "setze ich ihnen eine frist",
    "setze ihnen eine frist", "nachfrist", "schadensersatz*", "schadenersatz*", "sonderkündigungsrecht",
    "an die presse", "an die medien", "an die öffentlichkeit", "datenschutzbeauftragten", "ihren vorgesetzten",
    "ihrem vorgesetzten", "an ihre geschäftsführung", "an die geschäftsführung", "an eure geschäftsführung",
    "ihre geschäftsführung",
    "ihrer geschäftsführung", "eurer geschäftsführung", "an den vorstand", "erstatte anzeige", "erstatten anzeige",
    "werde sie anzeigen", "werde euch anzeigen", "will sie anzeigen", "sie werden angezeigt", "ihren chef",
    "ihrem chef", "euren chef", "eurem chef", "ihre chefin", "ihrer chefin", "eurer chefin",
    # English
    "complaint", "complaints", "complain", "complaining", "lawyer", "lawyers", "solicitor", "solicitors",
    "attorney", "attorneys", "ombudsman", "ombudsperson", "ombudsmen", "legal action", "legal steps",
    "legal proceedings", "legal advice", "take you to court", "see you in court", "go to court", "going to court",
    "small claims", "sue you", "will sue", "going to sue", "to sue", "suing", "trading standards", "ofcom",
    "the regulator", "consumer protection", "consumer rights", "citizens advice", "consumer advice",
    "your supervisor", "your manager", "speak to a manager", "talk to a manager", "speak with a manager",
    "speak to the manager", "talk to the manager", "speak to a supervisor", "talk to a supervisor", "your ceo",
    "go to the press", "to the press", "to the media",
    "file a report", "police report", "final warning", "breach of contract", "compensation",
)  # fmt: skip

# Annoyed people say these; insults are among them.
ANNOYED = (
    # German
    "unverschämt*", "unverschaemt*", "frechheit*", "frech", "sauerei", "schweinerei", "unfassbar*", "unglaublich*",
    "lächerlich*", "laecherlich*", "verarsch*", "veräppel*", "verarscht", "inakzeptabel*", "unakzeptabel",
    "nicht akzeptabel", "unzumutbar*", "zumutung", "stinksauer", "sauer", "stocksauer", "wütend", "wuetend", "wut",
    "verärgert", "veraergert", "ärgere mich", "ärgert mich", "ärgerlich", "empört", "entsetzt", "genervt", "nervt",
    "enttäuscht", "enttaeuscht", "bodenlos*", "reicht mir jetzt", "reicht mir langsam",
    "mir reicht es", "reicht's mir", "es reicht", "mir reicht's",
    "mir reichts", "schnauze voll", "nase voll", "faxen dicke", "hals voll", "platzt der kragen", "der kragen",
    "nase gestrichen voll",
    "schnauze gestrichen voll", "saftladen",
    "drecksladen", "scheißladen", "sauladen", "abzocke*", "betrüger*", "gauner*", "verbrecher*", "idiot*", "deppen",
    "depp", "trottel*", "vollpfosten", "versager*", "pfeifen", "arschloch", "arschlöcher", "unfähig*", "unfaehig*",
    "inkompeten*", "stümper*", "drecks*", "scheiß*", "scheiss*", "verdammt*", "verflucht*", "zum kotzen",
    "kotzt mich an", "so ein mist", "peinlich", "armselig*", "erbärmlich*", "katastrophal*", "katastrophe",
    "unterirdisch*", "miserabel", "miserable*", "mieser service", "schlechtester service", "schlechteste service",
    "nie wieder", "service-wüste", "servicewüste", "leck mich", "fickt euch", "fick dich", "fick euch", "verfickt*",
    "wichser*", "hurensohn", "hurensöhne", "arsch",
    "nicht verarschen", "nicht veräppeln", "nicht für dumm verkaufen", "unzufrieden*", "das geht gar nicht",
    "geht ja gar nicht", "geht's noch", "gehts noch", "wollt ihr mich",
    "wollen sie mich", "für dumm", "hingehalten", "hinhaltetaktik", "angelogen", "belogen", "lügner*", "lügen",
    "schämen sie sich", "schämt euch", "ignoriert", "ignorieren sie", "skandal*", "ein witz", "nicht zu fassen",
    "nicht wahr sein", "euer ernst", "ihr ernst", "zum verzweifeln", "kundenverarsche", "eine farce",
    "unter aller sau", "zum davonlaufen", "aus allen wolken", "jetzt reicht", "langsam reicht", "wie lange noch",
    "danke für nichts", "echt das letzte", "seid das letzte", "wohl das letzte", "das allerletzte",
    "schlechter scherz", "dreist*",
    "nicht länger gefallen", "nicht gefallen lassen", "fassungslos", "so geht man nicht", "so nicht mit mir",
    "schlechter witz", "verliere die geduld", "verliere ich die geduld", "geduld verloren", "geduld am ende",
    "geduld ist am ende", "mich mal", "um himmels willen", "schlechteste", "schlechtester",
    # English
    "thanks for nothing", "joke of a", "hopeless", "lost all faith", "enough is enough", "sort it out",
    "had it up to here", "for god's sake", "losing my patience", "lost my patience", "losing patience",
    "how you treat", "outrageous", "outraged", "ridiculous", "unacceptable", "not acceptable", "disgrace*",
    "disgusting", "disgusted", "furious", "angry", "annoyed", "annoying", "infuriating", "frustrated",
    "frustrating", "fed up", "sick of", "sick and tired", "had enough", "pathetic", "useless", "idiot", "idiots",
    "moron*", "imbecile*", "incompetent", "incompetence", "clueless", "scam", "scammers", "scammer", "crooks",
    "rip-off", "rip off", "ripped off", "liars", "liar", "lying to me", "lied to", "bullshit", "wtf", "damn",
    "bloody", "fuck*", "shit*", "crap", "crappy", "arsehole*", "asshole*", "bastard*", "appalling", "abysmal",
    "atrocious", "shambles", "terrible service", "awful service", "worst", "what a joke", "is this a joke",
    "a joke", "shame on you", "ashamed", "shocking", "disappointed", "disappointing", "insult", "insulting", "rude",
    "never again", "beyond a joke", "livid", "fobbed off", "ignored", "ignoring me", "waste of time",
    "wasting my time", "taking the piss", "unbelievable", "had it with you", "get lost", "screw you",
    "not happy", "unhappy", "not at all happy", "not impressed", "pissed off", "pissed", "fuming", "appalled", "ffs",
    "must be joking", "got to be joking", "kind of joke", "sort of joke", "absolute joke", "is theft",
    "daylight robbery", "are you kidding", "are you serious",
)  # fmt: skip

# These only as nouns: "Betrug!", but "die Rechnung betrug 20 Euro".
NOUNS = ("Betrug", "Klage", "Ärger", "Abzocker", "Verarsche", "ja das Letzte", "ist das Letzte")
# So many write them small, which is heard only behind these.
SMALL_NOUNS = ("betrug",)
BEFORE_SMALL = ("ist ", "ist doch ", "ist ja ", "ist echt ", "ist einfach ", "reiner ", "so ein ", "glatter ")

# Where one of these stands, nobody is angry by the words in it.
HARMLESS = (
    "no need for a lawyer", "no reason to be angry", "no need to be angry", "kein grund sauer zu sein",
    "keinen grund zum ärger", "keine umstände", "verdammt gut*", "verdammt schnell*", "verdammt nett", "damn good",
    "damn fast", "damn nice", "bloody good", "bloody brilliant", "not bad", "worst case", "at worst",
    "at the worst", "mir peinlich", "etwas peinlich", "ist peinlich, dass ich", "unglaublich gut*",
    "unglaublich schnell*", "unglaublich nett*", "unglaublich freundlich*", "unglaublich toll*", "unfassbar gut*",
    "unfassbar schnell*", "unbelievable service", "ich bin anwalt", "ich bin anwältin", "ich bin rechtsanwalt",
    "ich bin rechtsanwältin", "bin von beruf anwalt", "als anwalt", "als anwältin", "i am a lawyer", "i'm a lawyer",
    "i am a solicitor", "i'm a solicitor", "as a lawyer", "as a solicitor", "kein grund zur beschwerde",
    "compliments and complaints", "sauer macht lustig", "saure sahne", "es reicht, wenn", "es reicht wenn",
    "es reicht mir, wenn", "reicht mir völlig", "reicht mir aus", "es reicht aus", "es reicht auch",
    "es reicht eine", "es reicht ein", "power of attorney", "anwalt meines vertrauens", "no rush", "ignored it",
    "ignoriert das", "fehler ignoriert", "beschwerdefrei", "ohne beschwerden", "nie wieder probleme",
    "nie wieder ein problem", "nie wieder störungen", "never again had", "ärger mit dem router", "lost in the post",
    "für dumme", "the worst of", "ein witz erzählt", "ohne rechtsschutzversicherung", "worst part is over",
    "bloody mary", "unverschämt gut*", "not a complaint", "frau anwalt", "herr anwalt", "herrn anwalt",
    "nicht, dass ich mich beschwere", "nicht, dass ich mich beschweren", "nicht dass ich mich beschwere",
    "nicht dass ich mich beschweren", "mir reicht es, wenn", "mir reicht es wenn", "mir reicht es auch",
    "mir reicht es bis", "is it a scam", "is that a scam", "is this a scam", "whether it is a scam",
    "if it is a scam", "if it's a scam", "ich idiot", "ich depp", "ich trottel", "useless with", "useless at",
    "the theft of", "hier rechtsanwalt", "hier rechtsanwältin", "hier ist rechtsanwalt", "hier schreibt rechtsanwalt",
    "ein hoher kragen",
)  # fmt: skip

# Wonder at something good, where thanks follow in the sentence.
WONDER = ("unglaublich*", "unfassbar*", "unbelievable")
THANKS = ("vielen dank", "danke", "dankeschön", "herzlichen dank", "thanks", "thank you", "cheers")

# One of DENIALS up to three words before denies the word, but not in one of NOT_DENIED; so does one of DENIED_AFTER
# behind it in its clause.
DENIALS = (
    "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "weder", "ohne", "not", "no", "never",
    "n't", "isn't", "aren't", "don't", "doesn't", "didn't", "won't", "can't", "cannot", "wasn't", "without",
    "neither", "nor", "hardly", "kaum",
)  # fmt: skip
DENIED_AFTER = (
    "kann ich mich nicht", "will ich mich nicht", "möchte ich mich nicht", "muss ich mich nicht",
    "wollte ich mich nicht",
    "kann ich mich wirklich nicht", "nicht nötig", "nicht notwendig", "nicht erforderlich", "unnötig", "not needed",
    "not necessary", "unnecessary",
)  # fmt: skip
NOT_DENIED = (
    "nicht zu fassen", "nicht wahr sein", "keine hilfe", "no help", "niemand", "nobody", "nicht nur", "nicht mehr",
    "nicht zuletzt", "nicht umsonst", "not only", "not just", "no longer", "no wonder", "kein wunder",
    "nicht länger", "no answer", "no reply", "keine antwort", "keine rückmeldung", "no more",
)  # fmt: skip

# A doubled sign is shouted only where something is missing or wrong: with one of these in its sentence.
MISSING = (
    "nicht", "nichts", "kein*", "nie", "niemand", "immer noch", "noch immer", "seit", "endlich", "schon wieder",
    "wann", "warum", "wieso", "not", "n't", "nothing", "nobody", "no", "never", "still", "since", "when", "why",
    "isn't", "doesn't", "don't", "can't", "hasn't", "haven't", "finally", "sofort", "now", "jetzt",
)  # fmt: skip

# Written large by everybody.
CAPITALS = (
    "WLAN", "DSL", "VDSL", "ADSL", "IBAN", "BIC", "SEPA", "ONT", "LTE", "FTTH", "HTTP", "HTTPS", "IMAP", "SMTP",
    "POP3", "DHCP", "WPA2", "SSID", "NASA", "LINK", "INFO", "PDF", "JPEG", "GMBH", "FRITZ", "FRITZBOX", "IPTV",
    "VOIP", "ISDN", "RUFNUMMER", "KUNDENNUMMER", "RECHNUNG", "ASAP", "FAQ", "USB", "SIM", "ESIM", "PUK", "URGENT",
    "EUR", "AGB",
)  # fmt: skip

# The customer says himself how often he has asked …
SAID = {
    "ich frage erneut": 2, "ich schreibe erneut": 2, "nicht zum ersten mal": 2,
    "noch einmal nachfragen": 2, "nochmal nachfragen": 2, "nochmals nachfragen": 2, "noch immer keine antwort": 2,
    "immer noch keine antwort": 2, "bis heute keine antwort": 2, "immer noch keine rückmeldung": 2,
    "noch immer keine rückmeldung": 2, "bisher keine antwort": 2, "warte immer noch": 2, "warte noch immer": 2,
    "i have asked twice": 2, "asked twice": 2, "called twice": 2, "written twice": 2,
    "asking again": 2, "ask again": 2, "writing again": 2, "once again asking": 2, "still no answer": 2,
    "still no reply": 2, "still no response": 2, "still waiting": 2, "haven't heard back": 2, "have not heard back": 2,
    "no reply to my": 2, "no answer to my": 2, "last time i ask": 3, "wie oft denn": 3, "wie oft noch": 3,
    "mehrfach geschrieben": 3, "mehrmals geschrieben": 3, "mehrfach angerufen": 3, "mehrmals angerufen": 3,
}  # fmt: skip
# … here only where the sentence says that he asked …
SAID_ASKING = {
    "wie oft muss ich": 3, "wie oft soll ich": 3, "schon zweimal": 2, "bereits zweimal": 2, "schon dreimal": 3,
    "bereits dreimal": 3, "schon mehrfach": 3, "bereits mehrfach": 3, "schon mehrmals": 3, "bereits mehrmals": 3,
    "how many times": 3, "how often do i": 3, "several times": 3, "many times": 3, "multiple times": 3,
}  # fmt: skip
HAS_ASKED = (
    "geschrieben", "angerufen", "gefragt", "nachgefragt", "gemeldet", "kontaktiert", "gebeten", "reklamiert",
    "erinnert", "hingewiesen", "mitgeteilt", "angeschrieben", "beschwert", "erklärt", "gesagt", "asked", "written",
    "wrote", "called", "rang", "rung", "phoned", "emailed", "e-mailed", "messaged", "contacted", "reported",
    "complained", "told", "explained", "chased", "reminded",
)  # fmt: skip
ASKED = (
    *HAS_ASKED, "schreiben", "schreibe", "anrufen", "rufe an", "fragen", "frage", "nachfragen", "melden",
    "kontaktieren", "bitten", "bitte", "reklamieren", "erinnern", "geschickt", "erklären", "sagen", "noch", "denn",
    "ask", "asking", "write", "call", "calling", "phone", "contact", "report", "tell", "explain", "requested",
)  # fmt: skip
# … and by numbers ("zum 5. Mal", "my third email", "called six times"), nowhere in a sentence with one of PRAISE.
ORDINALS = {
    "zweiten": 2, "dritten": 3, "vierten": 4, "fünften": 5, "sechsten": 6, "siebten": 7, "achten": 8, "neunten": 9,
    "zehnten": 10, "x-ten": 3, "xten": 3, "hundertsten": 3, "letzten": 3, "wiederholten": 2, "second": 2, "third": 3,
    "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "umpteenth": 3,
    "hundredth": 3,
}  # fmt: skip
NUMBERS = {
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
CALLS = (
    "email",
    "e-mail",
    "mail",
    "message",
    "call",
    "letter",
    "request",
    "complaint",
    "attempt",
    "enquiry",
    "inquiry",
)
PRAISE = (
    "klappt", "funktioniert", "hervorragend", "super", "toll", "prima", "perfekt", "bestens", "gute erfahrungen",
    "zufrieden", "great", "perfectly", "works", "worked", "excellent", "brilliant",
)  # fmt: skip

# What people ask for. A text asks where a word of the matter stands in a sentence with one of ASKING, or with "?".
MATTERS = {
    "state": ("status", "stand", "sachstand", "zwischenstand", "wie weit", "wie sieht es", "state", "update",
              "progress", "any news", "neuigkeiten", "was neues"),
    "call back": ("rückruf*", "zurückrufen", "rufen sie mich", "ruft mich", "anruf", "anrufen", "call me", "call back",
                  "callback", "ring me", "phone me"),
    "refund": ("erstattung*", "erstatten", "rückerstattung", "gutschrift*", "geld zurück", "rückzahlung",
               "refund*", "money back", "credit note", "reimburse*"),
    "cancellation": ("kündigung*", "kündigen", "stornierung*", "stornieren", "widerruf*", "cancel", "cancelling",
                     "cancellation", "terminate"),
    "confirmation": ("bestätigung*", "bestätigen", "bestätigt", "schriftlich", "confirm", "confirmation", "in writing"),
    "number": ("ticketnummer", "vorgangsnummer", "ticket number", "reference number", "case number"),
    "technician": ("techniker*", "technician", "engineer"),
    "invoice": ("rechnung*", "invoice*", "bill", "bills"),
    "line": ("internet", "leitung", "anschluss", "dsl", "wlan", "telefon", "störung*", "internet connection", "line",
             "broadband", "outage", "connection"),
    "delivery": ("lieferung*", "paket", "router", "sim-karte", "sim", "delivery", "parcel", "sim card"),
    "move": ("umzug*", "umziehen", "moving", "move", "relocation"),
    "person": ("ansprechpartner*", "vorgesetzte*", "mit einem menschen", "supervisor", "manager", "real person"),
    "password": ("passwort*", "kennwort*", "zugangsdaten", "password", "login"),
}  # fmt: skip
ASKING = (
    "bitte", "bitten", "wann", "warum", "wieso", "wo", "möchte", "will", "brauche", "benötige", "warte", "warten",
    "kein*", "fehlt", "fehlen", "immer noch", "noch immer", "noch nicht", "nicht", "erwarte", "fordere", "verlange",
    "endlich", "please", "when", "why", "where", "need", "want", "waiting", "wait", "still", "not", "n't", "no",
    "missing", "expect", "demand", "hasn't", "haven't", "isn't", "doesn't", "can you", "could you", "would you",
    "können sie", "könnten sie", "tot", "dead", "down", "kaputt", "broken", "ausgefallen",
)  # fmt: skip
