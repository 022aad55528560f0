"""Words in German and English around personal data, for `details`: what names it, and what else bears such digits."""

# Directly before digits: these are no telephone number.
REFERENCES = (
    "auftrag", "bestell", "rechnung", "vorgang", "referenz", "ref", "sendung", "tracking", "ticket", "zähler",
    "serien", "artikel", "vertrag", "buchung", "paket", "mandat", "imei", "sn", "störung", "gerät", "modell", "kunden",
    "kundin", "kdnr", "order", "invoice", "reference", "case", "shipment", "parcel", "serial", "contract", "booking",
    "customer", "account", "konto", "meter", "model", "iccid", "sim", "lieferschein", "steuer", "plz", "version",
)  # fmt: skip

# Behind one of these stands a customer number, whatever it looks like.
CUSTOMER_NUMBERS = (
    "kundennummer", "kundennr", "kunden-nr", "kunden nr", "kunden-nummer", "kdnr", "kd-nr", "kd.-nr", "kd.nr", "kd nr",
    "kundenkontonummer",
    "customer number", "customer no", "customer id", "account number", "account no",
)  # fmt: skip

# Near one of these a day is somebody's day of birth.
BIRTHDAYS = (
    "geboren", "geb.", "geb", "geburtsdatum", "geburtstag", "geb.-datum", "geb.datum", "gebdatum", "geburtsdaten",
    "born", "date of birth", "birth date", "birthdate", "birthday", "dob", "d.o.b.",
)  # fmt: skip

MONTHS = ("jan|jän", "feb", "mär|mar|mrz", "apr", "mai|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dez|dec")
