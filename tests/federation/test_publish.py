"""Publishing: what is kept, who hears of it, and what is refused."""

from __future__ import annotations

import pytest
from build import ANNA, SITE, a_follow, a_group, a_remote_actor, said
from signed import BEN, NOW
from written import BOAT, UPDATE, document_of, publishes, ready

from fedi.activitypub.keys import read_keys
from fedi.activitypub.proofs import check_proof
from fedi.activitypub.vocabulary import PUBLIC
from fedi.actors.documents import actor_document
from fedi.actors.groups import set_profile
from fedi.errors import Gone, Refused
from fedi.publishing import publish
from fedi.publishing.markdown import Mentioned
from fedi.storage import groups, media, notes, objects, streams
from fedi.storage.notes import Note
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
FOLLOWERS = f"{HARBOUR}/followers"
PERSON = Mentioned("ben@home.example", BEN, BEN)


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_group(tx)
        a_remote_actor(tx)
        a_remote_actor(tx, BEN)
        a_follow(tx, of=HARBOUR)

    await store.write(unit)


def a_note(tx: Tx, visibility: str = "public", **changes: object) -> str:
    """A post of Ben's that was taken in here."""
    note = Note(
        id="https://home.example/notes/1",
        author=BEN,
        type="Note",
        visibility=visibility,
        html="<p>?</p>",
        document="{}",
        published_at=NOW,
        received_at=NOW,
        url="https://home.example/@ben/1",
    )
    notes.add(tx, note)
    return note.id


async def test_followers_hear_of_what_is_published(store: Store) -> None:
    object_id = await store.write(lambda tx: publishes(tx, ready()))

    def unit(tx: Tx) -> None:
        [create] = said(tx, to=ANNA)
        assert (create["type"], create["actor"]) == ("Create", HARBOUR)
        assert create["object"] == document_of(tx, object_id)
        assert create["published"] == create["object"]["published"]
        assert (create["to"], create["cc"]) == ([PUBLIC], [FOLLOWERS])
        assert said(tx, to=BEN) == said(tx, to=ANNA)  # one delivery to the inbox they share
        group = groups.find(tx, "harbour")
        assert group and group.last_post_at == NOW
        assert [entry.object.id for entry in streams.stream(tx, HARBOUR, ["public"])] == [object_id]

    await store.read(unit)


async def test_the_document_can_be_checked_without_asking_us(store: Store) -> None:
    def unit(tx: Tx) -> None:
        document = document_of(tx, publishes(tx, ready()))
        group = groups.find(tx, "harbour")
        assert group
        keys = {key.id: key for key in read_keys(actor_document(tx, SITE, group))}
        key = keys[document["proof"]["verificationMethod"]]
        assert check_proof(document, key, NOW)
        assert not check_proof({**document, "content": "x"}, key, NOW)

    await store.write(unit)


@pytest.mark.parametrize(
    ("visibility", "to", "cc", "quotable_by"),
    [
        ("public", [PUBLIC], [FOLLOWERS], [PUBLIC]),
        ("unlisted", [FOLLOWERS], [PUBLIC], [PUBLIC]),
        ("followers", [FOLLOWERS], [], [HARBOUR]),
    ],
)
async def test_whom_it_is_for_stands_in_to_and_cc(
    store: Store, visibility: str, to: list[str], cc: list[str], quotable_by: list[str]
) -> None:
    def unit(tx: Tx) -> None:
        text = UPDATE.replace("language: en", f"language: en\nvisibility: {visibility}")
        object_id = publishes(tx, ready(source=text))
        document = document_of(tx, object_id, visibility)
        assert (document["to"], document["cc"]) == (to, cc)
        policy = document["interactionPolicy"]["canQuote"]["automaticApproval"]
        assert policy == quotable_by
        stored = objects.find(tx, object_id)
        assert stored and stored.audience == visibility
        assert bool(streams.tagged(tx, "housing")) == (visibility == "public")

    await store.write(unit)


async def test_who_is_mentioned_hears_of_it_without_following(store: Store) -> None:
    def unit(tx: Tx) -> None:
        text = "Thank you @ben@home.example and @nobody@none.example"
        what = ready(source=text, mentions={PERSON.handle: PERSON})
        document = document_of(tx, publishes(tx, what))
        assert document["cc"] == [FOLLOWERS, BEN]
        mention = {"type": "Mention", "name": "@ben@home.example", "href": BEN}
        assert document["tag"] == [mention]
        assert len(said(tx, to=BEN)) == 1

    await store.write(unit)


async def test_an_answer_hangs_in_its_thread_and_its_author_hears_of_it(store: Store) -> None:
    def unit(tx: Tx) -> None:
        note = a_note(tx)
        text = "---\nreply_to: https://home.example/@ben/1\n---\nYes."
        object_id = publishes(tx, ready(source=text))
        document = document_of(tx, object_id)
        assert document["inReplyTo"] == note
        assert document["cc"] == [FOLLOWERS, BEN]
        assert said(tx, to=BEN)[0]["object"]["id"] == object_id
        stored = objects.find(tx, object_id)
        assert stored and (stored.in_reply_to, stored.thread) == (note, note)

    await store.write(unit)


async def test_an_answer_to_our_own_is_counted_where_its_thread_begins(store: Store) -> None:
    def unit(tx: Tx) -> None:
        first = publishes(tx, ready())
        second = publishes(tx, ready(source=f"---\nreply_to: {first}\n---\nMore."))
        third = publishes(tx, ready(source=f"---\nreply_to: {second}\n---\nEven more."))
        document = document_of(tx, third)
        assert (document["inReplyTo"], document["context"]) == (second, f"{first}/context")
        assert document["tag"] == []
        root = objects.find(tx, first)
        assert root and root.replies == 2
        publish.withdraw(tx, SITE, third, NOW)
        root = objects.find(tx, first)
        assert root and root.replies == 1

    await store.write(unit)


async def test_what_is_not_known_or_was_said_in_confidence_cannot_be_answered(store: Store) -> None:
    def answers(tx: Tx, address: str) -> None:
        publishes(tx, ready(source=f"---\nreply_to: {address}\n---\nYes."))

    with pytest.raises(Refused, match="not known here"):
        await store.write(lambda tx: answers(tx, "https://home.example/9"))
    with pytest.raises(Refused, match="nothing to answer"):
        await store.write(lambda tx: answers(tx, "https://groups.example/updates/9"))
    # What was said to others in confidence is, for this group, not there.
    with pytest.raises(Refused, match="not known here"):
        await store.write(lambda tx: answers(tx, a_note(tx, "direct")))

    def withdrawn(tx: Tx) -> None:
        first = publishes(tx, ready())
        publish.withdraw(tx, SITE, first, NOW)
        answers(tx, first)

    with pytest.raises(Gone):
        await store.write(withdrawn)

    def louder(tx: Tx) -> None:
        answers(tx, publishes(tx, ready(source="---\nvisibility: followers\n---\nHush.")))

    with pytest.raises(Refused, match="not said to everybody"):
        await store.write(louder)
    assert await store.read(lambda tx: said(tx)) == []


async def test_pictures_stand_in_the_document_and_are_for_the_same_readers(store: Store) -> None:
    def unit(tx: Tx) -> None:
        text = "---\nvisibility: followers\nwarning: a flood\n---\nLook."
        object_id = publishes(tx, ready(source=text, pictures=(BOAT,)))
        document = document_of(tx, object_id, "followers")
        assert document["attachment"] == [
            {
                "type": "Document",
                "mediaType": "image/jpeg",
                "url": "https://groups.example/media/ab12.jpg",
                "name": "A boat",
                "width": 640,
                "height": 480,
                "blurhash": "LEHV6nWB2yk8",
                "focalPoint": [0.0, 0.5],
            }
        ]
        assert (document["sensitive"], document["summary"]) == (True, "a flood")
        found = media.find(tx, "ab12.jpg")
        assert found and (found.object, found.audience) == (object_id, "followers")

    await store.write(unit)


async def test_what_is_too_large_for_others_is_refused_and_nothing_is_kept(store: Store) -> None:
    text = "\n\n".join(f"**{n}** #tag{n} & <b> 'quoted'" for n in range(1900))
    with pytest.raises(Refused) as caught:
        await store.write(lambda tx: publishes(tx, ready(source=text)))
    assert "too long" in caught.value.sentence or "would not take it" in caught.value.sentence
    assert await store.read(lambda tx: streams.stream(tx, HARBOUR, ["public"])) == []


async def test_a_long_text_is_sent_as_its_id_alone(store: Store) -> None:
    def unit(tx: Tx) -> None:
        object_id = publishes(tx, ready(source="A long word. " * 4000))
        [create] = said(tx, to=ANNA)
        assert create["object"] == object_id
        assert len(document_of(tx, object_id)["content"]) > 50_000

    await store.write(unit)


async def test_without_a_language_the_first_of_the_group_counts(store: Store) -> None:
    def unit(tx: Tx) -> None:
        set_profile(tx, SITE, "harbour", {"languages": ["so", "en"]}, NOW)
        document = document_of(tx, publishes(tx, ready(source="Salaan")))
        assert list(document["contentMap"]) == ["so"] and document["inLanguage"] == "so"

    await store.write(unit)
