"""Documents as a hostile or broken server might send them: real ones with something changed, and plain junk."""

from __future__ import annotations

import gzip
import json
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from village import Person

KEYS = (
    *(
        "@context",
        "@id",
        "@type",
        "@graph",
        "@value",
        "actor",
        "attributedTo",
        "bcc",
        "cc",
        "content",
    ),
    *("contentMap", "context", "href", "id", "inReplyTo", "instrument", "items", "name", "object"),
    *(
        "published",
        "proof",
        "quote",
        "replies",
        "signature",
        "summary",
        "tag",
        "target",
        "to",
        "type",
    ),
    *("updated", "url", "version"),
)
TYPES = (
    *(
        "Accept",
        "Add",
        "Announce",
        "Block",
        "Create",
        "Delete",
        "EmojiReact",
        "Flag",
        "Follow",
        "Join",
    ),
    *(
        "Like",
        "Move",
        "QuoteRequest",
        "Reject",
        "Remove",
        "Undo",
        "Update",
        "Note",
        "Article",
        "Event",
    ),
    *("Question", "Tombstone", "Person", "Group", "Collection", "Link", "Mention", "Bite"),
)

texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "\0", "\u202e", "as:Public", "https://", "https://[", "acct:x", "9" * 40]),
    st.builds(lambda word: word * 3_000, st.sampled_from(["<b>", "@", "&amp;", "a.", "#x "])),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    texts,
    st.sampled_from(TYPES),
)


def junk(ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Any JSON value, made of words that mean something here more often than chance would have it."""
    keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=5))
    return st.recursive(
        st.one_of(scalars, ids),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)
        ),
        max_leaves=12,
    )


def samples(anna: Person, ben: Person, group: str, post: str) -> list[dict[str, Any]]:
    """One good activity of each type that is handled here."""
    note = anna.a_note("Hello", inReplyTo=post)
    note["tag"] = [{"type": "Mention", "href": group, "name": "@harbour"}]
    follow = anna.says("Follow", group)
    return [
        follow,
        anna.says("Create", note, to=note["to"], cc=note["cc"]),
        anna.says("Create", [note, note["id"]]),
        anna.says("Update", {**note, "updated": "2999-01-01T00:00:00Z"}),
        anna.says("Update", {"id": anna.id, "type": "Person", "inbox": f"{anna.id}/inbox"}),
        anna.says("Delete", {"id": note["id"], "type": "Tombstone"}),
        anna.says("Like", post),
        anna.says("EmojiReact", post, content="🔥"),
        anna.says("Announce", post),
        anna.says("Announce", {"type": "Create", "id": f"{anna.id}/c", "object": note}),
        anna.says("Undo", follow),
        anna.says("Undo", f"{anna.id}/likes/1"),
        anna.says("Accept", {"type": "Follow", "actor": group, "object": anna.id}),
        anna.says("Reject", {"type": "Follow", "actor": group, "object": anna.id}),
        anna.says("Block", group),
        anna.says("Move", anna.id, target=ben.id),
        anna.says("Flag", [group, post], content="Spam"),
        anna.says("QuoteRequest", post, instrument=note),
        anna.says("Join", post),
        anna.says("Add", note["id"], target=f"{anna.id}/featured"),
        anna.says("Remove", note["id"], target=f"{anna.id}/featured"),
    ]


def changed(good: list[dict[str, Any]], ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A good activity with up to four places changed."""
    id_words = st.sampled_from(ids)
    junks = junk(id_words)

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        document = deepcopy(draw(st.sampled_from(good)))
        # An activity that was seen before has no effect, so most get an id of their own.
        if draw(st.integers(0, 9)):
            document["id"] = f"{document['actor']}/x/{draw(st.integers(0, 10**9))}"
        for _ in range(draw(st.integers(0, 4))):
            place, key = draw(st.sampled_from(list(_places(document))))
            match draw(st.sampled_from(["junk", "id", "list", "wrap", "gone", "type", "more"])):
                case "junk":
                    place[key] = draw(junks)
                case "id":
                    place[key] = draw(id_words)
                case "list":
                    place[key] = [place[key], draw(junks)]
                case "wrap":
                    place[key] = {draw(st.sampled_from(KEYS)): place[key]}
                case "type":
                    document["type"] = draw(st.sampled_from(TYPES))
                case "more":
                    document[draw(st.sampled_from(KEYS))] = draw(junks)
                case _:
                    if isinstance(place, dict):
                        del place[key]
            if not document:
                break
        return document

    return build()


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every place in a document, as the container and the key or index in it."""
    keys = list(document) if isinstance(document, dict) else range(len(document))
    found = [(document, key) for key in keys]
    for key in keys:
        if isinstance(document[key], dict | list) and document[key]:
            found += _places(document[key])
    return found


def written(document: Any, how: str) -> bytes:
    """A document as bytes, in one of the ways servers get it wrong."""
    plain = json.dumps(document).encode()
    match how:
        case "utf-16":
            return plain.decode().encode("utf-16")
        case "latin-1":
            return json.dumps(document, ensure_ascii=False).encode("latin-1", "replace")
        case "bom":
            return b"\xef\xbb\xbf" + plain
        case "cut":
            return plain[: len(plain) * 2 // 3]
        case "gzip":
            return gzip.compress(plain)
        case "twice":
            return plain[:-1] + b', "actor": "https://far.example/users/x", "proof": {}}'
        case "surrogate":
            return plain.replace(b'"', b'"\\ud800', 1)
        case "deep":
            return b'{"a":' * 5_000 + plain + b"}" * 5_000
        case "broad":
            return json.dumps({**document, "pad": list(range(100_000))}).encode()
        case "huge":
            return json.dumps({**document, "pad": "x" * 1_000_001}).encode()
        case _:
            return plain


WAYS = ("plain",) * 50 + (
    *("utf-16", "latin-1", "bom", "cut", "gzip", "twice", "surrogate", "deep", "broad", "huge"),
)
CONTENT_TYPES = ("application/activity+json",) * 40 + (
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    "application/json",
    "application/activity+json; charset=utf-16",
    "text/html",
    "",
    "multipart/form-data; boundary=x",
)
