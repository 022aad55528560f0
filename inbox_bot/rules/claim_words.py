"""Word lists in German and English for `claims`: what says that something was done, and what only seems to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claiming:
    """How one language says that something was done. `acts`: kind of action -> its participles (in German with the
    infinitive for "we have requested to …", in English ""); `helpers`: verbs that make a claim with one of them.

    In the same clause and no claim: `future` (unless `done_after` follows the participle, or `could_be` after one of
    `could`), `negations` (but not `not_negations`), `customer` (he did it; but not `not_customer`), `conditions` (at
    the beginning), `manner` (before the participle); in the same sentence: `hearsay`. `doers`: how "we did" begins;
    `states`: helpers in "it was done" with what "be" becomes in "that it …"; `movable`: what may be moved in whole.

    `never_alone`: participles that need a helper; `received`: behind the participle it was done to the customer;
    `asides`: what says nothing about the rest; `confirming`: how we confirm one of `confirmed` ("{noun}") with its
    kind; `managed`: what makes a claim with one of `infinitives` behind it.
    """

    acts: dict[str, dict[str, str]]
    helpers: tuple[str, ...]
    future: tuple[str, ...]
    negations: tuple[str, ...]
    not_negations: tuple[str, ...]
    customer: tuple[str, ...]
    not_customer: tuple[str, ...]
    conditions: tuple[str, ...]
    manner: tuple[str, ...]
    hearsay: tuple[str, ...]
    doers: dict[str, str]
    states: dict[str, str]
    done_after: str
    could: tuple[str, ...]
    could_be: str
    verb_last: bool
    articles: tuple[str, ...]
    never_alone: tuple[str, ...]
    received: str
    asides: tuple[str, ...]
    confirming: tuple[str, ...]
    confirmed: dict[str, str]
    managed: str
    infinitives: dict[str, str]
    movable: str
    we_requested: str
    it_was_requested: str


CLAIMING = {
    "de": Claiming(
        acts={
            "cancelled": {
                "storniert": "zu stornieren", "gekündigt": "zu kündigen", "gekuendigt": "zu kündigen",
                "aufgehoben": "aufzuheben", "abbestellt": "abzubestellen", "aufgelöst": "aufzulösen",
                "beendet": "zu beenden", "zurückgezogen": "zurückzuziehen", "zurückgenommen": "zurückzunehmen",
                "gestoppt": "zu stoppen", "abgemeldet": "abzumelden",
            },
            "refunded": {
                "erstattet": "zu erstatten", "zurückerstattet": "zurückzuerstatten",
                "gutgeschrieben": "gutzuschreiben", "zurückgebucht": "zurückzubuchen",
                "zurücküberwiesen": "zurückzuüberweisen", "überwiesen": "zu überweisen",
                "ausgezahlt": "auszuzahlen", "angewiesen": "anzuweisen", "zurückgezahlt": "zurückzuzahlen",
            },
            "ordered": {
                "bestellt": "zu bestellen", "beauftragt": "zu beauftragen", "nachbestellt": "nachzubestellen",
                "in auftrag gegeben": "in Auftrag zu geben",
            },
            "executed": {
                "ausgeführt": "auszuführen", "durchgeführt": "durchzuführen", "erledigt": "zu erledigen",
                "umgesetzt": "umzusetzen", "abgeschlossen": "abzuschließen", "veranlasst": "zu veranlassen",
                "eingerichtet": "einzurichten", "vollzogen": "zu vollziehen",
                "bearbeitet": "zu bearbeiten", "erfolgt": "",
            },
            "changed": {
                "portiert": "zu portieren", "ausgetauscht": "auszutauschen",
                "geändert": "zu ändern", "umgestellt": "umzustellen", "aktualisiert": "zu aktualisieren",
                "korrigiert": "zu korrigieren", "angepasst": "anzupassen", "umgezogen": "umzuziehen",
                "hinterlegt": "zu hinterlegen", "berichtigt": "zu berichtigen", "umgeschrieben": "umzuschreiben",
                "verlängert": "zu verlängern", "gelöscht": "zu löschen",
            },
            "sent": {
                "versandt": "zu versenden", "versendet": "zu versenden", "verschickt": "zu verschicken",
                "abgeschickt": "abzuschicken", "abgesendet": "abzusenden", "zugeschickt": "zuzuschicken",
                "zugesandt": "zuzusenden", "zugesendet": "zuzusenden", "geschickt": "zu schicken",
                "gesendet": "zu senden", "ausgeliefert": "auszuliefern", "zugestellt": "zuzustellen",
            },
            "fixed": {
                "behoben": "zu beheben", "repariert": "zu reparieren", "entstört": "zu entstören",
                "beseitigt": "zu beseitigen", "wiederhergestellt": "wiederherzustellen",
            },
            "activated": {
                "freigeschaltet": "freizuschalten", "aktiviert": "zu aktivieren", "geschaltet": "zu schalten",
                "entsperrt": "zu entsperren", "freigegeben": "freizugeben",
            },
            "blocked": {
                "gesperrt": "zu sperren", "deaktiviert": "zu deaktivieren", "abgeschaltet": "abzuschalten",
            },
            "booked": {
                "gebucht": "zu buchen", "eingeplant": "einzuplanen", "vereinbart": "zu vereinbaren",
            },
        },
        helpers=(
            "wurde", "wurden", "ist", "sind", "worden", "habe", "hab", "haben", "hat", "hatte", "hatten", "war",
            "waren",
        ),
        future=(
            "wird", "werden", "werde", "soll", "sollen", "sollte", "sollten", "kann", "können", "könnte", "könnten",
            "muss", "müssen", "müsste", "möchte", "möchten", "darf", "dürfen", "lassen", "lässt", "wollen", "will",
            "würde", "würden", "wäre", "wären", "hätte", "hätten", "voraussichtlich", "zu werden", "lassen sie",
            "bitte",
        ),
        negations=(
            "niemand", "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "weder",
            "noch nichts", "nichts", "ohne dass", "fast", "beantragt", "beantragen", "beinahe", "teilweise nicht",
            "versehentlich nicht",
        ),
        not_negations=("nicht nur", "nicht zuletzt"),
        customer=(
            "haben sie", "sie haben", "hast du", "du hast", "habt ihr", "ihr habt", "hatten sie", "sie hatten",
            "von ihnen", "von dir", "sie konnten", "konnten sie", "ihre bank hat", "hat ihre bank", "von ihrer bank",
            "durch ihre bank",
            "durch sie", "sie hat", "sie uns", "sie selbst",
        ),
        not_customer=("für sie haben", "sie haben wir", "sie haben ich", "dich haben wir"),
        manner=("wie", "was", "als"),
        conditions=(
            "hätte", "hätten", "wäre", "wenn", "falls", "sofern", "sobald", "solange", "ob", "bis", "bevor", "ehe",
            "damit", "als ob", "soweit", "außer", "wann",
        ),
        hearsay=(
            "sie schreiben", "sie schrieben", "sie sagen", "sie sagten", "laut ihrer nachricht",
            "laut ihrer e-mail", "angeblich", "ihrer meinung nach", "sie meinen", "sie vermuten", "wir prüfen, ob",
            "sie haben geschrieben", "sie haben uns geschrieben", "haben sie geschrieben", "sie haben mitgeteilt",
            "sie haben gesagt", "sie hatten geschrieben", "du hast geschrieben", "du schreibst", "sie berichten",
            "nach ihren angaben", "wir gehen davon aus",
            "vermutlich", "aus unserer sicht", "soweit wir sehen",
        ),
        doers={"wir haben": "Wir haben", "ich habe": "Ich habe"},
        states={"wurde": "wird", "ist": "wird", "wurden": "werden", "sind": "werden"},
        done_after="worden",
        could=("konnte", "konnten"),
        could_be="werden",
        verb_last=True,
        articles=(
            "der", "die", "das", "ein", "eine", "unser", "unsere", "alle", "beide", "dieser", "diese", "dieses",
        ),
        never_alone=("erfolgt",),
        received=r"(?:bekommen|erhalten|gekriegt)",
        asides=(
            r"wie (?:(?:von (?:ihnen|dir|euch)|telefonisch|schriftlich|per mail|gestern|heute) )?(?:gewünscht|beantragt"
            r"|erbeten|besprochen|vereinbart|gebeten|angefordert|beauftragt|bestellt|abgesprochen|versprochen"
            r"|angekündigt|zugesagt)",
            r"wie (?:sie|du|ihr) (?:es |das )?(?:gewünscht|beantragt|bestellt|beauftragt) (?:haben|hatten|hast|habt)",
        ),
        confirming=(
            r"(?:wir bestätigen|bestätigen wir|ich bestätige|bestätige ich)"
            r"(?: (?!eingang|erhalt)\w{1,20}){1,3}? {noun}",
            r"{noun} (?:ist|wurde|haben wir|habe ich)(?: \w{1,20}){0,3}? bestätigt",
        ),
        confirmed={
            "kündigung": "cancelled", "stornierung": "cancelled", "gutschrift": "refunded", "erstattung": "refunded",
            "rückerstattung": "refunded", "rückzahlung": "refunded", "sperrung": "blocked",
            "freischaltung": "activated",
        },
        managed=r"konnten?",
        infinitives={},
        movable=r"(?:(?:Ihnen|dir|euch) )?(?:[Dd](?:er|ie|as|en|em)|Ihre?n?|[Uu]nsere?n?|[Dd]eine?n?) "
                r"[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ]?[a-zäöüß]+)*",
        we_requested="{doer} am {date} beantragt, {what} {act}",
        it_was_requested="Es wurde am {date} beantragt, dass {what} {participle} {be}",
    ),
    "en": Claiming(
        acts={
            "cancelled": dict.fromkeys(("cancelled", "canceled", "terminated", "withdrawn", "stopped"), ""),
            "refunded": dict.fromkeys(("refunded", "credited", "reimbursed", "repaid", "paid back", "paid out",
            "reversed",
                                       "waived"), ""),
            "ordered": dict.fromkeys(("ordered", "re-ordered", "reordered", "commissioned"), ""),
            "executed": dict.fromkeys(
                ("executed", "completed", "carried out", "processed", "done", "actioned", "implemented", "set up",
                 "finalised", "finalized", "arranged", "issued", "cleared", "sorted", "sorted out"), "",
            ),
            "changed": dict.fromkeys(
                ("changed", "updated", "amended", "corrected", "moved", "switched", "transferred", "extended",
                 "deleted", "erased", "ported", "replaced", "removed", "adjusted", "renewed"), "",
            ),
            "sent": dict.fromkeys(
                ("sent", "dispatched", "shipped", "posted", "mailed", "emailed", "e-mailed", "delivered"), "",
            ),
            "fixed": dict.fromkeys(("fixed", "repaired", "restored", "resolved", "rectified", "solved"), ""),
            "activated": dict.fromkeys(
                ("activated", "enabled", "unlocked", "unblocked", "connected", "reconnected", "reactivated",
                 "switched on"), "",
            ),
            "blocked": dict.fromkeys(
                ("blocked", "suspended", "deactivated", "disconnected", "disabled", "switched off"), "",
            ),
            "booked": dict.fromkeys(("booked", "scheduled", "rebooked", "rescheduled"), ""),
        },
        helpers=(
            "has", "have", "had", "was", "were", "is", "are", "been", "got", "we", "i", "we've", "i've", "it's",
            "they've", "that's", "colleague", "colleagues", "team", "they", "engineer", "technician", "department",
        ),
        future=(
            "will", "'ll", "we'll", "i'll", "it'll", "you'll", "they'll", "would", "can", "could", "should", "must",
            "may", "might", "shall", "to be", "to get", "to have", "going to", "being", "needs", "need", "want",
            "like", "hope", "expect", "please", "let us", "trying", "try", "can be", "cannot be", "about to",
        ),
        negations=(
            "nobody", "no one", "not", "no", "never", "n't", "cannot", "hasn't", "haven't", "wasn't", "weren't",
            "isn't", "aren't", "didn't", "neither", "without having", "almost", "nearly", "nothing", "yet to", "unable",
        ),
        not_negations=("not only", "no problem", "no worries"),
        customer=("you have", "you've", "have you", "you had", "by you", "yourself", "your bank has", "has your bank",
                  "by your bank"),
        not_customer=("you have been", "you've been", "have you been", "you had been"),
        manner=("as", "what", "not yet"),
        conditions=(
            "had it", "had the", "had your", "had we", "were it", "if", "unless", "once", "when", "as soon as",
            "until", "whether", "before", "in case", "should", "as long as",
        ),
        hearsay=(
            "you say", "you said", "you wrote", "you write", "you told us", "you mention", "you mentioned",
            "according to you", "allegedly", "we requested", "i requested", "was requested", "were requested",
            "been requested", "is requested", "have requested", "you have written", "you have told us", "you think",
            "you believe", "you report", "you reported",
            "we are checking whether", "we assume", "presumably", "from our side", "as far as we can see",
            "from our point of view",
        ),
        doers={
            "we have": "We", "we've": "We", "we": "We", "i have": "I", "i've": "I", "i": "I",
        },
        states={
            "has been": "be", "have been": "be", "was": "be", "were": "be", "is": "be", "are": "be",
        },
        done_after="",
        could=(),
        could_be="",
        verb_last=False,
        articles=("the", "a", "an", "your", "our", "both", "all", "this", "these"),
        never_alone=("issued", "stopped", "sorted out"),
        received=r"(?!)",
        asides=(
            r"as (?:per )?(?:you (?:have |had )?|your )?(?:requested|request|asked|agreed|promised|discussed|ordered"
            r"|instructed|wished|wanted)",
            r"(?:we|i) (?:can|are able to|would like to|are happy to|am happy to|am pleased to|are pleased to) "
            r"(?:confirm|inform you|let you know|tell you)",
            r"please (?:note|be advised|be informed)",
            r"(?:i'm|i am|we're|we are|you're|you are|they're) done",
            r"(?:has|have|had) stopped (?:working|responding)",
            r"(?:invoice|bill) (?:was|is|has been) issued",
        ),
        confirming=(
            r"(?:we|i|hereby|can) confirm(?: (?!receipt)\w{1,20}){1,3}? {noun}",
            r"{noun} (?:is|was|has been)(?: \w{1,20}){0,2}? confirmed",
        ),
        confirmed={"cancellation": "cancelled", "termination": "cancelled", "refund": "refunded"},
        managed=r"(?<!you )(?:was|were|been) able to|managed to",
        infinitives={
            "cancel": "cancelled", "terminate": "cancelled", "stop": "cancelled", "refund": "refunded",
            "credit": "refunded", "reimburse": "refunded", "waive": "refunded", "reverse": "refunded",
            "order": "ordered", "complete": "executed", "process": "executed", "arrange": "executed",
            "change": "changed", "update": "changed", "correct": "changed", "move": "changed", "transfer": "changed",
            "delete": "changed", "remove": "changed", "send": "sent", "dispatch": "sent", "ship": "sent",
            "fix": "fixed", "repair": "fixed", "restore": "fixed", "resolve": "fixed", "activate": "activated",
            "reactivate": "activated", "unblock": "activated", "unlock": "activated", "block": "blocked",
            "suspend": "blocked", "book": "booked", "schedule": "booked", "reschedule": "booked",
        },
        movable=r"(?:[Tt]he|[Yy]our|[Oo]ur) (?!\w*ly )[a-z]+(?:-[a-z]+)?",
        we_requested="{doer} requested on {date} that {what} be {participle}",
        it_was_requested="It was requested on {date} that {what} be {participle}",
    ),
}  # fmt: skip

# The first letters of words by which an action on record is told: "cancel line", "Kündigung der Leitung".
RECORDED = {
    "cancelled": ("cancel", "terminat", "stop", "abmeld", "abgemeld", "zurücknehm", "zurücknahm", "zurückgenomm",
                  "gestopp", "storn", "kündig", "kuendig", "widerruf", "abbestell"),
    "refunded": ("refund", "credit", "reimburs", "erstatt", "rückerstatt", "gutschrift", "gutschreib", "überweis",
                 "auszahl", "waiv", "revers"),
    "ordered": ("order", "bestell", "beauftrag", "auftrag"),
    "changed": ("chang", "updat", "amend", "correct", "mov", "transfer", "änder", "umstell", "umzug", "korrig",
                "korrektur", "anpass", "aktualis", "verlänger", "lösch", "delet", "eras"),
    "sent": ("send", "sent", "ship", "dispatch", "post", "versand", "versend", "verschick", "zusend", "schick"),
    "fixed": ("fix", "repair", "restor", "resolv", "entstör", "reparatur", "reparier", "beheb", "behob"),
    "activated": ("activat", "connect", "enabl", "unlock", "unblock", "freischalt", "schalt", "aktivier", "entsperr"),
    "blocked": ("block", "suspend", "deactivat", "disconnect", "sperr", "deaktivier", "abschalt"),
    "booked": ("book", "schedul", "buch", "termin", "appointment"),
    "executed": ("execut", "complet", "carry", "process", "do", "ausführ", "durchführ", "erledig", "umsetz", "einricht",
                 "set", "issu", "clear", "sort", "bearbeit"),
}  # fmt: skip
