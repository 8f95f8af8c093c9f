"""What a group says about itself at length: Markdown, made the HTML of its page."""

from __future__ import annotations

from fedi.activitypub.html import own
from fedi.publishing.markdown import render


def about_html(source: str) -> str:
    """Return Markdown as clean HTML; mentions in it stay text, because nobody is told of them."""
    return own(render(source, mentions={}, tag_page=lambda tag: f"/tags/{tag}").html)
