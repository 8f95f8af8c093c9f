"""Editing, withdrawing and pinning: what followers hear, and what can no longer be done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import ANNA, SITE, a_follow, a_group, a_remote_actor, jobs_of, said
from signed import BEN, NOW
from written import BOAT, CALL, UPDATE, document_of, publishes, ready

from fedi.activitypub.html import plain
from fedi.actors.groups import remove_group
from fedi.errors import Gone, NotFound, Refused
from fedi.publishing import publish
from fedi.publishing.markdown import Mentioned
from fedi.storage import media, objects, streams
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
FEATURED = f"{HARBOUR}/featured"
MORE = UPDATE + "\nAnd the door."
PERSON = Mentioned("ben@home.example", BEN, BEN)


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_group(tx)
        a_remote_actor(tx)
        a_remote_actor(tx, BEN, endpoints={})
        a_follow(tx, of=HARBOUR)

    await store.write(unit)


def last_said(tx: Tx, to: str = ANNA) -> dict:
    return said(tx, to=to)[-1]


async def test_an_edit_is_a_later_version_under_the_same_id(store: Store) -> None:
    def unit(tx: Tx) -> None:
        object_id = publishes(tx, ready())
        before = document_of(tx, object_id)
        # So soon that it is still the same second; Mastodon would not see a change (interop §3.4).
        publish.edit(tx, SITE, object_id, ready(source=MORE), NOW + 10)
        after = document_of(tx, object_id)
        assert (before["version"], after["version"]) == (1, 2)
        assert "updated" not in before and after["updated"] > after["published"]
        assert after["published"] == before["published"]
        assert "And the door." in after["content"]
        update = last_said(tx)
        assert (update["type"], update["object"]) == ("Update", after)
        publish.edit(tx, SITE, object_id, ready(), NOW + 20)
        assert document_of(tx, object_id)["updated"] > after["updated"]
        assert [n for n, _ in objects.history(tx, object_id, "public")] == [3, 2, 1]

    await store.write(unit)


async def test_an_edit_that_changes_nothing_is_refused(store: Store) -> None:
    object_id = await store.write(lambda tx: publishes(tx, ready()))
    with pytest.raises(Refused, match="Nothing has changed"):
        await store.write(lambda tx: publish.edit(tx, SITE, object_id, ready(), NOW + 5000))
    found = await store.read(lambda tx: objects.find(tx, object_id))
    assert found and found.version == 1


async def test_an_edit_cannot_change_who_may_see_it(store: Store) -> None:
    object_id = await store.write(lambda tx: publishes(tx, ready()))
    quiet = ready(source="---\nvisibility: followers\n---\nHush.")
    with pytest.raises(Refused, match="Who may see this stays as it is"):
        await store.write(lambda tx: publish.edit(tx, SITE, object_id, quiet, NOW))


async def test_who_is_no_longer_mentioned_hears_of_the_edit_too(store: Store) -> None:
    def unit(tx: Tx) -> None:
        what = ready(source="Hello @ben@home.example", mentions={PERSON.handle: PERSON})
        object_id = publishes(tx, what)
        publish.edit(tx, SITE, object_id, ready(source="Hello"), NOW)
        assert last_said(tx, to=BEN)["type"] == "Update"
        publish.withdraw(tx, SITE, object_id, NOW)

    await store.write(unit)


async def test_a_picture_that_stays_keeps_its_address_and_one_that_goes_is_discarded(
    store: Store,
) -> None:
    def unit(tx: Tx) -> None:
        other = replace(BOAT, name="cd34.jpg", bytes=7)
        object_id = publishes(tx, ready(pictures=(BOAT, other)))
        again = replace(BOAT, name="ef56.jpg", description="Our boat")
        publish.edit(tx, SITE, object_id, ready(pictures=(again,)), NOW)
        [image] = document_of(tx, object_id)["attachment"]
        assert image["url"].endswith("/media/ab12.jpg") and image["name"] == "Our boat"
        assert [picture.name for picture in media.of_object(tx, object_id)] == ["ab12.jpg"]
        [job] = jobs_of(tx, "media.discard")
        assert job["names"] == ["cd34.jpg", "ef56.jpg"]

    await store.write(unit)


async def test_what_is_withdrawn_is_gone_everywhere_and_its_id_stays_taken(store: Store) -> None:
    def unit(tx: Tx) -> str:
        what = ready(
            source=UPDATE + "\n@ben@home.example",
            mentions={PERSON.handle: PERSON},
            pictures=(BOAT,),
        )
        object_id = publishes(tx, what)
        publish.withdraw(tx, SITE, object_id, NOW + 5)
        delete = last_said(tx)
        assert delete["type"] == "Delete"
        assert delete["object"]["type"] == "Tombstone" and delete["object"]["id"] == object_id
        assert delete["object"]["formerType"] == "Note"
        assert last_said(tx, to=BEN)["type"] == "Delete"
        assert objects.version(tx, object_id, "public") is None
        assert media.find(tx, BOAT.name) is None
        assert jobs_of(tx, "media.discard")[0]["names"] == [BOAT.name]
        assert streams.tagged(tx, "housing") == []
        return object_id

    object_id = await store.write(unit)
    for again in (
        lambda tx: publish.edit(tx, SITE, object_id, ready(source=MORE), NOW),
        lambda tx: publish.withdraw(tx, SITE, object_id, NOW),
        lambda tx: publish.pin(tx, SITE, object_id, NOW),
    ):
        with pytest.raises(Gone):
            await store.write(again)


async def test_what_was_never_here_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.write(
            lambda tx: publish.withdraw(tx, SITE, "https://groups.example/updates/9", NOW)
        )


async def test_with_a_group_goes_all_that_it_published(store: Store) -> None:
    def unit(tx: Tx) -> str:
        object_id = publishes(tx, ready(pictures=(BOAT,)))
        remove_group(tx, SITE, "harbour", NOW + 1)
        assert streams.stream(tx, None, ["public"]) == []
        assert streams.tagged(tx, "housing") == []
        assert streams.count_by_kind(tx, HARBOUR, ["public"]) == {}
        assert media.find(tx, BOAT.name) is None
        assert jobs_of(tx, "media.discard")[0]["names"] == [BOAT.name]
        assert f"object:{object_id}" in tx.signalled
        return object_id

    object_id = await store.write(unit)
    with pytest.raises(Gone):
        await store.write(lambda tx: publish.withdraw(tx, SITE, object_id, NOW))


async def test_what_is_pinned_is_added_to_the_featured_collection_once(store: Store) -> None:
    def unit(tx: Tx) -> None:
        object_id = publishes(tx, ready())
        publish.pin(tx, SITE, object_id, NOW + 1)
        publish.pin(tx, SITE, object_id, NOW + 2)
        publish.unpin(tx, SITE, object_id, NOW + 3)
        publish.unpin(tx, SITE, object_id, NOW + 4)
        told = [(one["type"], one["object"], one["target"]) for one in said(tx)[1:]]
        assert told == [("Add", object_id, FEATURED), ("Remove", object_id, FEATURED)]

    await store.write(unit)


async def test_only_what_is_public_can_be_pinned(store: Store) -> None:
    quiet = ready(source="---\nvisibility: unlisted\n---\nHush.")
    object_id = await store.write(lambda tx: publishes(tx, quiet))
    with pytest.raises(Refused, match="public"):
        await store.write(lambda tx: publish.pin(tx, SITE, object_id, NOW))


@pytest.mark.parametrize(
    ("change", "name", "says"),
    [
        (
            ("status: confirmed", "status: cancelled"),
            "Cancelled: Open the windows",
            "Cancelled: Open the windows It was to be on Saturday, 19 June 2027, 17:00 BST.",
        ),
        (
            ("status: confirmed", "status: postponed"),
            "Postponed: Open the windows",
            "Postponed: Open the windows It was to be on Saturday, 19 June 2027, 17:00 BST. A new date will follow.",
        ),
        (
            ("2027-06-19", "2027-06-26"),
            "Open the windows",
            "New date: Open the windows It was to be on Saturday, 19 June 2027, 17:00 BST. "
            "It is now on Saturday, 26 June 2027, 17:00–18:00 BST.",
        ),
        (
            ("Kingsley Hall", "Castle Park"),
            "Open the windows",
            "New place: Open the windows It takes place here: Castle Park, Bristol.",
        ),
    ],
)  # fmt: skip
async def test_a_change_of_a_call_is_also_told_as_a_note_in_its_thread(
    store: Store, change: tuple[str, str], name: str, says: str
) -> None:
    def unit(tx: Tx) -> None:
        call = publishes(tx, ready("call"))
        publish.edit(tx, SITE, call, ready("call", CALL.replace(*change)), NOW + 5000)
        [update, create] = said(tx)[1:]
        assert (update["type"], update["object"]["name"]) == ("Update", name)
        note = create["object"]
        assert (note["type"], note["inReplyTo"]) == ("Note", call)
        assert " ".join(plain(note["content"]).split()) == f"{says} {call}"
        root = objects.find(tx, call)
        assert root and root.replies == 1

    await store.write(unit)


async def test_what_changes_of_a_call_that_was_cancelled_needs_no_note(store: Store) -> None:
    def unit(tx: Tx) -> None:
        cancelled = CALL.replace("confirmed", "cancelled")
        call = publishes(tx, ready("call", cancelled))
        moved = cancelled.replace("2027-06-19", "2027-06-26")
        publish.edit(tx, SITE, call, ready("call", moved), NOW + 5000)
        assert [one["type"] for one in said(tx)] == ["Create", "Update"]

    await store.write(unit)


async def test_a_call_that_goes_ahead_after_all_says_so(store: Store) -> None:
    def unit(tx: Tx) -> None:
        call = publishes(tx, ready("call", CALL.replace("confirmed", "postponed")))
        moved = CALL.replace("2027-06-19", "2027-06-26")
        publish.edit(tx, SITE, call, ready("call", moved), NOW + 5000)
        note = said(tx)[-1]["object"]
        assert "Goes ahead: Open the windows" in note["content"]
        assert "It is now on Saturday, 26 June 2027" in note["content"]
        event = document_of(tx, call)
        assert event["eventStatus"] == "EventRescheduled"
        assert event["previousStartTime"] == "2027-06-19T17:00:00+01:00"
        # Another edit, of the text alone, is told by its Update and remembers the first date.
        publish.edit(tx, SITE, call, ready("call", moved + "\nBring chalk."), NOW + 9000)
        assert said(tx)[-1]["type"] == "Update"
        assert document_of(tx, call)["previousStartTime"] == "2027-06-19T17:00:00+01:00"

    await store.write(unit)
