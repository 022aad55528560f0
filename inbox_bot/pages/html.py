"""The page as HTML: one file without scripts or anything from outside, every word escaped, fit for a printer."""

from inbox_bot.pages.outline import Outline

_PAGE = """<!DOCTYPE html>
<html lang="{{ page.language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>{{ page.title }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #999; }
ul.who, ul.below { list-style: none; padding: 0; margin: 0.2rem 0; color: #444; font-size: 0.9rem; }
article { margin: 0.8rem 0; padding-left: 0.8rem; border-left: 3px solid #bbb; break-inside: avoid-page; }
article.incoming { border-color: #06c; } article.outgoing { border-color: #080; } article.note { border-color: #b80; }
article h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3rem 0; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } }
@media (prefers-color-scheme: dark) { @media screen { body { background: #111; color: #eee; } ul { color: #bbb; } } }
</style>
</head>
<body>
<header>
<h1>{{ page.title }}</h1>
<ul class="who">{% for line in page.lines %}<li>{{ line }}</li>{% endfor %}</ul>
</header>
<main>
{% for section in page.sections %}
<section>
<h2>{{ section.title }}</h2>
{% for item in section.items %}
<article class="{{ item.side }}">
<h3>{{ item.head }}</h3>
{% if item.text %}<pre>{{ item.text }}</pre>
{% endif %}
{% if item.below %}<ul class="below">{% for line in item.below %}<li>{{ line }}</li>{% endfor %}</ul>
{% endif %}
</article>
{% else %}
<p>{{ page.nothing }}</p>
{% endfor %}
</section>
{% endfor %}
</main>
</body>
</html>
"""


def html(page: Outline) -> str:
    """UTF-8 HTML."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_PAGE).render(page=page)
