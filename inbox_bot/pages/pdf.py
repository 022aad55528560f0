"""The page as PDF, by reportlab and the font that comes with it."""

import io
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from inbox_bot.errors import UsageError
from inbox_bot.pages.outline import Outline
from inbox_bot.pages.words import WORDS

_LONGEST = 4_000  # characters of one paragraph, which must fit on a page


def pdf(page: Outline) -> bytes:
    """A4. What the font has no sign for stands as "?", and the page says so. Raises `UsageError` without reportlab."""
    try:
        from reportlab.lib.colors import HexColor
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph, SimpleDocTemplate
    except ImportError as error:
        raise UsageError('PDF needs one more package: pip install "inbox-bot[pdf]"; or use .html') from error
    known = _font()
    replaced = False

    def fit(text: str) -> str:
        nonlocal replaced
        if unknown := set(map(ord, text)) - known:
            replaced = True
            text = text.translate(dict.fromkeys(unknown, "?"))
        return escape(text).replace("\n", "<br/>")

    body = ParagraphStyle("body", fontName="Vera", fontSize=9, leading=12)
    small = ParagraphStyle("small", parent=body, fontSize=8, leading=10, textColor=HexColor("#444444"), leftIndent=10)
    text = ParagraphStyle("text", parent=body, leftIndent=10)
    head = ParagraphStyle("head", parent=body, fontName="VeraBd", spaceBefore=6)
    title = ParagraphStyle("title", parent=head, fontSize=12, leading=16, spaceBefore=10)
    flow: list[Any] = [Paragraph(fit(page.title), title), *(Paragraph(fit(line), small) for line in page.lines)]
    for section in page.sections:
        flow.append(Paragraph(fit(section.title), title))
        if not section.items:
            flow.append(Paragraph(fit(page.nothing), body))
        for item in section.items:
            flow.append(Paragraph(fit(item.head), head))
            parts = [item.text[i : i + _LONGEST] for i in range(0, len(item.text), _LONGEST)]
            flow += [Paragraph(fit(part), text) for part in parts]
            flow += [Paragraph(fit(line), small) for line in item.below]
    if replaced:
        flow.append(Paragraph(fit(WORDS[page.language]["replaced"]), small))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, title=page.title, invariant=1).build(flow)
    return out.getvalue()


@cache
def _font() -> frozenset[int]:
    """Make the font known; the code points that it has, and what parts lines and words."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(reportlab.__file__).parent / "fonts"
    fonts = [TTFont(name, str(folder / f"{name}.ttf")) for name in ("Vera", "VeraBd")]
    for font in fonts:
        pdfmetrics.registerFont(font)
    return frozenset(fonts[0].face.charToGlyph) | {ord("\n"), ord("\t")}
