"""Whatever JSON comes in is read or refused as malformed; nothing else happens (interop §6.10)."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi.activitypub.context import understand
from fedi.activitypub.html import clean
from fedi.activitypub.origins import same_origin
from fedi.activitypub.parse import parse
from fedi.activitypub.vocabulary import read_activity, read_actor, read_note
from fedi.errors import Malformed

AS2 = "https://www.w3.org/ns/activitystreams"
ALICE = "https://a.example/users/alice"
NOTE: dict[str, Any] = {
    "id": f"{ALICE}/1",
    "type": "Note",
    "attributedTo": [{"type": "Person", "id": ALICE}],
    "inReplyTo": "https://b.example/1",
    "content": "<p>Hi <a href='https://c.example'>c</a></p>",
    "contentMap": {"en": "<p>Hi</p>"},
    "mediaType": "text/html",
    "summary": "w",
    "name": "n",
    "url": [{"type": "Link", "mediaType": "text/html", "href": "https://a.example/@alice/1"}],
    "published": "2026-01-01T00:00:00Z",
    "to": f"{AS2}#Public",
    "cc": [f"{ALICE}/followers"],
    "tag": [
        {"type": "Mention", "href": "https://b.example/u", "name": "@u"},
        {"type": "Hashtag", "name": "#x"},
        {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": "https://a.example/x.png"}},
        {"type": "Link", "rel": "https://misskey-hub.net/ns#_misskey_quote", "href": "https://b.example/2"},
    ],
    "attachment": {"type": "Image", "url": "https://a.example/1.png", "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
                   "focalPoint": [0, 0.5], "width": 3, "rel": ["x"]},
    "replies": {"type": "Collection", "totalItems": 3},
    "language": {"identifier": "fr"},
}  # fmt: skip
EVENT = {
    **NOTE,
    "type": "Event",
    "startTime": "2026-01-01T00:00:00",
    "endTime": "2026-01-01T01:00:00",
    "timezone": "Europe/Berlin",
    "status": "CONFIRMED",
    "location": [
        {"type": "Place", "name": "x", "address": {"streetAddress": "y"}, "latitude": 1.5}
    ],
    "maximumAttendeeCapacity": 3,
}
QUESTION = {
    **NOTE,
    "type": "Question",
    "oneOf": [{"type": "Note", "name": "a", "replies": {"totalItems": 1}}],
    "endTime": "2026-01-01T00:00:00Z",
}
PERSON = {
    "id": ALICE,
    "type": "Person",
    "preferredUsername": "alice",
    "inbox": f"{ALICE}/inbox",
    "endpoints": {"sharedInbox": "https://a.example/inbox"},
    "icon": [{"type": "Image", "url": "https://a.example/i.png", "width": 3}],
    "attachment": [{"type": "PropertyValue", "name": "a", "value": "<b>b</b>"}],
    "generator": {"type": "Application", "implements": [{"href": "https://x.example"}]},
    "webfinger": "alice@a.example",
    "published": "2026-01-01",
}
CREATE = {
    "@context": [AS2, {"toot": "x"}],
    "id": f"{ALICE}/1#c",
    "type": "Create",
    "actor": ALICE,
    "object": NOTE,
}
SAMPLES = [NOTE, EVENT, QUESTION, PERSON, CREATE, {**CREATE, "type": "Update", "object": PERSON}]

texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            *(
                ALICE,
                AS2,
                "as:Public",
                "Note",
                "Person",
                "@id",
                "https://[::1",
                "https://a.example\\x",
            ),
            *(
                "9999-12-31T23:59:59-23:59",
                "0001-01-01",
                "Europe/Berlin",
                "UTC",
                "nan",
                "1e999",
                "#",
                ":",
            ),
            *("<b>", "<a <a <a", "\u202e", "a@b", "https://a.example:99999/", "http://\udcff"[:7]),
        ]
    ),
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
keys = st.sampled_from(
    [
        *(
            "id",
            "type",
            "@id",
            "@type",
            "@value",
            "@list",
            "@set",
            "@context",
            "as:actor",
            "href",
            "url",
        ),
        *(
            "name",
            "content",
            "actor",
            "object",
            "items",
            "totalItems",
            "@graph",
            "@reverse",
            "@language",
        ),
    ]
) | st.text(max_size=4)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


def places_in(value: Any) -> list[tuple[Any, Any]]:
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    below = [item for _, item in pairs if isinstance(item, dict | list)]
    return [(value, key) for key, _ in pairs] + [
        place for item in below for place in places_in(item)
    ]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    document = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 4))):
        container, key = draw(st.sampled_from(places_in(document)))
        if draw(st.booleans()) or isinstance(container, list):
            container[key] = draw(values)
        else:
            container[draw(keys)] = container.pop(key)
    return document


def read(document: dict[str, Any]) -> None:
    """Read it in every way; only Malformed may be raised, and what is read must be sound."""
    with contextlib.suppress(Malformed):
        activity = read_activity(document)
        for thing in activity.objects:
            if isinstance(thing, dict):
                read(thing)
    with contextlib.suppress(Malformed):
        actor = read_actor(document)
        assert same_origin(actor.id, actor.inbox)
        assert clean(actor.summary_html) == actor.summary_html
    with contextlib.suppress(Malformed):
        note = read_note(document)
        assert same_origin(note.id, note.attributed_to)
        assert clean(note.content_html) == note.content_html
        assert note.visibility(None) in ("public", "unlisted", "direct")


@given(mutated())
@settings(max_examples=400, deadline=None)
def test_changed_samples_are_read_or_refused(document: dict[str, Any]) -> None:
    read(document)


@given(st.dictionaries(keys, values, max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_json_is_read_or_refused(document: dict[str, Any]) -> None:
    read(document)


@given(mutated() | st.dictionaries(keys, values, max_size=6))
@settings(max_examples=300, deadline=None)
def test_any_json_ld_is_understood_or_refused(document: dict[str, Any]) -> None:
    with contextlib.suppress(Malformed):
        read(understand(document))


@given(st.binary(max_size=60) | values.map(orjson.dumps))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(parse(data, strict=True), dict)


@given(mutated())
@settings(max_examples=200, deadline=None)
def test_what_is_parsed_is_what_was_written(document: dict[str, Any]) -> None:
    with contextlib.suppress(Malformed):
        data = orjson.dumps(document)
        assert b"\\u0000" in data or parse(data) == document
