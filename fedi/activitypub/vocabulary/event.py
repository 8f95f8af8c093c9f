"""Events: when, where, whether they take place, and how to take part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fedi.activitypub.vocabulary.values import (
    as_list,
    count_of,
    ids_of,
    millis_of,
    name_in,
    number_of,
    text_of,
    type_of,
    web_address,
)

Status = Literal["confirmed", "tentative", "cancelled", "postponed", "rescheduled", "online"]

MAX_PLACES = 8

# Mobilizon's words, and those of schema.org, which FEP-8a8e uses.
_STATUS: dict[str, Status] = {
    "confirmed": "confirmed",
    "tentative": "tentative",
    "cancelled": "cancelled",
    "eventscheduled": "confirmed",
    "eventtentative": "tentative",
    "eventcancelled": "cancelled",
    "eventpostponed": "postponed",
    "eventrescheduled": "rescheduled",
    "eventmovedonline": "online",
}
_JOIN_MODES = frozenset({"free", "restricted", "invite", "external", "none"})
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_ADDRESS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is; `address` is all of it in one line, `url` that of a virtual place."""

    name: str
    address: str
    street: str
    postal_code: str
    locality: str
    region: str
    country: str
    latitude: float | None
    longitude: float | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """When and where, and how to take part; `timezone` is an IANA name or empty, `join_mode` may be empty."""

    start_ms: int
    end_ms: int | None
    timezone: str
    status: Status
    category: str
    places: tuple[Place, ...]
    is_online: bool
    online_url: str | None
    join_mode: str
    external_url: str | None
    capacity: int | None
    remaining: int | None
    participants: int | None
    organisers: tuple[str, ...]


def read_event(document: dict[str, Any]) -> Event | None:
    """Read the event of a document, or None where nothing says when it starts."""
    zone = _zone(text_of(document.get("timezone")))
    moments = zone or UTC
    start = millis_of(document.get("startTime"), moments)
    if start is None:
        return None
    end = millis_of(document.get("endTime"), moments)
    places = _places(document.get("location"))
    online = next((place.url for place in places if place.url), None)
    mode = text_of(document.get("joinMode"))
    capacity = count_of(document.get("maximumAttendeeCapacity"))
    return Event(
        start_ms=start,
        end_ms=end if end is not None and end >= start else None,
        timezone=str(zone) if zone else "",
        status=_status(document),
        category=name_in(document, "category", 100),
        places=places,
        is_online=document.get("isOnline") is True or online is not None,
        online_url=online or web_address(document.get("onlineLink")),
        join_mode=mode if mode in _JOIN_MODES else "",
        external_url=web_address(document.get("externalParticipationUrl")),
        capacity=capacity or None,
        remaining=count_of(document.get("remainingAttendeeCapacity")),
        participants=count_of(document.get("participantCount")),
        organisers=ids_of(document.get("organizers") or document.get("contacts")),
    )


def _status(document: dict[str, Any]) -> Status:
    for key in ("eventStatus", "status", "ical:status"):
        word = re.split(r"[/#:]", text_of(document.get(key)))[-1].lower()
        if word in _STATUS and _STATUS[word] != "confirmed":
            return _STATUS[word]
    return "confirmed"


def _zone(name: str) -> tzinfo | None:
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _places(value: Any) -> tuple[Place, ...]:
    found = (_place(item) for item in as_list(value)[:MAX_PLACES])
    return tuple(place for place in found if place)


def _place(value: Any) -> Place | None:
    if isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict):
        return None
    address = value.get("address")
    lines = address if isinstance(address, dict) else {}
    parts = [name_in(lines, key, 300) for key in _ADDRESS]
    whole = ", ".join(part for part in parts if part) or name_in(value, "address", 500)
    virtual = type_of(value) == "VirtualLocation" or type_of(address) == "VirtualLocation"
    latitude, longitude = number_of(value.get("latitude")), number_of(value.get("longitude"))
    known = _is_on_earth(latitude, longitude)
    place = Place(
        name=name_in(value, most=300),
        address="" if virtual else whole,
        street=parts[0],
        postal_code=parts[1],
        locality=parts[2],
        region=parts[3],
        country=parts[4],
        latitude=latitude if known else None,
        longitude=longitude if known else None,
        url=web_address(value.get("url") or lines.get("url")) if virtual else None,
    )
    return place if place.name or place.address or place.url or known else None


def _is_on_earth(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return False
    return -90 <= latitude <= 90 and -180 <= longitude <= 180
