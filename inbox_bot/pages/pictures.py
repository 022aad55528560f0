"""The report's charts as SVG by Matplotlib, to stand in a page: text as text, no scripts, nothing from outside."""

import io
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Tree

from inbox_bot.errors import UsageError
from inbox_bot.pages.report import Chart, Form

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_COLOURS = ("#0072B2", "#E69F00", "#009E73")
"""Okabe and Ito's, which people with any colour blindness can tell apart."""

_MARKS = ("o", "s", "^")
_HATCHES = ("", "///", "...")
_WIDTH, _HEIGHT = 7.6, 2.8  # inches; the page scales it
_LETTER = 0.085  # inches, on average
_MOST_LABELS = 10
_LONGEST_LABEL = 32
_PLAIN = {
    "svg.fonttype": "none", "svg.hashsalt": "report", "font.size": 9, "hatch.linewidth": 0.6, "text.parse_math": False,
    # the page's own font where the reader is; Matplotlib measures with the font that it brings
    "font.family": ["DejaVu Sans"],
}  # fmt: skip


def ready() -> None:
    """Load what draws, which takes a second. Raises `UsageError` without Matplotlib."""
    try:
        from matplotlib import figure as _  # noqa: F401
        from matplotlib.backends import backend_svg as _svg  # noqa: F401
    except ImportError as error:
        raise UsageError('the report needs one more package: pip install "inbox-bot[report]"') from error


def picture(chart: Chart, language: str) -> str:
    """An SVG element with its title and what it says as its description."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    lying = chart.form is Form.BARS
    height = 0.8 + 0.3 * len(chart.labels) if lying else _HEIGHT
    with mpl.rc_context(_PLAIN):  # type: ignore[arg-type]  # its stubs list each key's type
        figure = Figure(figsize=(_WIDTH, height))
        FigureCanvasSVG(figure)
        axes = figure.add_axes(_place(chart, height))
        _bars(axes, chart) if lying else _columns(axes, chart) if chart.form is Form.STACKED else _lines(axes, chart)
        _finish(axes, chart, language)
        written = io.BytesIO()
        figure.savefig(written, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _embedded(written.getvalue(), chart)


def _place(chart: Chart, height: float) -> tuple[float, float, float, float]:
    """Where the axes are, as parts of the picture; to have Matplotlib find out costs as much as drawing it."""
    lying = chart.form is Form.BARS
    left = 0.25 + _LETTER * max(min(len(label), _LONGEST_LABEL) for label in chart.labels) if lying else 0.75
    below, above = 0.5 if lying else 0.35, 0.1 if lying else 0.4
    return left / _WIDTH, below / height, 1 - (left + 0.15) / _WIDTH, 1 - (below + above) / height


def _columns(axes: "Axes", chart: Chart) -> None:
    floor = [0.0] * len(chart.labels)
    for (name, values), colour, hatch in zip(chart.series, _COLOURS, _HATCHES, strict=False):
        heights = [value or 0.0 for value in values]
        axes.bar(range(len(heights)), heights, bottom=floor, color=colour, hatch=hatch, edgecolor="white", label=name)
        floor = [below + own for below, own in zip(floor, heights, strict=True)]


def _lines(axes: "Axes", chart: Chart) -> None:
    for (name, values), colour, mark in zip(chart.series, _COLOURS, _MARKS, strict=False):
        heights = [float("nan") if value is None else value for value in values]
        axes.plot(range(len(heights)), heights, color=colour, marker=mark, markersize=4, linewidth=1.5, label=name)


def _bars(axes: "Axes", chart: Chart) -> None:
    [(_, values)] = chart.series
    drawn = axes.barh(range(len(values)), [value or 0 for value in values], color=_COLOURS[0])
    axes.bar_label(drawn, labels=[f"{value:.10g}" for value in values if value is not None], padding=3)
    axes.set_yticks(range(len(values)), [_short(label) for label in chart.labels])
    axes.invert_yaxis()


def _finish(axes: "Axes", chart: Chart, language: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.spines[["top", "right"]].set_visible(False)
    axis = axes.xaxis if chart.form is Form.BARS else axes.yaxis
    axis.set_label_text(chart.unit)
    axis.set_major_locator(MaxNLocator(nbins=5, integer=_whole(chart)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, language)))
    if chart.form is Form.BARS:
        axes.set_xlim(left=0, right=1.1 * max((value or 0 for value in chart.series[0][1]), default=1))
        return
    axes.set_xlim(-0.6, len(chart.labels) - 0.4)
    axes.set_ylim(bottom=0, top=1.05 * axes.get_ylim()[1])
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    every = -(-len(chart.labels) // _MOST_LABELS)
    axes.set_xticks(range(0, len(chart.labels), every), chart.labels[::every])
    if len(chart.series) > 1:
        axes.legend(frameon=False, loc="upper left", ncols=len(chart.series), bbox_to_anchor=(0, 1.2))


def _whole(chart: Chart) -> bool:
    return all(value is None or value == int(value) for _, values in chart.series for value in values)


def _number(value: float, language: str) -> str:
    written = f"{value:.10g}"  # a million without an exponent
    return written.replace(".", ",") if language == "de" else written


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def _embedded(svg: bytes, chart: Chart) -> str:
    """Without the file's head; its names are its own, for several pictures stand in one page."""
    Tree.register_namespace("", _SVG)
    Tree.register_namespace("xlink", _LINK)
    root = Tree.fromstring(svg)  # noqa: S314  # Matplotlib wrote it just now
    for one in root.iter():
        for name, value in one.attrib.items():
            one.attrib[name] = _own(name, value, chart.key)
    for name in ("width", "height"):
        del root.attrib[name]
    title, said = Tree.Element(f"{{{_SVG}}}title", id=f"{chart.key}-title"), Tree.Element(f"{{{_SVG}}}desc")
    title.text, said.text, said.attrib["id"] = chart.title, chart.said, f"{chart.key}-said"
    root.insert(0, said)
    root.insert(0, title)
    root.attrib |= {"role": "img", "aria-label": chart.title, "aria-describedby": f"{chart.key}-said"}
    for parent in [*root.iter()]:
        for style in [one for one in parent if one.tag in (f"{{{_SVG}}}style", f"{{{_SVG}}}metadata")]:
            parent.remove(style)  # it would hold for the whole page, which has the same rule for pictures
    return Tree.tostring(root, encoding="unicode")


def _own(name: str, value: str, key: str) -> Any:
    if name == "id":
        return f"{key}-{value}"
    if name == f"{{{_LINK}}}href" and value.startswith("#"):
        return f"#{key}-{value[1:]}"
    return re.sub(r"url\(#", f"url(#{key}-", value)
