"""The fuzzer: it finds nothing in a short run of each parser, repeats itself, and says which bytes broke what."""

import random
from collections.abc import Iterator

import pytest

from tests.fuzz import TARGETS, fuzz, mutated


@pytest.fixture
def broken() -> Iterator[str]:
    """A parser that dies of a NUL, among the targets for the length of a test."""

    def take(data: bytes) -> None:
        if b"\x00" in data:
            raise IndexError("NUL")

    TARGETS["broken"] = ((b"abc",), take)
    yield "broken"
    del TARGETS["broken"]


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks(name: str) -> None:
    """Three hundred inputs with a fixed seed; `make fuzz` goes on from there."""
    assert list(fuzz(name, seconds=60, seed=1, most=300)) == [300]


def test_what_breaks_is_printed_and_repeats(broken: str) -> None:
    """The note holds seed and bytes; the same seed gives the same bytes."""
    found = []
    for _ in range(2):
        with pytest.raises(IndexError) as raised:
            list(fuzz(broken, seconds=60, seed=7))
        found.append(raised.value.__notes__)
    assert found[0] == found[1]
    assert found[0][0].startswith("broken, seed 7, input ")
    assert "\\x00" in found[0][0]


def test_each_change_gives_other_inputs() -> None:
    """From one seed come many different mails, all bounded."""
    seeds, _ = TARGETS["mime"]
    draw = random.Random(3)
    made = {mutated(seeds, draw) for _ in range(200)}
    assert len(made) > 190
    assert max(map(len, made)) <= 200_000
