"""Minutes as front matter: what somebody takes along can be published again, and says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fedi.practices.minutes.model import Action, Decision, Meeting, Minutes, Reason
from fedi.publishing.place import Place


def front(details: Minutes) -> dict[str, Any]:
    """Write everything about minutes that is not below the front matter; nothing finer than they tell."""
    return _said(
        {
            "date": _local(details.date),
            "end": _local(details.end) if details.end else None,
            "timezone": details.timezone,
            "place": _place(details.place),
            "online": details.is_online or None,
            "attendance": details.attendance,
            "attendance_remote": details.attendance_remote,
            "roles": [
                _said({"role": one.role, "held_by": one.held_by, "note": one.note})
                for one in details.roles
            ],
            "agenda": list(details.agenda),
            "decisions": [_decision(one) for one in details.decisions],
            "actions": [_action(one) for one in details.actions],
            "next": _meeting(details.next) if details.next else None,
            "witness": _said(
                {"group": _handle(details.witness.group), "note": details.witness.note}
            )
            if details.witness
            else None,
            "mirror": _said(
                {
                    "title": details.mirror.title,
                    "post": details.mirror.post,
                    "group": _handle(details.mirror.group),
                    "note": details.mirror.note,
                    "prepared_by": details.mirror.prepared_by,
                    "next": details.mirror.next,
                }
            )
            if details.mirror
            else None,
        }
    )


def _decision(one: Decision) -> dict[str, Any]:
    return _said(
        {
            "key": one.key,
            "text": one.text,
            "how": one.how,
            "result": one.result,
            "consent": one.consent,
            "stand_aside": one.stand_aside,
            "block": one.block,
            "abstain": one.abstain,
            "review": one.review.isoformat() if one.review else None,
            "note": one.note,
            "reasons": [_reason(reason) for reason in one.reasons],
            "item": str(one.item) if one.item else None,
        }
    )


def _reason(one: Reason) -> dict[str, Any]:
    return _said({"text": one.text, "stance": one.stance})


def _action(one: Action) -> dict[str, Any]:
    return _said(
        {
            "key": one.key,
            "text": one.text,
            "role": one.role,
            "due": one.due.isoformat() if one.due else None,
            "done": one.done or None,
        }
    )


def _meeting(one: Meeting) -> dict[str, Any]:
    return _said(
        {
            "date": _local(one.start) if one.start else one.day.isoformat(),
            "place": _place(one.place),
            "online": one.is_online or None,
            "agenda": list(one.agenda),
        }
    )


def _place(place: Place | None) -> str | dict[str, Any] | None:
    if place is None:
        return None
    told = _said(
        {
            "name": place.name,
            "area": place.area,
            "street": place.street,
            "lat": place.lat,
            "lon": place.lon,
            "precision": place.precision,
        }
    )
    return place.name if told.keys() == {"name"} else told


def _local(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _handle(handle: str) -> str:
    return f"@{handle}" if handle else ""


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
