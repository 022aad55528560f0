"""Templates that would run for hours or fill the memory: each ends at once, with a line that says where."""

import time
import tracemalloc
from pathlib import Path

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.model import Channel
from tests.unit.test_texts import own, refusal

FACTS: dict[str, object] = {"messages": list(range(200)), "subject": "x" * 100_000, "text": "äöü " * 250_000}

# Each would take hours, or more memory than there is.
BOMBS = {
    "loops that write nothing": "{% for a in messages %}" * 8 + "{% set x = 1 %}" + "{% endfor %}" * 8,
    "loops with a condition": "{% for a in text %}{% for b in text if b == 1 %}{% endfor %}{% endfor %}",
    "loops in a macro": "{% macro m() %}" + "{% for a in text %}" * 4 + "x" + "{% endfor %}" * 4 + "{% endmacro %}"
    "{% set x = m() %}",
    "loops in a set block": "{% set x %}"
    + "{% for a in messages %}" * 5
    + "lang"
    + "{% endfor %}" * 5
    + "{% endset %}",
    "a text written by every step": "{% set x %}{% for a in text %}{{ text }}{% endfor %}{% endset %}",
    "a list written by every step": "{% set x %}{% for a in text %}{{ messages }}{% endfor %}{% endset %}",
    "a sort in every step": "{% for a in text %}{% set x = text | sort | length %}{% endfor %}",
    "a search in every step": "{% for a in text %}{% set x = text | upper == text | lower %}{% endfor %}",
    "doubling by ~": "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60,
    "doubling by +": "{% set x = 'ab' %}" + "{% set x = x + x %}" * 60,
    "doubling by set blocks": "{% set x = 'ab' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60,
    "doubling by join": "{% set x = 'ab' %}" + "{% set x = messages | join(x) %}" * 9,
    "doubling of lists": "{% set x = [1] %}" + "{% set x = x + x %}" * 60,
    "one long row": "{% set x = " + " ~ ".join(["text"] * 20_000) + " %}",
    "numbers without end": "{% set x = 9999 %}" + "{% set x = x * x %}" * 60,
    "a huge number": "{{ 10 ** 10 ** 10 }}",
    "a huge text": "{{ 'x' * 10 ** 9 }}",
    "a huge range": "{% for a in range(10 ** 9) %}{% endfor %}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a macro that calls itself twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}"
    "{{ m(60) }}",
    "a loop that calls itself": "{% for a in messages recursive %}{{ loop(messages) }}{% endfor %}",
    "a part that includes itself": "{% include 'probe.email.j2' %}",
    "a part that includes itself twice": "{% include 'probe.email.j2' %}{% include 'probe.email.j2' %}",
    "a template that extends itself": "{% extends 'probe.email.j2' %}",
    "brackets": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "loops deeper than Python's": "{% for a in messages[:1] %}" * 40 + "{% endfor %}" * 40,
    "conditions deeper than Python's": "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "a wide wrap": "{{ text | wordwrap(1, true, text) }}",
    "a large file": "x" * 300_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_at_once(tmp_path: Path, name: str) -> None:
    """Refused in one line, within seconds of processor time, with at most tens of MiB."""
    texts = own(tmp_path, BOMBS[name])
    begun = time.thread_time()
    message = refusal(texts, FACTS)
    spent = time.thread_time() - begun
    assert "\n" not in message
    assert len(message) < 600
    assert spent < 8, f"{spent:.1f} s"
    tracemalloc.start()  # afterwards: it makes everything several times slower
    try:
        refusal(texts, FACTS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150 * 1024 * 1024


def test_many_parts_of_parts_end(tmp_path: Path) -> None:
    """Parts that include parts ten times each are counted like loops."""
    texts = own(tmp_path, "{% include '_p0.j2' %}")
    for level in range(12):
        (tmp_path / f"replies/de/_p{level}.j2").write_text(f"{{% include '_p{level + 1}.j2' %}}" * 10)
    (tmp_path / "replies/de/_p12.j2").write_text("")
    assert "_p" in refusal(texts, FACTS) or "too much" in refusal(texts, FACTS)


def test_a_refusal_costs_the_next_one_nothing(tmp_path: Path) -> None:
    """Every rendering begins with the whole budget, also after one that used it up."""
    texts = own(tmp_path, BOMBS["loops that write nothing"])
    own(tmp_path, "{% for m in messages %}{{ m }}{% endfor %}", file="good.email.j2")
    for _ in range(3):
        with pytest.raises(UsageError):
            texts.render("probe", Channel.EMAIL, "de", FACTS)
        assert texts.render("good", Channel.EMAIL, "de", FACTS).text.endswith("199")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{% for m in messages if m > 197 %}{{ loop.index }}:{{ m }} {% endfor %}", "1:198 2:199"),
        ("{{ 'a' ~ 1 ~ none }}{{ 'b' + 'c' }}{{ 1 + 2 }}", "a1Nonebc3"),
        ("{{ messages[:3] | join(', ') }}", "0, 1, 2"),
        ("{{ ['<a>', 'b'] | join }}", "<a>b"),
        ("{{ 'ein langes Wort' | wordwrap(8) }}", "ein\nlanges\nWort"),
        ("{% set x %}a{{ 1 }}{% endset %}{{ x }}", "a1"),
        ("{% macro m(n) %}{% if n %}{{ n }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(9) }}", "987654321"),
        ("{% for a in [[1], [2]] recursive %}{{ a if a is number else loop(a) }}{% endfor %}", "12"),
    ],
)
def test_honest_templates_work(tmp_path: Path, body: str, text: str) -> None:
    """What counts and bounds changes nothing about what comes out."""
    assert own(tmp_path, body).render("probe", Channel.EMAIL, "de", FACTS).text == text
