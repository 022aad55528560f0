"""A wrong guess never links two people: whatever names, handles, numbers and codes strangers write."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.flows import customers
from inbox_bot.rules import linking, numbers
from inbox_bot.store.database import open_store
from tests.unit.flow_house import dm
from tests.unit.linking_day import Linking, a_mail

NAMES = st.sampled_from(
    ["Eva Winter", "eva winter", "EVA  WINTER", "Eva Wınter", "Thilo Brandt", "Ida", "", "Eva Winter "]
)
MAILS = ("eva.winter@post.example", "Eva.Winter@post.example", "eva@post.example", "ida@post.example")
WORDS = st.sampled_from(
    ["CODE", "NUMBER", "OTHER", "@eva_w", "eva.winter@post.example", "Hallo", "link-", "link-aaaaaaaaaa"]
)
MAIL = st.tuples(st.sampled_from(MAILS), NAMES, st.lists(WORDS, max_size=4), st.sampled_from(["pass", "fail", ""]))
DIRECT = st.tuples(st.sampled_from(["1001", "1002", "1003"]), st.lists(WORDS, max_size=4))


@settings(max_examples=25)
@given(
    mails=st.lists(MAIL, min_size=1, max_size=5),
    directs=st.lists(DIRECT, max_size=4),
    at_once=st.booleans(),
    authserv=st.sampled_from(["mx.acme.example", ""]),
)
async def test_without_the_code_nobody_is_linked(
    mails: list[tuple[str, str, list[str], str]], directs: list[tuple[str, list[str]]], at_once: bool, authserv: str
) -> None:
    """1001 has a code. One address may share his customer only if it came with that code in a proven mail; two mail
    addresses never share one, but in another spelling; no two X accounts ever do."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'inbox.db'}")
        try:
            day = Linking(store=store, authserv_id=authserv)
            await day.begins()
            code = await day.invited()
            number = numbers.pretty(next(iter((await day.belongs()).values()))[1])
            said = {"CODE": code, "NUMBER": number, "OTHER": "link-zzzzzzzzzz"}
            things = [
                a_mail(" ".join(said.get(w, w) for w in words), id=10 + n, result=result, sender=f"{name} <{address}>")
                for n, (address, name, words, result) in enumerate(mails)
            ]
            direct = [
                dm(" ".join(said.get(w, w) for w in words), id=6000 + n, author=author)
                for n, (author, words) in enumerate(directs)
            ]
            for one in [tuple(things)] if at_once else [(thing,) for thing in things]:
                await day.takes(*one)
            for message in direct:
                await day.takes(message)
            owners = await day.owners()
            on_x = [owners[one] for one in ("1001", "1002", "1003") if one in owners]
            assert len(set(on_x)) == len(on_x)
            with_him = [a for a, owner in owners.items() if owner == owners["1001"] and a != "1001"]
            proven = [
                address for address, _, words, result in mails if "CODE" in words and result == "pass" and authserv
            ]
            assert len(with_him) == (1 if proven else 0)
            assert {one.lower() for one in with_him} <= {one.lower() for one in proven}
            others = [one.lower() for one in owners if "@" in one and one not in with_him]
            assert len({owners[a] for a in owners if a.lower() in others}) == len(set(others))
            await day.belongs()
            await customers.suggestions(day.house, "", 100)
        finally:
            await store.close()


@given(value=st.integers(min_value=0, max_value=2**50 - 1))
def test_every_code_is_found_as_it_is_shown(value: int) -> None:
    """In a subject, a text in capitals, an address; and no other text is one."""
    code = linking.new_code(lambda bits: value)
    shown = linking.written(code)
    address = linking.address(code, "a@acme.example")
    for thing in (a_mail(subject=f"Umzug {shown}"), a_mail(f"({shown.upper()})"), a_mail(to=address), dm(shown)):
        assert linking.codes_in(thing) == (code,)
    assert linking.codes_in(a_mail(f"x{shown}")) == ()
    assert linking.codes_in(a_mail(f"{shown}x")) == ()
