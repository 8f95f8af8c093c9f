"""QR codes: an address as a picture that a phone reads from a screen or from paper."""

from __future__ import annotations

from io import BytesIO

from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Draw a text as a QR code: an SVG to stand in a page, black on white in every mode so that cameras read it."""
    import segno

    drawn = BytesIO()
    segno.make(text, micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, light="#fff",
        dark="#000", border=3, omitsize=True,
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn here, of squares
