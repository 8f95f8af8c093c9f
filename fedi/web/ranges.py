"""Parts of files (RFC 9110 §14): players ask for the part they need, and Safari plays nothing that is served whole."""

from __future__ import annotations

import re

from quart import Response

_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))", re.ASCII)


def in_part(data: bytes, wanted: str) -> Response:
    """Answer with the one part that a Range header asks for, or with all; what is not there is answered 416.

    Several parts at once, and what cannot be understood, are answered with all, as the standard allows.
    """
    asked = _ONE_RANGE.fullmatch(wanted.strip())
    if asked is None:
        response = Response(data)
    else:
        first, last = _ends(asked, len(data))
        is_there = first <= last
        response = Response(data[first : last + 1] if is_there else b"", 206 if is_there else 416)
        where = f"{first}-{last}" if is_there else "*"
        response.headers["Content-Range"] = f"bytes {where}/{len(data)}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _ends(asked: re.Match[str], length: int) -> tuple[int, int]:
    """Return the first and last byte asked for; the last one comes before the first where there is nothing."""
    if asked[3]:
        return max(0, length - int(asked[3])), length - 1 if int(asked[3]) else -1
    last = int(asked[2]) if asked[2] else length - 1
    first = int(asked[1])
    return (first, min(last, length - 1)) if first <= last else (length, length - 1)
