"""Everything that leaves the house, through the eyes of other servers, of JSON-LD, and of whoever checks proofs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from everything import Emitted, everything
from federation.readers import Delivered, Fetched, check_everything

from fedi.activitypub.context import dropped_terms
from fedi.activitypub.keys import PublicKey, read_keys
from fedi.activitypub.proofs import check_proof, proof_key_ids

FEDERATION = (Path(__file__).parents[2] / "FEDERATION.md").read_text("utf-8")


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Emitted:
    return everything(tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="module")
def keys(emitted: Emitted) -> dict[str, PublicKey]:
    """Every key that an actor of ours shows, old ones too."""
    actors = (emitted.harbour, f"{emitted.origin}/groups/sister", f"{emitted.origin}/actor")
    shown = [key for actor in actors for key in read_keys(emitted.document(actor))]
    return {key.id: key for key in shown}


def fetched(emitted: Emitted, url: str) -> Fetched:
    answer = emitted.served[url]
    return Fetched(url, answer.status_code, dict(answer.headers), emitted.document(url))


def documents(emitted: Emitted) -> dict[str, dict[str, Any]]:
    """Everything that was served or said and names ActivityStreams, by where it stands."""
    found = {url: emitted.document(url) for url in emitted.served}
    found |= {f"said {one['id']}": one for one in emitted.said}
    return {url: one for url, one in found.items() if "@context" in one}


def test_every_activity_that_we_say_was_said(emitted: Emitted) -> None:
    documented = set(re.findall(r"^### Sent: (\w+)", FEDERATION, re.M))
    assert {one["type"] for one in emitted.said} == documented


def test_everything_answers(emitted: Emitted) -> None:
    wrong = {
        url: answer.status_code
        for url, answer in emitted.served.items()
        if answer.status_code != (410 if url.startswith("gone ") else 200)
    }
    assert {url for url in wrong if "/activities/" not in url} == set()


def test_what_is_not_for_everybody_is_not_served_to_everybody(emitted: Emitted) -> None:
    public = "https://www.w3.org/ns/activitystreams#Public"
    statuses: Counter[tuple[bool, int]] = Counter()
    for one in emitted.said:
        if answer := emitted.served.get(one["id"]):
            to = [*one.get("to", []), *one.get("cc", [])]
            statuses[public in to, answer.status_code] += 1
    # What was public and was taken down since says so; what never was is not there.
    assert set(statuses) == {(True, 200), (True, 410), (False, 404)}


def test_every_server_reads_everything(emitted: Emitted) -> None:
    posts = [url for url in emitted.objects[:-1] if url in emitted.served]
    found = check_everything(
        fetched(emitted, emitted.harbour),
        fetched(
            emitted, f"{emitted.origin}/.well-known/webfinger?resource=acct:harbour@alpha.test"
        ),
        [fetched(emitted, url) for url in posts],
        [
            Delivered(
                orjson.loads(one.body), one.headers, f"https://home.example{one.path}", one.body
            )
            for one in emitted.heard
        ],
    )
    assert found == []


def test_every_server_reads_the_instance(emitted: Emitted) -> None:
    webfinger = f"{emitted.origin}/.well-known/webfinger?resource=acct:instance@alpha.test"
    actor = f"{emitted.origin}/actor"
    assert check_everything(fetched(emitted, actor), fetched(emitted, webfinger)) == []


def test_nothing_is_lost_when_it_is_read_as_json_ld(emitted: Emitted) -> None:
    lost = {url: dropped_terms(one) for url, one in documents(emitted).items()}
    assert {url: terms for url, terms in lost.items() if terms} == {}


def test_every_proof_holds(emitted: Emitted, keys: dict[str, PublicKey]) -> None:
    checked: Counter[str] = Counter()
    for url, one in documents(emitted).items():
        embedded = one.get("object")
        for part in (one, embedded if isinstance(embedded, dict) else {}):
            for key_id in proof_key_ids(part):
                assert check_proof(part, keys[key_id]), url
                checked[part["type"]] += 1
    assert {"Create", "Update", "Delete", "Note", "Article", "Event", "Question"} <= set(checked)


def test_every_activity_and_every_post_has_a_proof(emitted: Emitted) -> None:
    bare = [one["type"] for one in emitted.said if not proof_key_ids(one)]
    assert bare == []
    posts = [emitted.document(url) for url in emitted.objects[:-1] if url in emitted.served]
    assert len(posts) == 7
    assert [one["id"] for one in posts if not proof_key_ids(one)] == []


def test_a_proof_made_before_the_keys_changed_still_holds(
    emitted: Emitted, keys: dict[str, PublicKey]
) -> None:
    used = {key_id for one in emitted.said for key_id in proof_key_ids(one)}
    of_harbour = {key_id for key_id in used if key_id.startswith(emitted.harbour)}
    assert len(of_harbour) == 2
    assert of_harbour <= set(keys)


def test_a_changed_document_has_no_proof_that_holds(
    emitted: Emitted, keys: dict[str, PublicKey]
) -> None:
    post = emitted.document(emitted.objects[0])
    [key_id] = proof_key_ids(post)
    assert check_proof(post, keys[key_id])
    assert not check_proof({**post, "content": "<p>Other</p>"}, keys[key_id])


def test_what_is_gone_says_so(emitted: Emitted) -> None:
    gone = [emitted.document(url) for url in emitted.served if url.startswith("gone ")]
    assert {(one["type"], one.get("formerType")) for one in gone} == {
        ("Tombstone", "Group"),
        ("Tombstone", "Note"),
        ("Tombstone", "QuoteAuthorization"),
    }


def test_nothing_pushed_is_larger_than_misskey_takes(emitted: Emitted) -> None:
    assert max(len(one.body) for one in emitted.heard) <= 60 * 1024
