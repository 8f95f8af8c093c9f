"""Art as PNG, for servers that show no SVG: the avatar and banner in a group's actor document."""

from __future__ import annotations

from functools import lru_cache

from fedi.web.art.avatars import avatars
from fedi.web.art.banners import banner
from fedi.web.art.marks import sign

# The light values of the ink pairs in static/fedi.css: ground, deep, sun, cut, window.
INKS = {
    "": ("#23245e", "#15163f", "#f7b733", "#f4f5ec", "#4a4c93"),
    "ember": ("#96290e", "#5d1505", "#ffc95c", "#fff6e6", "#b8502f"),
    "allotment": ("#14523a", "#0a3022", "#f3c44f", "#f1f6e4", "#3a7a5e"),
    "plum": ("#5d1b4c", "#390c2e", "#ff9a74", "#fdeff3", "#8a4778"),
    "river": ("#0d4b5e", "#062c39", "#ff9c6b", "#eaf5f4", "#3b7c8e"),
    "lino": ("#d5ded1", "#171b33", "#c5401b", "#fff", "#5a617c"),
}


def _inked(art: str, ink: str) -> str:
    ground, deep, sun, cut, window = INKS.get(ink, INKS[""])
    fills = {"m-a": sun, "m-g": ground, "m-d": deep, "m-w": window, "m-c": cut}
    for name, colour in fills.items():
        art = art.replace(f'class="{name}"', f'fill="{colour}"')
    return art


@lru_cache(maxsize=64)
def avatar_png(motif: str, ink: str) -> bytes:
    """Draw a group's avatar, 400 by 400 pixels."""
    art = _inked(avatars().get(motif, avatars()["house"]), ink)
    return _png(
        f'<rect width="48" height="48" fill="{INKS.get(ink, INKS[""])[0]}"/>{art}', 48, 48, 400
    )


@lru_cache(maxsize=64)
def banner_png(motif: str, ink: str) -> bytes:
    """Draw a group's banner, 1,200 by 400 pixels, the art at the right."""
    ground = INKS.get(ink, INKS[""])[0]
    art = f'<g transform="translate(560 0)">{_inked(banner(motif), ink)}</g>'
    return _png(f'<rect width="1200" height="400" fill="{ground}"/>{art}', 1200, 400, 1200)


@lru_cache(maxsize=1)
def sign_png() -> bytes:
    """Draw the sign of fedi, 512 by 512 pixels, for whoever previews a page that is no group's."""
    ground, _, sun, *_ = INKS[""]
    return _png(
        f'<rect width="32" height="32" fill="{ground}"/><path fill="{sun}" d="{sign()}"/>',
        32,
        32,
        512,
    )


def _png(drawing: str, width: int, height: int, pixels: int) -> bytes:
    import resvg_py

    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{pixels}" height="{pixels * height // width}">{drawing}</svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
