"""What a kind keeps for its pages, completed: a template finds every fact it asks for, whenever it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fedi.activitypub.vocabulary.values import millis_of

_WHOLE: dict[str, Any] = {
    "warning": "",
    "changed": "",
    "summary": "",
    "teaser": "",
    "markdown": "",
    "starts": None,
    "ends": None,
    "timezone": "",
    "place_line": "",
    "online": "",
    "is_online": False,
    "status": "confirmed",
    "previous_start": None,
    "attendance": None,
    "attendance_remote": None,
    "by": None,
    "state": "open",
    "multiple": False,
    "voters": 0,
    "closed": None,
}
_PARTS: dict[str, dict[str, Any]] = {
    "roles": {"role": "", "held_by": "", "note": ""},
    "actions": {"id": "", "key": "", "text": "", "role": "", "due": None, "done": False},
    "decisions": {
        "id": "",
        "key": "",
        "text": "",
        "how": "consent",
        "result": "adopted",
        "consent": None,
        "stand_aside": None,
        "block": None,
        "abstain": None,
        "review": None,
        "note": "",
        "reasons": [],
        "item": 0,
    },
    "needs": {"kind": "other", "amount": None, "unit": "", "of": ""},
    "links": {"name": "", "url": ""},
    "options": {"name": "", "votes": 0},
    "pictures": {
        "name": "",
        "media_type": "",
        "width": 0,
        "height": 0,
        "description": "",
        "focal": None,
        "thumbnail": "",
    },
    "voices": {"name": "", "media_type": "", "bytes": 0, "duration": 0, "transcript": ""},
}
_ONE: dict[str, dict[str, Any]] = {
    "next": {"day": "", "starts_at": None, "place": "", "is_online": False, "agenda": []},
    "witness": {"group": "", "note": "", "actor": "", "url": ""},
    "mirror": {
        "title": "",
        "post": "",
        "group": "",
        "note": "",
        "prepared_by": "",
        "next": "",
        "actor": "",
        "url": "",
    },
    "place": {
        "name": "",
        "area": "",
        "street": "",
        "lat": None,
        "lon": None,
        "precision": "",
        "label": "",
    },
}


def complete(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with nothing missing.

    Links know their host, pictures their address and what to keep in view, options their share of the voters, and a
    poll the moment at which it closes or did.
    """
    facts = {**_WHOLE, **kept}
    for name, whole in _PARTS.items():
        facts[name] = [
            {**whole, **part} for part in kept.get(name) or () if isinstance(part, Mapping)
        ]
    for name, whole in _ONE.items():
        one = kept.get(name)
        facts[name] = {**whole, **one} if isinstance(one, Mapping) else None
    facts["agenda"] = list(kept.get("agenda") or ())
    facts["online_host"] = _host(facts["online"])
    facts["hashtags"] = list(kept.get("hashtags") or ())
    for link in facts["links"]:
        link["host"] = _host(link["url"])
    for option in facts["options"]:
        option["share"] = min(option["votes"] / facts["voters"], 1) if facts["voters"] else 0.0
    facts["closes_at"] = millis_of(facts["closed"] or facts["ends"])
    for voice in facts["voices"]:
        voice["src"] = f"/media/{voice['name']}"
    for picture in facts["pictures"]:
        picture["src"] = f"/media/{picture['name']}"
        picture["small"] = f"/media/{picture['thumbnail'] or picture['name']}"
        picture["keep"] = _keep(picture["focal"])
    return facts


def _host(url: str) -> str:
    """Return where a web address leads, or nothing for other schemes."""
    try:
        return urlsplit(url).hostname or "" if url.startswith(("https://", "http://")) else ""
    except ValueError:
        return ""


def _keep(focal: Any) -> str:
    """Name the classes that keep the focal point in view where a picture is cut."""
    if not isinstance(focal, list | tuple) or len(focal) != 2:
        return ""
    across, up = focal
    sideways = "at-w" if across < -0.34 else "at-e" if across > 0.34 else ""
    upright = "at-n" if up > 0.34 else "at-s" if up < -0.34 else ""
    return " ".join(word for word in (sideways, upright) if word)
