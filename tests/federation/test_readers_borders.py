"""Where a rule has two sides: what is just still taken, beside what is refused."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from federation.readers import (
    READERS,
    Json,
    check_everything,
    gancio,
    lemmy,
    mastodon,
    mobilizon,
    piefed,
)
from federation.readers import sample_activities as a
from federation.readers import samples as s
from federation.readers.plain import AS2, PUBLIC
from federation.readers.subjects import changed, sound


@pytest.mark.parametrize(
    ("content_type", "servers"),
    [
        ("application/activity+json", set()),
        ("application/activity+json; charset=utf-8", set()),
        (f'application/ld+json; profile="{AS2}"', set()),
        (f'application/ld+json; profile="{AS2}"; charset=utf-8', {"Lemmy"}),
        ("application/ld+json", set(READERS) - {"Mobilizon", "PieFed"}),
        ("application/json", set(READERS) - {"Mobilizon", "PieFed"}),
    ],
)
def test_content_types_are_taken_as_each_server_takes_them(
    content_type: str, servers: set[str]
) -> None:
    found = check_everything(s.fetched(s.GROUP, content_type=content_type), s.jrd())
    assert {line.partition(":")[0] for line in found} == servers


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        ([PUBLIC], [s.FOLLOWERS], "public"),
        (["as:Public"], [], "public"),
        ("Public", None, "public"),
        ([s.FOLLOWERS], [PUBLIC], "unlisted"),
        ([s.FOLLOWERS], [], "followers"),
        ([s.ANNA], [], "direct"),
    ],
)
def test_visibility_follows_the_addressing(to: Any, cc: Any, expected: str) -> None:
    seen = mastodon.read_object(s.fetched({**s.NOTE, "to": to, "cc": cc}), stored=a.STORED)
    assert seen.visibility == expected


@pytest.mark.parametrize(
    ("sample", "changes"),
    [
        ("jrd", {"subject": "acct:Choir@E.example"}),
        ("group", {"publicKey": [s.GROUP["publicKey"]]}),
        ("group", {"assertionMethod": ...}),
        ("group", {"attachment": [{"type": "Link", "href": s.E, "rel": "payment"}]}),
        ("note", {"attachment": s.PICTURE, "tag": s.NOTE["tag"][0]}),
        ("note", {"updated": ...}),
        ("article", {"content": '<a href="mailto:a@e.example">mail</a>'}),
        ("question", {"oneOf": ..., "anyOf": s.QUESTION["oneOf"]}),
        ("quote", {"quoteAuthorization": ...}),
        ("quote", {"quote": s.NOTE["id"], "quoteAuthorization": ...}),
    ],
)
def test_mastodon_takes_the_other_side_of_the_border(sample: str, changes: Json) -> None:
    about = {"jrd": "webfinger", "group": "actor"}.get(sample, "object")
    assert mastodon.BOOK.broken(about, changed(sound(sample), changes)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"location": "St Mary, Berlin"},
        {"location": ...},
        {"location.address": "Main St 1"},
        {"status": ..., "ical:status": "tentative"},
        {"image": ..., "attachment": [], "contacts": ...},
        {"endTime": s.EVENT["startTime"]},
        {"uuid": ..., "category": ["MUSIC"], "timezone": None},
        {"attributedTo": {"type": "Group", "id": s.GROUP_ID}, "actor": ...},
        {"attachment": [{"type": "PropertyValue", "propertyID": "mz:fee", "value": 5}]},
    ],
)
def test_mobilizon_takes_the_other_side_of_the_border(changes: Json) -> None:
    assert mobilizon.BOOK.broken("object", changed(sound("event"), changes)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"location": ...},
        {"location": [s.EVENT["location"], {"name": "Stream", "address": {"url": s.E}}]},
        {"attachment": [], "content": ...},
    ],
)
def test_gancio_takes_the_other_side_of_the_border(changes: Json) -> None:
    assert gancio.BOOK.broken("object", changed(sound("event"), changes)) == []


@pytest.mark.parametrize("reader", [lemmy, piefed])
def test_a_persons_event_is_taken_where_a_groups_is_not(reader: ModuleType) -> None:
    seen = reader.read_object(s.fetched(s.EVENT_OF_ANNA), stored=a.STORED)
    assert (seen.title, seen.event.starts) == ("Winter concert", s.EVENT["startTime"])
