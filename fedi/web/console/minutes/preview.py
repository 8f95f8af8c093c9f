"""Notes as they will look, made on the server, with what looks private marked in them."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

from fedi.publishing import redaction
from fedi.publishing.markdown import render

_TAG = re.compile(r"(<[^>]*>)")


def preview(notes: str, language: str) -> Markup:
    """Return Markdown as HTML, made safe."""
    html = render(notes, mentions={}, tag_page="/tags/{}".format).html
    found = {escape(one.text) for one in redaction.find(notes, language=language.partition("-")[0])}
    if found:
        # The longest first: a number may be part of another.
        private = re.compile(
            "|".join(re.escape(one) for one in sorted(found, key=len, reverse=True))
        )
        pieces = _TAG.split(html)
        html = "".join(
            piece if piece.startswith("<") else private.sub(r"<mark>\g<0></mark>", piece)
            for piece in pieces
        )
    return Markup(html)  # noqa: S704 - made of Markdown and cleaned by us
