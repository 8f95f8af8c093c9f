"""The samples as subjects of examination, whole or with something changed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from . import sample_activities as a
from . import samples as s
from .rulebook import Subject, subject_of
from .shapes import Fetched, Json

_SYNC = (
    f'collectionId="{s.FOLLOWERS}", url="{s.GROUP_ID}/followers_synchronization", '
    f'digest="{"0f" * 32}"'
)
_QUOTING: Json = {
    "id": "https://peer.example/notes/2",
    "attributedTo": s.ANNA,
    "quote": s.NOTE["id"],
}
_SECRET: Json = {
    "id": "https://peer.example/notes/secret",
    "attributedTo": s.ANNA,
    "to": [s.ANNA],
}
STORED = replace(
    a.STORED,
    objects={one["id"]: one for one in (s.NOTE, s.EVENT, _QUOTING, _SECRET)},
    done={a.FOLLOW["id"]: a.FOLLOW},
)
_FETCHED: Mapping[str, Json] = {
    "group": s.GROUP,
    "note": s.NOTE,
    "article": s.ARTICLE,
    "event": s.EVENT,
    "question": s.QUESTION,
    "quote": s.QUOTE,
    "page": s.PAGE,
    "featured": s.FEATURED,
    "outbox": s.OUTBOX,
    "stamp": s.STAMP,
    "nodeinfo": {**s.NODEINFO, "id": f"{s.E}/.well-known/nodeinfo"},
}
_ACTIVITIES: Mapping[str, Json] = {
    "create": a.CREATE,
    "update": a.UPDATE,
    "update event": a.UPDATE_EVENT,
    "delete": a.DELETE,
    "delete event": a.DELETE_EVENT,
    "announce": a.ANNOUNCE,
    "like": a.LIKE,
    "follow": a.FOLLOW,
    "undo": a.UNDO,
    "accept": a.ACCEPT,
    "reject": a.REJECT,
    "accept quote": a.ACCEPT_QUOTE,
    "quote request": a.QUOTE_REQUEST,
    "add": a.ADD,
    "synchronised": a.CREATE,
}


def sound(name: str) -> Subject:
    """Return a sample that breaks no rule."""
    if name == "jrd":
        return subject_of(s.jrd(), actor=s.GROUP_ID)
    if name in _FETCHED:
        return subject_of(s.fetched(_FETCHED[name]), stored=STORED)
    delivered = a.signed(deepcopy(_ACTIVITIES[name]))
    headers = dict(delivered.headers)
    if name == "synchronised":
        headers["Collection-Synchronization"] = _SYNC
        headers["Signature"] = headers["Signature"].replace(
            "content-type", "collection-synchronization"
        )
    return Subject(delivered.document, headers=headers, stored=STORED, actor=s.GROUP_ID)


def changed(subject: Subject, changes: Mapping[str, Any]) -> Subject:
    """Return the subject with changes: dotted paths (`...` removes), or "@" and what surrounds it."""
    document = deepcopy(subject.document)
    subject = replace(subject, document=document)
    for path, value in changes.items():
        match path:
            case "@status":
                subject = replace(subject, status=value)
            case "@url":
                subject = replace(subject, url=value)
            case "@actor":
                subject = replace(subject, actor=value)
            case "@content-type":
                subject = with_header(subject, "Content-Type", value)
            case "@header":
                subject = with_header(subject, *value)
            case _:
                put(document, path.split("."), value)
    return subject


def with_header(subject: Subject, name: str, value: str) -> Subject:
    """Return the subject with one header replaced."""
    return replace(subject, headers={**subject.headers, name: value})


def put(document: Any, path: list[str], value: Any) -> None:
    """Set or remove (`...`) what a path of names and indexes leads to."""
    *way, last = (int(step) if step.isdigit() else step for step in path)
    for step in way:
        document = document[step]
    if value is ...:
        del document[last]
    else:
        document[last] = value


def as_fetched(subject: Subject) -> Fetched:
    """Return the subject as the answer to a GET again."""
    return Fetched(subject.url, subject.status, subject.headers, subject.document)
