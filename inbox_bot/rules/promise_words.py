"""Word lists in German and English for `promises`: what stands around a time that is promised, and around others.

A `*` stands for any letters.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Promising:
    """What one language has around a time. Words before it: `until` (a deadline), `before`, `within` (for a count),
    `after`, `at` (needs one of `ours` or `future` beside it), `filler` (says nothing), `not_before` (no time of ours;
    `of` may stand before a count).

    In its clause: `auxiliaries` and `participles` (past together), `past` (alone, but not in `not_past`), `negations`
    (but not in `not_negations`), `hours` (of opening, of absence), `conditions` (at its beginning), `requests` (to the
    customer, but not in `not_requests` or beside `we`), `asking` (the
    same, right before the time, also beside `we`); in its sentence: `future`, `refusals`.
    """

    until: tuple[str, ...]
    before: tuple[str, ...]
    within: tuple[str, ...]
    after: tuple[str, ...]
    at: tuple[str, ...]
    filler: tuple[str, ...]
    not_before: tuple[str, ...]
    of: tuple[str, ...]
    in_month: tuple[str, ...]
    only_within: tuple[str, ...]
    not_vague: tuple[str, ...]
    tail: tuple[str, ...]
    vague: tuple[str, ...]
    ours: tuple[str, ...]
    future: tuple[str, ...]
    lasting: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    participles: tuple[str, ...]
    perfect_looks_ahead: bool  # "bis Freitag haben wir das erledigt"
    past: tuple[str, ...]
    not_past: tuple[str, ...]
    we: tuple[str, ...]
    negations: tuple[str, ...]
    not_negations: tuple[str, ...]
    hours: tuple[str, ...]
    conditions: tuple[str, ...]
    requests: tuple[str, ...]
    not_requests: tuple[str, ...]
    refusals: tuple[str, ...]
    asking: tuple[str, ...]


PROMISING = {
    "de": Promising(
        until=("bis", "spätestens", "spaetestens", "allerspätestens", "noch"),
        before=("vor",),
        within=(
            "in", "innerhalb", "binnen", "dauert", "dauern", "brauchen", "benötigen", "laufe", "maximal", "max.",
            "höchstens", "geben sie uns", "gib uns", "längstens",
            "rechnen sie mit",
        ),
        after=("nach",),
        at=("am", "ab", "zum", "zur", "für", "im", "um", "gegen", "zwischen", "über", "übers", "auf"),
        filler=(
            "jedoch", "aber", "allerdings", "zu", "kommenden", "kommender", "nächsten", "naechsten", "nächster",
            "diesen", "diesem", "dieser", "den", "dem", "der", "des", "die", "das", "von", "schon", "bereits",
            "voraussichtlich", "wahrscheinlich", "etwa", "ca.", "circa", "rund", "ungefähr", "einschließlich",
            "inklusive", "also", "direkt", "gleich", "nur", "erst", "wohl", "vermutlich", "später",
        ),
        not_before=(
            "kündigung zum", "vertrag zum", "kündigung per", "gekündigt zum", "seit", "vom", "letzten", "letzter",
            "letzte", "vergangenen", "vergangener", "jeden", "jeder", "jede", "guten", "gute", "gutes", "schönen",
            "schöne", "schönes", "stand", "wie", "gestern", "vorgestern", "erholsames", "angenehmen", "tollen",
            "seitdem", "nachricht von", "mail von", "bis einschließlich von", "bisher", "immer", "von",
        ),
        of=("von",),
        in_month=("im",),
        only_within=("innerhalb", "binnen"),
        not_vague=("bis", "ab", "zur", "immer", "so", "wie"),
        tail=("noch", "spätestens", "bereits"),
        vague=(
            "vor weihnachten", "vor den feiertagen", "bis weihnachten", "vor ostern", "bis ostern", "vor pfingsten",
            "bis pfingsten", "vor silvester", "bis silvester", "bis neujahr", "an ostern", "zu ostern", "nach ostern",
            "nach weihnachten", "nach den feiertagen", "so schnell wir können", "so schnell ich kann",
            "so schnell es geht", "in kürze", "in kuerze", "umgehend", "schnellstmöglich", "so schnell wie möglich",
            "so bald wie möglich", "sobald wie möglich", "so rasch wie möglich", "baldmöglichst", "schnellstens",
            "möglichst bald", "möglichst schnell", "möglichst rasch", "bald", "demnächst", "zeitnah", "zeitnahe",
            "unverzüglich", "sofort", "gleich", "in absehbarer zeit", "in bälde", "asap", "zügig", "kurzfristig",
            "alsbald", "im laufe der zeit", "später", "nachher", "in naher zukunft",
        ),
        ours=(
            "findet", "portierung", "raus", "rückruf", "entstörung", "eingeplant", "umstellung", "schaltung",
            "update", "bescheid", "reparatur", "antwort", "läuft", "funktioniert", "anschluss", "wir", "ich",
            "erhalten sie", "bekommen sie", "hören sie", "sie erhalten", "sie bekommen", "sie hören",
            "sie haben wieder", "kommt", "kommen", "folgt", "termin", "techniker*", "technikerin", "kolleg*",
            "team", "lieferung", "paket", "melde", "melden", "meldet", "meldest", "technik", "rufe", "rufen",
            "sende", "schicke", "schicken", "kümmere", "kümmern", "informiere", "wieder", "erledigt", "behoben",
            "geschaltet", "freigeschaltet", "fertig", "da sein", "trifft", "liefert", "klappt", "du hörst",
            "erhältst du", "bekommst du", "rechnen sie mit", "erfolgt", "sie können wieder",
            "geld", "gutschrift", "erstattung", "sendung", "bestellung", "eta", "warten sie",
        ),
        future=(
            "voraussichtlich*", "werden", "werde", "wird", "wirst", "werdet", "soll", "sollen", "sollte", "sollten",
            "vrsl.", "vsl.", "geplant", "planmäßig", "vorgesehen", "versprochen", "verspreche", "versprechen",
            "zugesagt", "vereinbart", "können wir", "kann ich",
        ),
        lasting=(
            "dauer*", "brauchen wir", "wir brauchen", "benötigen wir", "wir benötigen", "lieferzeit*", "wartezeit*",
            "bearbeitungszeit*", "lieferdauer", "bearbeitungsdauer", "rechnen sie mit",
        ),
        auxiliaries=("habe", "haben", "hat", "hast", "habt", "ist", "sind", "bin", "seid"),
        participles=(
            "ge*t", "ge*en", "be*t", "be*en", "ver*t", "ver*en", "er*t", "er*en", "ent*t", "ent*en", "zer*t",
            "*iert", "*ge*t", "*ge*en", "über*t", "*worden", "*gewesen", "miss*t", "unter*en",
        ),
        perfect_looks_ahead=True,
        not_past=("wurde für", "wurden für"),
        we=("wir", "ich"),
        past=(
            "war", "waren", "warst", "hatte", "hatten", "wurde", "wurden", "kam", "kamen", "ging", "gingen",
            "konnte", "konnten", "schrieb", "schrieben", "rief", "riefen", "erhielt", "erhielten", "gab", "worden",
            "sagte", "sagten", "bat", "baten", "meldete", "meldeten", "stellte", "wollte", "wollten", "fiel",
            "begann", "sprach", "sprachen", "musste", "mussten",
        ),
        negations=(
            "nichts", "nicht", "kein", "keine", "keinen", "keinem", "keiner", "keines", "nie", "niemals", "niemand",
            "weder", "unmöglich",
        ),
        not_negations=(
            "nicht nur", "nicht später", "wenn nicht", "nicht länger als", "nicht mehr als", "keine sorge",
            "kein problem", "warum nicht", "nicht zuletzt", "keine angst", "falls nicht", "kein thema",
        ),
        hours=(
            "montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonnabends", "sonntags",
            "werktags", "wochentags", "krank", "freuen uns auf", "erreichbar*", "geöffnet", "geschlossen",
            "öffnungszeit*", "servicezeit*", "sprechzeit*", "geschäftszeit*", "für sie da", "für euch da",
            "für dich da", "bürozeit*", "öffnen", "öffnet", "schließt", "schließen wir", "urlaub", "abwesend",
            "nicht im haus", "außer haus", "gilt", "gelten", "gültig*", "befristet", "fällig*", "läuft der vertrag",
            "vertrag läuft", "vertragsende", "mindestlaufzeit", "laufzeit", "endet", "feiertag", "besetzt",
            "widerruf*", "frist", "kündigungsfrist", "wünsch*", "rechnung vom",
            "neustart dauert", "aktion läuft", "angebot läuft", "rabattaktion läuft",
        ),
        conditions=(
            "wenn", "falls", "sofern", "sollten", "sollte", "sobald", "solange", "bevor", "wie", "ob", "nachdem",
            "als",
        ),
        requests=(
            "zeit", "bitte", "bitten", "bittet", "können sie uns", "sie können uns", "könnten sie", "müssen sie",
            "sie müssen", "sollten sie", "sie sollten", "senden sie", "schicken sie", "schreiben sie", "melden sie",
            "sagen sie", "geben sie", "antworten sie", "rufen sie", "zahlen sie", "überweisen sie", "kündigen sie",
            "kündigen können", "können sie kündigen", "kündbar", "schick uns", "schreib uns", "melde dich",
            "du kannst uns", "sie wollten", "wollten sie", "ihre frist", "danke*", "dank",
            "neustart dauert",
        ),
        not_requests=(
            "warten sie bis", "rechnen sie", "geben sie uns", "gib uns", "geduld", "bitte haben sie geduld",
            "um geduld",
        ),
        refusals=(
            "nicht zusagen", "nicht versprechen", "nicht garantieren", "keine garantie", "nicht sagen",
            "keine zusage", "kann ich ihnen nicht", "können wir ihnen nicht", "lässt sich nicht",
        ),
        asking=(
            "um rückmeldung", "um ihre rückmeldung", "um antwort", "um ihre antwort", "um zahlung", "um ihre zahlung",
            "um überweisung", "um zusendung", "um rücksendung", "um bestätigung", "um ihre bestätigung",
        ),
    ),
    "en": Promising(
        until=("by", "no later than", "not later than", "at the latest by", "latest by"),
        before=("before", "ahead of"),
        within=("within", "in", "takes", "take", "allow", "inside", "need", "give us", "allow us", "taking", "over"),
        after=("after", "following"),
        at=(
            "on", "at", "for", "from", "around", "between", "this", "during", "over", "until", "till", "as of",
            "starting", "about",
        ),
        filler=(
            "however", "end of", "but", "the", "next", "coming", "this", "about", "around", "approximately",
            "approx.", "roughly", "up to", "at most", "maximum", "under", "less than", "latest", "early", "late",
            "later", "another", "of", "to", "only", "just", "first thing", "probably", "likely", "course",
        ),
        not_before=(
            "cancellation on", "cancellation as of", "since", "last", "every", "each", "past", "previous", "good",
            "nice", "lovely", "great", "as of", "yesterday", "happy", "earlier", "message from", "mail from",
            "email from", "of",
        ),
        of=("of",),
        in_month=("in",),
        only_within=("within", "inside"),
        not_vague=("until", "see you", "as"),
        tail=("at the latest", "latest"),
        vague=(
            "before christmas", "by christmas", "after christmas", "before easter", "by easter", "after easter",
            "before new year", "by new year", "before new year's eve", "by new year's eve", "after the holidays",
            "as fast as we can", "as soon as i can", "shortly", "soon", "very soon",
            "as soon as possible", "asap", "as soon as we can", "as quickly as possible", "as quickly as we can",
            "at the earliest opportunity", "at our earliest convenience", "promptly", "immediately", "right away",
            "straight away", "straightaway", "in due course", "in no time", "before long", "at once", "momentarily",
            "in the near future", "later", "without delay",
        ),
        ours=(
            "update", "you will", "fix", "we", "i", "we'll", "i'll", "you'll", "engineer", "technician",
            "appointment", "colleague*", "team", "delivery", "parcel", "arrive*", "expect", "call back",
            "call you back", "refund", "visit", "back online", "working again", "restored", "you can expect", "our",
            "bear with us", "give us", "ships", "eta", "wait until",
        ),
        future=(
            "will", "'ll", "we'll", "i'll", "you'll", "they'll", "it'll", "shall", "going to", "should", "expect*",
            "can", "aim", "plan", "planned", "intend", "promise", "scheduled", "due", "hope to", "would", "to be",
            "won't", "booked",
        ),
        lasting=(
            "take", "takes", "need", "delivery time*", "lead time*", "processing time*", "waiting time*", "turnaround",
            "please expect",
        ),
        auxiliaries=("have", "has", "had", "was", "were", "we've", "i've", "you've", "been", "is", "are"),
        participles=(
            "*ed", "sent", "got", "been", "done", "made", "written", "spoken", "told", "taken", "given", "said",
            "put", "paid", "gone", "come", "begun", "lost",
        ),
        perfect_looks_ahead=False,
        not_past=(
            "is done", "are done", "is sent", "is paid", "is *ed", "are *ed", "be *ed", "get *ed", "gets *ed",
            "getting *ed", "need", "indeed", "speed", "feed",
            "wed", "red", "hundred", "exceed", "proceed", "succeed",
        ),
        we=("we", "i", "we'll", "i'll", "we're", "i'm"),
        past=(
            "*ed", "was", "were", "had", "did", "received", "sent", "wrote", "called", "came", "went", "told",
            "asked", "got", "spoke", "said", "tried", "reported", "contacted", "emailed", "made", "took", "gave",
            "ordered", "began", "started", "happened", "occurred", "refunded", "cancelled", "replied", "answered",
            "checked", "forwarded", "escalated", "noticed", "missed", "paid", "placed", "visited", "booked in",
            "raised", "changed",
        ),
        negations=(
            "nothing", "none", "hasn't", "haven't", "didn't", "aren't", "wasn't", "not", "no", "never", "n't",
            "cannot", "can't", "won't", "don't", "doesn't", "isn't", "nobody", "unable", "unlikely", "neither",
            "couldn't", "shouldn't", "wouldn't",
        ),
        not_negations=(
            "no later than", "not later than", "if not", "not only", "no problem", "no worries", "don't worry",
            "no more than", "not more than", "not longer than", "do not worry", "no matter", "no need to worry",
        ),
        hours=(
            "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays", "weekdays",
            "weekends", "look forward to", "looking forward to", "off sick", "open", "opening hours",
            "business hours", "office hours", "available", "reachable", "closed", "reopen*", "close", "closes",
            "opens", "valid", "expires", "expire", "on leave", "out of office", "out of the office", "vacation",
            "holiday", "your contract ends", "contract runs", "ends", "withdraw", "notice period", "wish*",
            "reach us", "call us", "is due", "payable", "offer runs", "promotion runs", "sale runs",
        ),
        conditions=(
            "if", "unless", "in case", "should you", "when", "once", "as", "whether", "after", "before", "until",
        ),
        requests=(
            "restart takes", "reboot takes", "please", "could you", "can you", "would you", "you must",
            "you need to", "you have until",
            "you have to", "you can reach", "you can call", "you can cancel", "send us", "let us know", "reply by",
            "get back to us", "you wanted", "you asked", "thank*", "kindly", "see you", "speak to you",
            "talk to you",
        ),
        not_requests=(
            "please allow", "please expect", "please give us", "please bear with us", "allow us", "give us",
            "please rest assured", "wait until",
        ),
        refusals=(
            "cannot promise", "can't promise", "cannot guarantee", "can't guarantee", "no guarantee", "cannot say",
            "can't say", "not able to promise", "unable to promise", "not promise", "unable to say",
        ),
        asking=("ask for your reply", "ask for a reply", "ask you to reply", "ask for payment"),
    ),
}  # fmt: skip
