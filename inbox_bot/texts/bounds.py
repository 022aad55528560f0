"""Decides how much a template may do: steps, characters and processor time are counted while it runs."""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import islice
from typing import Any

from jinja2 import nodes, pass_environment, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Environment
from jinja2.filters import do_join, do_wordwrap
from jinja2.nodes import EvalContext

MOST_CHARACTERS = 100_000
"""What comes out."""

_MOST_STEPS = 500_000  # bodies entered: of loops, conditions, macros, parts
_MOST_HELD = 2_000_000  # characters made on the way, thrown away or not; one text
_MOST_SECONDS = 2.0  # of this thread's processor time: a machine that stalls is not the template's fault
_MOST_NUMBER = 10**15
_MOST_OPERANDS = 50
_LOOKS_EVERY = 64


class Budget:
    """What is left for one rendering; every method raises ValueError where it is used up."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new rendering."""
        self._steps = _MOST_STEPS
        self._characters = _MOST_HELD
        self._end = time.thread_time() + _MOST_SECONDS

    def step(self, characters: int = 0) -> None:
        """One step that writes so many characters."""
        self._steps -= 1
        self._characters -= characters
        if self._steps < 0 or self._characters < 0:
            raise ValueError("does too much; shorten its loops")
        if self._steps % _LOOKS_EVERY == 0:
            self.look()

    def passed(self) -> bool:
        """One step as a condition."""
        self.step()
        return True

    def look(self) -> None:
        """At the clock."""
        if time.thread_time() > self._end:
            raise ValueError(f"takes more than {_MOST_SECONDS:g} seconds; shorten its loops")

    def held(self, value: Any) -> Any:
        """A result on the way, if it is not too large."""
        if isinstance(value, str):
            if len(value) > _MOST_HELD:
                raise ValueError(f"makes a text of more than {_MOST_HELD} characters")
            self.step(len(value) // 16)
        elif isinstance(value, int | float) and abs(value) > _MOST_NUMBER:
            raise ValueError("makes a number that is too large")
        return value

    def counted(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that costs what its arguments weigh."""

        @wraps(work)  # also takes over what Jinja2 notes on a function
        def run(*args: Any, **options: Any) -> Any:
            self.look()
            weight = sum(len(one) for one in (*args, *options.values()) if isinstance(one, str | Sequence))
            self.step(weight // 16)
            return self.held(work(*args, **options))

        return run


class Counting(CodeGenerator):
    """Writes templates that tell the budget of every body they enter, and of what they put together."""

    environment: Any

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Every body: of the template, a loop, a condition, a macro, a block."""
        inside = list(nodes)
        self.writeline(f"environment.budget.step({_written(inside)})")
        super().blockvisit(inside, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802  Jinja2's name
        """A loop with a condition looks at each thing without entering its body."""
        if node.test is not None:
            node.test = nodes.And(nodes.EnvironmentAttribute("budget.passed()"), node.test)
        super().visit_For(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  Jinja2's name
        """`a ~ b`."""
        if len(node.nodes) > _MOST_OPERANDS:
            self.fail(f"more than {_MOST_OPERANDS} texts in a row", node.lineno)
        self.write("environment.budget.held(")
        super().visit_Concat(node, frame)
        self.write(")")


def _written(body: Sequence[nodes.Node]) -> int:
    outputs = (one for one in body if isinstance(one, nodes.Output))
    return sum(len(text.data) for one in outputs for text in one.nodes if isinstance(text, nodes.TemplateData))


def operation(operator: str, left: Any, right: Any, work: Callable[[Any, Any], Any]) -> Any:
    """`+` for numbers and texts, the others for numbers only, `**` never."""
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    texts = operator == "+" and isinstance(left, str) and isinstance(right, str)
    if operator == "**" or not (numbers or texts):
        raise TypeError(f"{operator} is for numbers")
    return work(left, right)


@pass_eval_context
def join(context: EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
    """Jinja2's `join`, looked at before it is done."""
    items = list(islice(value, _MOST_HELD))
    weight = len(items) * len(str(d)) + sum(len(one) for one in items if isinstance(one, str))
    if weight > _MOST_HELD:
        raise ValueError(f"makes a text of more than {_MOST_HELD} characters")
    joined: str = do_join(context, items, d, attribute)
    return joined


@pass_environment
def wordwrap(environment: Environment, s: str, width: int = 79) -> str:
    """Jinja2's `wordwrap` with nothing but its width."""
    return do_wordwrap(environment, s, width)
