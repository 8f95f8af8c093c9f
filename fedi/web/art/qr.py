"""A link as squares that a telephone reads."""

from __future__ import annotations

from markupsafe import Markup


def qr(link: str, label: str) -> Markup:
    """Draw a link, dark on light in both modes, since not every telephone reads it the other way round."""
    import segno

    drawn = segno.make(link, error="m").svg_inline(
        dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    named = Markup('<svg role="img" aria-label="{}" ').format(label)
    return Markup(drawn.replace("<svg ", named, 1))  # noqa: S704 - squares and an escaped label
