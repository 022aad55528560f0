"""docs/requirements.md is complete and true: every number stands in it once, and every test that it names is there."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACE = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([MPSD]\d+) \| (.+?) \| (.+) \|$", TRACE, re.MULTILINE)
COUNTS = {"M": 48, "P": 40, "S": 22, "D": 26}
BOUNDS = {"aiosmtplib": (5, 1, 2), "aiosmtpd": (1, 4, 6), "imapclient": (4, 0), "jinja2": (3, 1, 6)}
SERIALISERS = {"yaml", "marshal", "shelve", "dill", "jsonpickle"}


def modules() -> list[Path]:
    """Of the product."""
    return sorted((ROOT / "inbox_bot").rglob("*.py"))


def test_no_number_is_missing() -> None:
    """Each of them once, in its order."""
    wanted = [f"{letter}{number}" for letter, most in COUNTS.items() for number in range(1, most + 1)]
    assert [number for number, _, _ in ROWS] == wanted


@pytest.mark.parametrize(("number", "shown"), [(number, shown) for number, _, shown in ROWS])
def test_what_is_named_exists(number: str, shown: str) -> None:
    """A test that is there, or the reason why there is none: a limit, or the step that brings it."""
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", shown)
    reasons = re.findall(r"\blimit: \w[^|]{20,}|\blater: step [3-7] \(\w[^)]+\)", shown)
    assert named or reasons, number
    assert len(named) == len(re.findall(r"`[^`]*\.py[^`]*`", shown)), number
    for path, test in named:
        tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert test in there, f"{number}: {path}::{test}"


@pytest.mark.parametrize("name", BOUNDS)
def test_no_library_below_its_security_fix(name: str) -> None:
    """What is installed with this program has the fixes whose numbers stand in pyproject.toml."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    [bound] = [found[1] for line in wanted if (found := re.match(rf"{name}(?:\[\w+\])?>=([\d.]+)", line))]
    assert tuple(int(part) for part in bound.split(".")) >= BOUNDS[name]


def test_no_code_comes_out_of_data() -> None:
    """No eval, no exec, no serialiser that builds objects; pickle only between us and the process that reads mail."""
    used: dict[str, set[str]] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    found = {one.name.partition(".")[0] for one in names}
                case ast.ImportFrom(module=str(module), level=0):
                    found = {module.partition(".")[0]}
                case ast.Call(func=ast.Name(id=str(name))):
                    found = {name}
                case _:
                    continue
            for one in found & (SERIALISERS | {"pickle", "eval", "exec"}):
                used.setdefault(one, set()).add(path.name)
    assert used == {"pickle": {"reader.py", "reader_process.py"}}
