"""What a browser calls itself, told so coarsely that it names no single device."""

from __future__ import annotations

from quart import request

# Each also claims to be those further down; the first that is found is the one.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_of_request() -> str:
    """Return browser and system of the current request, like `Firefox, Android`; '' if it says nothing known."""
    told = request.headers.get("User-Agent", "")
    found = (
        next((name for mark, name in table if mark in told), "") for table in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(part for part in found if part)
