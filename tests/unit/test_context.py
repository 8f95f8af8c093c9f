"""JSON-LD is understood offline, and only where plain reading would be wrong (interop §6.9)."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from fedi.activitypub.context import (
    understand,
)
from fedi.activitypub.vocabulary import is_public, read_activity
from fedi.errors import Malformed

AS2 = "https://www.w3.org/ns/activitystreams"
ALICE = "https://a.example/users/alice"


def like(context: Any, **changes: Any) -> dict[str, Any]:
    return {
        "@context": context,
        "type": "Like",
        "actor": ALICE,
        "object": "https://b.example/1",
        **changes,
    }


@pytest.mark.parametrize(
    "context",
    [
        *(AS2, AS2 + "#", "http://www.w3.org/ns/activitystreams", [AS2]),
        ["https://w3id.org/security/v1", AS2],
        [
            AS2,
            {
                "toot": "http://joinmastodon.org/ns#",
                "featured": {"@id": "toot:featured", "@type": "@id"},
            },
        ],
        [AS2, "https://pleroma.example/schemas/litepub-0.1.jsonld", {"@language": "und"}],
        "https://pleroma.example/schemas/litepub-0.1.jsonld",
        ["https://litepub.social/litepub/context.jsonld"],
        ["https://mbin.example/contexts"],
        "https://join-lemmy.org/context.json",
        [
            AS2,
            {"location": {"@id": "sc:location", "@type": "sc:Place"}, "sc": "http://schema.org#"},
        ],
        [AS2, {"actor": {"@id": "as:actor", "@type": "@id"}, "inbox": "ldp:inbox", "id": "@id"}],
        [AS2, {"tag": AS2 + "#tag"}],
        None,
    ],
)
def test_a_document_that_names_activitystreams_is_returned_as_it_is(context: Any) -> None:
    document = like(context)
    assert understand(document) is document


def test_a_document_without_a_context_is_activitystreams() -> None:
    document = {"type": "Like", "actor": ALICE}
    assert understand(document) is document


def test_other_words_for_the_same_are_understood() -> None:
    german = {
        "@context": {
            "x": AS2 + "#",
            "wer": {"@id": "x:actor", "@type": "@id"},
            "was": "x:object",
            "an": {"@id": "x:to", "@type": "@id"},
            "text": "x:content",
            "Schreiben": "x:Create",
            "schlüssel": "https://w3id.org/security#publicKeyPem",
        },
        "@id": "https://a.example/1",
        "@type": "Schreiben",
        "wer": ALICE,
        "an": "x:Public",
        "was": {"@type": "x:Note", "text": "hallo"},
        "schlüssel": "PEM",
    }
    known = understand(german)
    activity = read_activity(known)
    assert (activity.id, activity.type, activity.actor) == ("https://a.example/1", "Create", ALICE)
    assert activity.object == {"type": "Note", "content": "hallo"}
    assert is_public(activity.to[0])
    assert known["publicKeyPem"] == "PEM"


@pytest.mark.parametrize(
    "renaming",
    [
        {"actor": "https://evil.example/x"},
        {"actor": {"@id": "https://evil.example/x", "@type": "@id"}},
        {"actor": None},
        {"actor": {"@id": None}},
        {"Like": {"@id": "as:Like", "@context": {"actor": "https://evil.example/x"}}},
    ],
)
def test_a_core_term_with_another_meaning_is_not_believed(renaming: dict[str, Any]) -> None:
    document = like([AS2, renaming, {"täter": {"@id": AS2 + "#actor", "@type": "@id"}}])
    assert "actor" not in understand(document)
    assert (
        understand({**document, "täter": "https://b.example/u"})["actor"] == "https://b.example/u"
    )


def test_a_prefix_with_another_meaning_is_not_believed() -> None:
    document = {
        "@context": [AS2, {"as": "https://evil.example/"}],
        "type": "Like",
        "as:actor": ALICE,
    }
    with pytest.raises(Malformed):
        read_activity(understand(document))
    assert read_activity(understand({**document, "@context": AS2})).actor == ALICE


def test_a_core_term_renamed_inside_is_noticed_too() -> None:
    document = like(
        AS2,
        object={"@context": {"content": "https://evil.example/x"}, "type": "Note", "content": "x"},
    )
    assert understand(document)["object"] == {"type": "Note", "https://evil.example/x": "x"}


@pytest.mark.parametrize("keyword", ["@id", "@type"])
def test_another_word_for_id_or_type_is_refused(keyword: str) -> None:
    for definition in (keyword, {"@id": keyword}):
        with pytest.raises(Malformed):
            understand(like([AS2, {"wort": definition}], wort="Delete"))
        with pytest.raises(Malformed):
            understand(like(AS2, object={"@context": {"wort": definition}, "wort": "Delete"}))


def test_a_context_cannot_put_another_id_in_place_of_the_one_that_was_fetched() -> None:
    mine, theirs = "https://evil.example/1", "https://good.example/1"
    for document in (
        like([AS2, {"id": "https://evil.example/x"}], **{"id": mine, "@id": theirs}),
        like([{"x": AS2 + "#", "id": "x:name"}], **{"id": mine, "@id": theirs, "@type": "x:Like"}),
        like(
            [{"@base": "https://good.example/", "x": AS2 + "#"}], **{"@id": "1", "@type": "x:Like"}
        ),
    ):
        with pytest.raises(Malformed):
            understand(document)
    document = like([{"x": AS2 + "#"}], **{"@id": theirs, "@type": "x:Like"})
    assert understand(document)["id"] == theirs


@pytest.mark.parametrize("key", ["@graph", "@included", "@reverse"])
def test_graphs_in_disguise_are_refused(key: str) -> None:
    with pytest.raises(Malformed):
        understand(like(AS2, **{key: [like(AS2)]}))
    with pytest.raises(Malformed):
        understand(like([AS2, {"more": key}], more=[like(AS2)]))
    with pytest.raises(Malformed):
        understand(like([AS2, {"more": {"@id": key}}], more=[like(AS2)]))


@pytest.mark.parametrize(
    "context",
    [
        *(
            "https://unknown.example/context",
            [],
            {},
            5,
            "",
            [["x"]],
            {"@vocab": 5},
            {"a": {"@id": []}},
        ),
        {"@import": "https://unknown.example/context"},
        {"@version": 9, "actor": "x"},
        "file:///etc/passwd",
        "http://127.0.0.1:1/context",
    ],
)
def test_what_is_not_understood_is_malformed_and_nothing_is_fetched(context: Any) -> None:
    with pytest.raises(Malformed):
        understand(like(context))


def test_an_unknown_context_counts_as_empty() -> None:
    document = like(
        [
            "https://unknown.example/context",
            {"x": AS2 + "#", "wer": {"@id": "x:actor", "@type": "@id"}},
        ],
        wer=ALICE,
    )
    assert understand({**document, "@type": "x:Like"})["actor"] == ALICE


def test_one_document_cannot_spoil_a_context_for_the_next() -> None:
    # Nothing else here begins with this context: what was used before could not be spoilt.
    cid = "https://www.w3.org/ns/cid/v1"
    known = understand(
        {"@context": {"@import": cid, "x": AS2 + "#"}, "@type": "x:Like", "x:name": "n"}
    )
    assert known["name"] == "n"
    assert (
        understand({"@context": [cid, {"x": AS2 + "#"}], "@type": "x:Like", "x:name": "n"})["name"]
        == "n"
    )


def test_much_work_is_refused_before_it_is_done() -> None:
    start = time.process_time()
    with pytest.raises(Malformed):
        understand(like({"x": AS2 + "#"}, big="x" * 300_000))
    with pytest.raises(Malformed):
        understand(like([{"x": AS2 + "#"}] * 3_000))
    assert time.process_time() - start < 1


def test_pyld_is_not_loaded_before_it_is_needed() -> None:
    script = "import sys, fedi.activitypub.context; sys.exit('pyld' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
