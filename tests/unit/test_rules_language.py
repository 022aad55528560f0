"""Language: German or English, by what is known best."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules.language import detect

GERMAN = [
    "Hallo, mein Internet geht nicht mehr",
    "wann kommt der Techniker?",
    "bitte melden",
    "@acme Störung in Köln seit 3 Stunden https://t.co/abc",
    "Meine Rechnung vom 3.4. ist falsch, bitte prüfen Sie das.",
    "Hab seit gestern kein Netz, was ist da los",
]
ENGLISH = [
    "Hello, my internet is down",
    "Please call me back",
    "@acme WTF is going on with my router",
    "I have been waiting for the technician since Monday.",
]
UNKNOWN = [
    "",
    "Status?",
    "ok",
    "Danke",
    "427-918-354",
    "@acme @eva https://x.example/wo/ist/das",
    "?!",
    "🙄",
    "\ud800",
    "> Hello, my internet is down",
]
FOREIGN = [
    "Bonjour, mon internet ne marche pas depuis trois jours, que faire",
    "Hola, mi internet no funciona desde ayer por la mañana y nadie contesta",
    "Здравствуйте, у меня уже три дня не работает интернет",
]


@pytest.mark.parametrize("text", GERMAN)
def test_german(text: str) -> None:
    """German is seen in short texts too, whatever was spoken before."""
    assert detect(text, customer="en", brand="en") == "de"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    """English is seen in short texts too, whatever was spoken before."""
    assert detect(text, customer="de", brand="de") == "en"


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown(text: str) -> None:
    """Where the text says nothing, the customer's last language counts, then the brand's."""
    assert detect(text, customer="en", brand="de") == "en"
    assert detect(text, customer="", brand="de") == "de"
    assert detect(text, customer="", brand="en") == "en"


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign(text: str) -> None:
    """A language that we do not ship: the customer's last one, else English."""
    assert detect(text, brand="de") == "en"
    assert detect(text, customer="de", brand="en") == "de"


def test_hint_of_x() -> None:
    """X's own word counts first where it names a language of ours; else the text is asked."""
    assert detect("Hello, my internet is down", hint="de") == "de"
    assert detect("Hello, my internet is down", hint="und", brand="de") == "en"
    assert detect("ok", hint="fr", brand="de") == "de"


@given(st.text(), st.text(max_size=3), st.text(max_size=3), st.text(max_size=3))
def test_always_one_of_ours(text: str, hint: str, customer: str, brand: str) -> None:
    """Whatever is said, the answer is a language that is shipped."""
    assert detect(text, hint=hint, customer=customer, brand=brand) in {"de", "en"}
