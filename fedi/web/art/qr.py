"""A link as squares that a telephone reads."""

from __future__ import annotations

from markupsafe import Markup


def qr(link: str, label: str) -> Markup:
    """Draw a link, dark on light in both modes, since not every telephone reads it the other way round."""
    import segno

    drawn = segno.make(link, error="m").svg_inline(
        scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None, title=None
    )
    return Markup(
        drawn.replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(label), 1)
    )  # noqa: S704
