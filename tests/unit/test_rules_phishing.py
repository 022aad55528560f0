"""What in a text of ours looks like a fraud, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules.phishing import domains, suspicious

OWN = frozenset({"acme.example"})
LONG = " Es geht um Ihren Auftrag vom Montag, den wir gern annehmen." * 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Siehe https://bit.ly/x3.", "the link https://bit.ly/x3 leads to another company"),
        ("Siehe www.acme.example.far.example", "leads to another company"),
        ("Siehe https://notacme.example/", "leads to another company"),
        ("Siehe http://acme.example/konto", "is not encrypted"),
        ("Siehe https://acme.example@far.example/", "has a name before its host"),
        ("Siehe https://192.0.2.7/konto", "hides where it leads"),
        ("Siehe https://xn--acm-dma.acme.example/", "hides where it leads"),
        ("Siehe https://acmé.example/", "hides where it leads"),
        ("Siehe https://[::1/", "leads nowhere"),
        (
            "Schreiben Sie an hilfe@acme-support.example.",
            "names the mail address hilfe@acme-support.example of another",
        ),
        ("Bitte ausdrucken, unterschreiben und per Fax senden.", "print, sign or fax"),
        ("Drucken Sie das Formular aus und faxen Sie es." + LONG, "print, sign or fax"),
        ("Please print the form, sign it and send it by post.", "print, sign or fax"),
        ("Please print and sign. You can also print it online.", "print, sign or fax"),
        ("Anbei erhalten Sie Ihre Unterlagen.", "nothing but that something is attached"),
        ("Please see the attachment.", "nothing but that something is attached"),
        ("Bitte teilen Sie uns Ihr Passwort mit.", "asks for a password"),
        ("To go on we need your PIN.", "asks for a password"),
    ],
)
def test_what_looks_like_a_fraud(text: str, said: str) -> None:
    """Each is named, with what to do instead."""
    found = suspicious(text, "", own=OWN)
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    "text",
    [
        "Siehe https://acme.example/hilfe und https://www.acme.example, oder www.acme.example.",
        "Schreiben Sie an hilfe@acme.example oder hilfe@post.acme.example.",
        "Bitte ausdrucken und unterschreiben. Oder antworten Sie einfach auf diese E-Mail, das genügt.",
        "Print the form and sign it, if you like paper. To answer this e-mail is enough.",
        "Anbei die Rechnung für März." + LONG,
        "Wir fragen nie nach Ihrem Passwort. Bitte senden Sie uns keine Zugangsdaten.",
        "Never tell us your password.",
        "Ein Formular ist dafür nicht nötig. Ihre Unterschrift auch nicht.",
        "Der Druck in der Leitung ist zu niedrig.",
        "Das Spinnennetz im Kasten ist weg, der Stand ist gut, tangential betrachtet.",
        "Version 1.2.3 und z.B. Punkte.",
    ],
)
def test_what_is_honest_passes(text: str) -> None:
    """Our own hosts, ways without paper, warnings of frauds, words that only look alike."""
    assert suspicious(text, "", own=OWN) == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<a href="https://far.example/x">hier</a>', "leads to another company"),
        ('<a href="https://acme.example/a">https://bank.example</a>', "leads to acme.example; let both be the same"),
        ('<a href="https://far.example/x">www.<b>acme</b>.example/konto</a>', "leads to far.example"),
        ('<img src="https://acme.example/pixel.gif">', "<img>"),
        ("<form><input name=a></form>", "<form>"),
        ("<script>1</script>", "<script>"),
        ('<a href="javascript:alert(1)">x</a>', "leads nowhere"),
        ('<a href="mailto:a@far.example">Fragen?</a>', "names the mail address a@far.example of another company"),
    ],
)
def test_html_that_looks_like_a_fraud(html: str, said: str) -> None:
    """A link that shows another address than its own, what loads or runs."""
    assert any(said in one for one in suspicious("", html, own=OWN))


def test_honest_html_passes() -> None:
    """Links to our own, called by words or by their address; pictures that come along."""
    html = (
        '<p><a href="https://acme.example/a">Ihr Auftrag</a>'
        '<a href="https://www.acme.example/b">acme.example/b</a>'
        '<a href="mailto:hilfe@acme.example">hilfe@acme.example</a>'
        '<a href="tel:+49361">Anruf</a><img src="cid:logo"></p>'
    )
    assert suspicious("", html, own=OWN) == []


def test_what_is_meant_is_let_pass() -> None:
    """A foreign host that the template's header names."""
    text = "Ihr Paket: https://track.parcels.example/123"
    assert suspicious(text, "", own=OWN) != []
    assert suspicious(text, "", own=OWN, meant=("parcels.example",)) == []


def test_our_domains() -> None:
    """From addresses, links and a footer's lines."""
    footer = "Acme GmbH, acme-netz.example\nTel. 1"
    assert domains("hilfe@post.acme.example", "https://www.acme.example/privat", footer) == {
        "post.acme.example", "acme.example", "acme-netz.example",
    }  # fmt: skip
    assert domains("", "") == frozenset()


@given(st.text(), st.text())
def test_any_text_is_judged(text: str, html: str) -> None:
    """Nothing that stands in a template stops the reading."""
    assert all("\n" not in one for one in suspicious(text, html, own=OWN))
