"""What refuses to tell is told apart from what only says that something is not known or not done."""

import pytest

from inbox_bot.rules import refusals


@pytest.mark.parametrize(
    "text",
    [
        "Das darf ich Ihnen leider nicht sagen.",
        "Wir können Ihnen dazu keine Auskunft erteilen.",
        "Aus Datenschutzgründen geben wir hier keine Auskunft.",
        "Das geht nur mit Telefonpasswort.",
        "Ohne Ihr Kundenkennwort dürfen wir das nicht beantworten.",
        "Dazu kann ich leider nichts, also wir dürfen das hier nicht mitteilen.",
        "Sorry, we cannot tell you that.",
        "We are not allowed to disclose this.",
        "For data protection reasons we can't answer.",
        "Only with your telephone password, please.",
        "Dazu dürfen wir Ihnen nichts sagen.",
        "Dafür müssen Sie sich erst bei uns legitimieren.",
        "Das sage ich nur dem Vertragsinhaber.",
        "We are not allowed to give out this information.",
        "Please verify your identity first.",
        "Hierzu erteilen wir am Telefon keine Auskünfte.",
        "We do not disclose such information.",
        "Wir können noch nicht sagen, wann er kommt, und das darf ich Ihnen nicht sagen.",
    ],
)
def test_a_refusal(text: str) -> None:
    """In German and English."""
    assert refusals.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ein Telefonpasswort richten Sie im Kundenbereich ein.",
        "Die Störung können wir heute nicht mehr beheben.",
        "Bitte nennen Sie uns hier keine persönlichen Daten.",
        "Das kann ich Ihnen sagen: Es dauert zwei Tage.",
        "We cannot repair it today.",
        "Wir können Ihnen noch nicht sagen, wann der Techniker kommt.",
        "Wie lange es dauert, kann ich Ihnen leider noch nicht sagen.",
        "Leider kann ich Ihnen nicht sagen, wann die Störung behoben ist.",
        "We cannot tell you yet when the fitter comes.",
        "I can't say when it will work again.",
        "Dazu kann ich heute noch nichts sagen, wir messen noch.",
        "Der Vertragsinhaber kann das im Kundenbereich ändern.",
        "You get a telephone password in your account.",
        "",
    ],
)
def test_no_refusal(text: str) -> None:
    """Another no, or an answer."""
    assert not refusals.find(text)


def test_a_hostile_text_takes_no_time() -> None:
    """However long it is."""
    assert not refusals.find("wir können " * 5000)
