"""What no browser sends: values, headers and bodies for the forms and addresses behind the sign-in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import orjson
from hypothesis import strategies as st

KINDS = ("update", "call", "request", "poll", "minutes")
ODD = [
    *("", " ", "²", "٣", "-1", "1e9", "0", "nan", "9" * 5_000, "on", "y", "1", "2", "x" * 30_000),
    *("\ud800", "\u202e\u2066", "é" * 40, "<script>alert(1)</script>", '"><img src=x>', "%(name)s"),
    *("2027-13-45", "0001-01-01", "9999-12-31", "2027-06-19", "24:99", "19:00", "Europe/London"),
    *("https://[", "http://[::1", "//[x", "/\\evil", "javascript:1", "../../etc/passwd", "{{7*7}}"),
    *("https://alpha.test/groups/harbour", "@wren@alpha.test", "@a@gone.example", "wren", "crow"),
    *("lat: 1e400", "---\na: [\n---\n", "[[members: x", "> > > " * 200, "- [ ] " * 200),
    *("x51.45432, ²2.58791", "n51.45432 w2.58791", "020 7946 0018", "GB33BUKB20201555555555"),
    *("Maria Lopez was arrested", "anna@mail.example\n12 Rose Hill", "a\n---\nb: [[partners: c]]"),
]
VERBS = (
    *(
        "publish",
        "schedule",
        "preview",
        "cancel",
        "discard",
        "check",
        "keep",
        "remove",
        "black-out",
    ),
    *("add:needs", "drop:needs:²", "drop:needs:" + "9" * 5_000, "drop:options:0", "picture-up:x"),
    *("publish:keep", "publish:undescribed", "keep:phone:1", "add:decisions", "add:actions"),
)


values = st.one_of(st.sampled_from(ODD), st.text(max_size=40))
odd_headers = st.fixed_dictionaries(
    {},
    optional={
        "accept-language": st.sampled_from(["", "ar", "*;q=nan", "x" * 3_000, ";q=,,", "en-\xff"]),
        "accept": st.sampled_from(
            ["application/json", "*/*;q=x", "", "text/html;q=1e999", "\xff/*"]
        ),
        "referer": st.sampled_from(
            ["http://[", "//[", "javascript:1", "\xff", "https://e/console/x"]
        ),
        "user-agent": st.sampled_from(["", "\xff" * 300, "Firefox Android" * 300]),
        "content-type": st.sampled_from(
            [
                "",
                "multipart/form-data",
                "multipart/form-data; boundary=\xff",
                "text/\xff; charset=x",
            ]
        ),
        "cookie": st.sampled_from(["", "=", "__Host-fedi=\xff", '__Host-fedi="\\', "a=b;" * 400]),
    },
)


def raw(pairs: list[tuple[str, str]]) -> bytes:
    """Encode a form as no browser would, with halves of characters in it."""
    return "&".join(
        "=".join(quote(text.encode("utf-8", "surrogatepass"), safe="") for text in pair)
        for pair in pairs
    ).encode()


def whole(text: str) -> str:
    """Replace halves of characters, which cannot be sent in several parts."""
    return text.encode("utf-8", "replace").decode()


def as_headers(odd: dict[str, str]) -> dict[str, Any]:
    return {name: value.encode("latin-1") for name, value in odd.items()}


def written(value: Any) -> bytes:
    """Write JSON as no serialiser would, with halves of characters in it."""
    try:
        return json.dumps(value).encode()
    except (TypeError, ValueError):
        return orjson.dumps(str(value))
