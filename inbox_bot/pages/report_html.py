"""The report as HTML: one file without scripts or anything from outside, its pictures in it, fit for a printer."""

from inbox_bot.pages.pictures import picture
from inbox_bot.pages.report import Report

_PAGE = """<!DOCTYPE html>
<html lang="{{ page.language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>{{ page.title }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a;
  background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #999; }
section { break-inside: avoid-page; }
svg { width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt; }
svg text { font-family: system-ui, sans-serif !important; }
table { border-collapse: collapse; font-size: 0.85rem; } th, td { padding: 0.1rem 0.8rem 0.1rem 0; text-align: right; }
th:first-child { text-align: left; font-weight: normal; overflow-wrap: anywhere; }
footer { margin-top: 2rem; color: #444; font-size: 0.85rem; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } details { display: none; } }
</style>
</head>
<body>
<header>
<h1>{{ page.title }}</h1>
<p>{{ page.period }}</p>
</header>
<main>
{% for chart in page.charts %}
<section>
<h2>{{ chart.title }}</h2>
<p>{{ chart.said }}</p>
{% if chart.empty %}
<p>{{ page.nothing }}</p>
{% else %}
{{ pictures[chart.key] }}
<details>
<summary>{{ page.table }}</summary>
<table>
<tr><td></td>{% for name, _ in chart.series %}<th scope="col">{{ name }}{% if chart.series | length > 1 %} ({{ chart.unit }}){% endif %}</th>{% endfor %}</tr>
{% for label in chart.labels %}
<tr><th scope="row">{{ label }}</th>{% set place = loop.index0 %}{% for _, values in chart.series %}<td>{{ number(values[place]) }}</td>{% endfor %}</tr>
{% endfor %}
</table>
</details>
{% endif %}
</section>
{% endfor %}
</main>
<footer>
{% for note in page.notes %}
<p>{{ note }}</p>
{% endfor %}
</footer>
</body>
</html>
"""  # noqa: E501  # a row of a table is one line


def written(page: Report) -> bytes:
    """UTF-8 HTML. Raises `UsageError` without Matplotlib (`pictures.ready`)."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def number(value: float | None) -> str:
        shown = "–" if value is None else f"{value:.10g}"
        return shown.replace(".", ",") if page.language == "de" else shown

    drawn = {chart.key: Markup(picture(chart, page.language)) for chart in page.charts if not chart.empty}  # noqa: S704
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = environment.from_string(_PAGE).render(page=page, pictures=drawn, number=number)
    return text.encode("utf-8", "replace")
