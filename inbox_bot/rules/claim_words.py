"""Word lists in German and English for `claims`: what says that something was done, and what only seems to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claiming:
    """How one language says that something was done. `acts`: kind of action -> its participles (in German with the
    infinitive for "we have requested to …", in English ""); `helpers`: verbs that make a claim with one of them.

    In the same clause and no claim: `future` (unless `done_after` follows the participle, or `could_be` after one of
    `could`), `negations` (but not `not_negations`), `customer` (he did it; but not `not_customer`), `conditions` (at
    the beginning), `manner` (before the participle); in the same sentence: `hearsay`. `doers`: how "we did" begins;
    `states`: helpers in "it was done" with what "be" becomes in "that it …"; `fixed`: what cannot be moved.
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
    fixed: tuple[str, ...]
    we_requested: str
    it_was_requested: str


CLAIMING = {
    "de": Claiming(
        acts={
            "cancelled": {
                "storniert": "zu stornieren", "gekündigt": "zu kündigen", "gekuendigt": "zu kündigen",
                "aufgehoben": "aufzuheben", "abbestellt": "abzubestellen", "aufgelöst": "aufzulösen",
                "beendet": "zu beenden", "zurückgezogen": "zurückzuziehen",
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
            "wurde", "wurden", "ist", "sind", "worden", "habe", "haben", "hat", "hatte", "hatten", "war", "waren",
        ),
        future=(
            "wird", "werden", "werde", "soll", "sollen", "sollte", "sollten", "kann", "können", "könnte", "könnten",
            "muss", "müssen", "müsste", "möchte", "möchten", "darf", "dürfen", "lassen", "lässt", "wollen", "will",
            "würde", "würden", "wäre", "wären", "hätte", "hätten", "voraussichtlich", "zu werden", "lassen sie",
            "bitte",
        ),
        negations=(
            "niemand", "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "weder",
            "noch nichts", "nichts", "ohne", "fast", "beinahe", "teilweise nicht", "versehentlich nicht",
        ),
        not_negations=("nicht nur", "nicht zuletzt"),
        customer=(
            "haben sie", "sie haben", "hast du", "du hast", "habt ihr", "ihr habt", "hatten sie", "sie hatten",
            "von ihnen", "von dir", "durch sie", "sie hat", "sie uns", "sie selbst",
        ),
        not_customer=(),
        manner=("wie", "was", "als"),
        conditions=(
            "hätte", "hätten", "wäre", "wenn", "falls", "sofern", "sobald", "solange", "ob", "bis", "bevor", "ehe",
            "damit", "als ob", "soweit", "außer",
        ),
        hearsay=(
            "sie schreiben", "sie schrieben", "sie sagen", "sie sagten", "laut ihrer nachricht",
            "laut ihrer e-mail", "angeblich", "ihrer meinung nach", "sie meinen", "sie vermuten", "wir prüfen, ob",
            "beantragt", "beantragen", "du schreibst", "sie berichten", "nach ihren angaben", "wir gehen davon aus",
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
        fixed=(
            "heute", "gestern", "vorgestern", "bereits", "schon", "soeben", "eben", "gerade", "am", "vom", "seit",
            "sofort", "umgehend", "inzwischen", "mittlerweile", "und", "oder", "aber", "nun", "jetzt", "wieder",
            "um", "vorhin", "letzte*", "vorige*", "auch", "erfolgreich", "endlich", "leider", "gern", "gerne",
            "daher", "deshalb", "ordnungsgemäß", "wunschgemäß", "alles", "das", "dies", "es", "damit", "hiermit",
            "uns", "für", "nicht",
        ),
        we_requested="{doer} am {date} beantragt, {what} {act}",
        it_was_requested="Es wurde am {date} beantragt, dass {what} {participle} {be}",
    ),
    "en": Claiming(
        acts={
            "cancelled": dict.fromkeys(("cancelled", "canceled", "terminated", "withdrawn"), ""),
            "refunded": dict.fromkeys(("refunded", "credited", "reimbursed", "repaid", "paid back", "paid out"), ""),
            "ordered": dict.fromkeys(("ordered", "re-ordered", "reordered", "commissioned"), ""),
            "executed": dict.fromkeys(
                ("executed", "completed", "carried out", "processed", "done", "actioned", "implemented", "set up",
                 "finalised", "finalized", "arranged"), "",
            ),
            "changed": dict.fromkeys(
                ("changed", "updated", "amended", "corrected", "moved", "switched", "transferred", "extended",
                 "deleted", "ported", "replaced", "removed", "adjusted", "renewed"), "",
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
            "isn't", "aren't", "didn't", "neither", "without", "almost", "nearly", "nothing", "yet to", "unable",
        ),
        not_negations=("not only", "no problem", "no worries"),
        customer=("you have", "you've", "have you", "you had", "by you", "yourself"),
        not_customer=("you have been", "you've been", "have you been", "you had been"),
        manner=("as", "what", "not yet"),
        conditions=(
            "had it", "had the", "had your", "had we", "were it", "if", "unless", "once", "when", "as soon as",
            "until", "whether", "before", "in case", "should", "as long as",
        ),
        hearsay=(
            "you say", "you said", "you wrote", "you write", "you told us", "you mention", "you mentioned",
            "according to you", "allegedly", "requested", "you think", "you believe", "you report", "you reported",
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
        fixed=(
            "today", "yesterday", "already", "just", "now", "on", "since", "and", "or", "but", "again", "at",
            "last", "ago", "immediately", "them", "him", "her", "me", "us", "you", "everything", "it", "this",
            "that", "for", "successfully", "earlier", "finally", "also", "to", "from", "not",
        ),
        we_requested="{doer} requested on {date} that {what} be {participle}",
        it_was_requested="It was requested on {date} that {what} be {participle}",
    ),
}  # fmt: skip

# The first letters of words by which an action on record is told: "cancel line", "Kündigung der Leitung".
RECORDED = {
    "cancelled": ("cancel", "terminat", "storn", "kündig", "kuendig", "widerruf", "abbestell"),
    "refunded": ("refund", "credit", "reimburs", "erstatt", "rückerstatt", "gutschrift", "gutschreib", "überweis",
                 "auszahl"),
    "ordered": ("order", "bestell", "beauftrag", "auftrag"),
    "changed": ("chang", "updat", "amend", "correct", "mov", "transfer", "änder", "umstell", "umzug", "korrig",
                "korrektur", "anpass", "aktualis", "verlänger", "lösch", "delet"),
    "sent": ("send", "sent", "ship", "dispatch", "post", "versand", "versend", "verschick", "zusend", "schick"),
    "fixed": ("fix", "repair", "restor", "resolv", "entstör", "reparatur", "reparier", "beheb", "behob"),
    "activated": ("activat", "connect", "enabl", "unlock", "unblock", "freischalt", "schalt", "aktivier", "entsperr"),
    "blocked": ("block", "suspend", "deactivat", "disconnect", "sperr", "deaktivier", "abschalt"),
    "booked": ("book", "schedul", "buch", "termin", "appointment"),
    "executed": ("execut", "complet", "carry", "process", "do", "ausführ", "durchführ", "erledig", "umsetz", "einricht",
                 "set"),
}  # fmt: skip
