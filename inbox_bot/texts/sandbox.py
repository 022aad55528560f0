"""The closed room in which templates run: only data, a short list of filters, no calls, limits on all they do."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import StrictUndefined, Template, TemplateError, TemplateNotFound, Undefined
from jinja2.loaders import FunctionLoader
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from inbox_bot.errors import UsageError
from inbox_bot.texts import bounds, files, words
from inbox_bot.texts.bounds import MOST_CHARACTERS

_Result = TypeVar("_Result")

_FILTERS = (
    *("default", "d", "e", "escape", "first", "forceescape", "groupby", "int", "last", "length", "count"),
    *("list", "lower", "map", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "string", "title"),
    *("trim", "truncate", "unique", "upper"),
)


class Room(ImmutableSandboxedEnvironment):
    """Lets templates see the fields of dataclasses and the keys of mappings, and call their own macros only."""

    intercepted_binops = frozenset(["+", "*", "**", "%"])  # each can make a gigabyte out of a few lines
    code_generator_class = bounds.Counting

    def __init__(self, **options: Any) -> None:
        self.budget = bounds.Budget()
        super().__init__(**options)
        self.finalize = self._shown

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Fields of dataclasses; `loop.index` and its kin."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        return attr in getattr(type(obj), "__dataclass_fields__", ()) or isinstance(obj, LoopContext)

    def is_safe_callable(self, obj: Any) -> bool:
        """The template's own macros, `loop(…)` and `loop.cycle(…)`."""
        return isinstance(obj, Macro | LoopContext) or isinstance(getattr(obj, "__self__", None), LoopContext)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """See `bounds.operation`."""
        return self.budget.held(bounds.operation(operator, left, right, self.binop_table[operator]))

    def _shown(self, value: object) -> object:
        """What is written for a value, also inside a macro or a `set` block."""
        if value is None or isinstance(value, bool | int | float | Undefined):
            return value
        text = words.clean(value) if isinstance(value, str) else str(value)
        self.budget.step(len(text))
        return text

    def join_path(self, template: str, parent: str) -> str:
        """Parts are included from the folder of the template that names them."""
        return f"{parent.rpartition('/')[0]}/{template}"


def room(folders: Sequence[Path], language: str, zone: tzinfo) -> Room:
    """The room of one language, with its filters."""

    def source(key: str) -> tuple[str, str, Callable[[], bool]] | None:
        path = files.find(folders, key) if ".." not in key else None
        return (files.body_of(files.text_of(path)), str(path), lambda: True) if path else None

    made = Room(
        loader=FunctionLoader(source),
        undefined=StrictUndefined,
        autoescape=lambda key: key is not None and key.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.globals.clear()
    found: dict[str, Callable[..., Any]] = {name: made.filters[name] for name in _FILTERS} | {
        "join": bounds.join,
        "wordwrap": bounds.wordwrap,
        "number": words.number,
        "day": words.day(language, zone),
        "when": words.when(language, zone),
        "files": words.files(language),
        "person": words.person(language),
        "line": words.line,
        "answer": words.answer,
    }
    made.filters = {name: made.budget.counted(work) for name, work in found.items()}
    return made


def load(made: Room, key: str, path: Path) -> Template:
    """Compile a template file; raises `UsageError` in one line."""
    made.budget.begin()
    return _told(path, partial(made.get_template, key))


def compile_line(made: Room, source: str, path: Path) -> Template:
    """Compile a line of a header; raises `UsageError`."""
    made.budget.begin()
    return _told(path, partial(made.from_string, source))


def fill(template: Template, facts: Mapping[str, object], path: Path) -> str:
    """The text; raises `UsageError` naming file, line and what is missing."""
    return _told(path, partial(_filled, template, facts, path))


def _filled(template: Template, facts: Mapping[str, object], path: Path) -> str:
    template.environment.budget.begin()  # type: ignore[attr-defined]  # it is a room
    parts: list[str] = []
    left = MOST_CHARACTERS
    for part in template.generate(facts):
        left -= len(part)
        if left < 0:
            raise UsageError(f"template {path}: gives more than {MOST_CHARACTERS} characters; shorten it")
        parts.append(part)
    return "".join(parts)


def _told(path: Path, work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except TemplateNotFound as exc:
        raise UsageError(f"template {path}: there is no file {exc.name}") from exc
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as exc:
        # all of them can come from what stands in the file, as can those below: what nests too deeply for Python
        raise UsageError(f"template {_place(path, exc)}: {' '.join(str(exc).split())}") from exc
    except (RecursionError, SyntaxError, MemoryError) as exc:
        raise UsageError(f"template {path}: nests too deeply, or calls itself without end") from exc


def _place(path: Path, exc: BaseException) -> str:
    number = getattr(exc, "lineno", None)
    trace = exc.__traceback__
    while trace and number is None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            return f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{path}, line {number}" if number else str(path)
