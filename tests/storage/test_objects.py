"""Objects by version and audience, and the streams readers walk through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fedi.storage import media, objects, streams
from fedi.storage.media import Picture
from fedi.storage.objects import StoredObject, Version
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = "https://groups.example/groups/harbour"
MARSH = "https://groups.example/groups/marsh"
DAY = 86_400_000


def an_object(tx: Tx, name: str, at: int, **changes: Any) -> StoredObject:
    """An object with its first version."""
    object_id = f"https://groups.example/updates/{name}"
    stored = StoredObject(
        id=object_id,
        kind="update",
        actor=HARBOUR,
        type="Note",
        audience="public",
        version=1,
        thread=object_id,
        published_at=at,
        updated_at=at,
        title=name,
        language="en",
    )
    stored = replace(stored, **changes)
    objects.add(tx, stored, a_version(stored))
    return stored


def a_version(stored: StoredObject) -> Version:
    return Version(
        object=stored.id,
        version=stored.version,
        audience=stored.audience,
        document=b'{"n":%d}' % stored.version,
        html=f"<p>{stored.title}</p>",
        source=stored.title,
        facts={"n": stored.version},
        published_at=stored.updated_at,
    )


def titles(entries: list[streams.Entry]) -> list[str]:
    return [entry.object.title for entry in entries]


async def test_the_latest_version_of_an_audience_is_served(store: Store) -> None:
    def unit(tx: Tx) -> None:
        stored = an_object(tx, "a", 1)
        later = replace(stored, version=2, title="b", updated_at=5)
        objects.revise(tx, later, a_version(later))
        found = objects.version(tx, stored.id, "public")
        assert found and (found.document, found.facts) == (b'{"n":2}', {"n": 2})
        assert objects.version(tx, stored.id, "followers") is None
        assert objects.history(tx, stored.id, "public") == [(2, 5), (1, 1)]
        assert objects.find(tx, stored.id) == later

    await store.write(unit)


async def test_what_was_withdrawn_keeps_its_id_and_loses_what_it_said(store: Store) -> None:
    def unit(tx: Tx) -> None:
        stored = an_object(tx, "a", 1)
        objects.set_hashtags(tx, stored, ["Rent"])
        objects.pin(tx, stored.id, 2)
        objects.withdraw(tx, stored.id, 3)
        objects.withdraw(tx, stored.id, 4)
        gone = objects.find(tx, stored.id)
        assert gone and (gone.withdrawn_at, gone.title, gone.pinned_at) == (3, "", None)
        assert objects.version(tx, stored.id, "public") is None
        assert streams.stream(tx, HARBOUR, ["public"]) == []
        assert streams.tagged(tx, "rent") == []
        assert streams.count_by_kind(tx, HARBOUR, ["public"]) == {}
        assert not objects.pin(tx, stored.id, 4)

    await store.write(unit)


async def test_pages_of_a_stream_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    def unit(tx: Tx) -> None:
        for n in range(7):
            # Two at each moment, so that only the id tells them apart.
            an_object(tx, f"{n}", n // 2, audience="public" if n % 3 else "unlisted")
        audiences, seen = ("public", "unlisted"), []
        page = streams.stream(tx, HARBOUR, audiences, limit=2)
        while page:
            seen += titles(page)
            last = page[-1].object
            page = streams.stream(tx, HARBOUR, audiences, (last.published_at, last.id), 2)
        assert seen == ["6", "5", "4", "3", "2", "1", "0"]

    await store.write(unit)


async def test_a_stream_keeps_to_its_group_kind_and_audiences(store: Store) -> None:
    def unit(tx: Tx) -> None:
        an_object(tx, "ours", 1)
        an_object(tx, "minutes", 2, kind="minutes")
        an_object(tx, "theirs", 3, actor=MARSH)
        an_object(tx, "quiet", 4, audience="followers")
        an_object(tx, "answer", 5, in_reply_to="https://home.example/1")
        assert titles(streams.stream(tx, HARBOUR, ["public"])) == ["minutes", "ours"]
        assert titles(streams.stream(tx, HARBOUR, ["public"], kind="minutes")) == ["minutes"]
        assert titles(streams.stream(tx, None, ["public"])) == ["theirs", "minutes", "ours"]
        assert titles(streams.stream(tx, HARBOUR, ["followers"])) == ["quiet"]
        counts = streams.count_by_kind(tx, HARBOUR, ["public", "followers"])
        assert counts == {"minutes": 1, "update": 2}

    await store.write(unit)


async def test_only_what_is_public_stands_on_a_tag_page(store: Store) -> None:
    def unit(tx: Tx) -> None:
        for n, audience in enumerate(["public", "unlisted", "followers", "public"]):
            stored = an_object(tx, f"{n}", n, audience=audience)
            objects.set_hashtags(tx, stored, ["Rent", "rent", "heat"])
        assert titles(streams.tagged(tx, "RENT")) == ["3", "0"]
        assert titles(streams.tagged(tx, "rent", before=(3, "~"), limit=1)) == ["3"]
        assert streams.hashtags_of(tx, HARBOUR) == [("heat", 2), ("rent", 2)]
        objects.set_hashtags(tx, stored, ["heat"])
        assert titles(streams.tagged(tx, "rent")) == ["0"]

    await store.write(unit)


async def test_the_calendar_has_what_is_under_way_and_what_comes(store: Store) -> None:
    def unit(tx: Tx) -> None:
        now = 100 * DAY

        def event(name: str, start: int, **more: Any) -> None:
            an_object(tx, name, 1, type="Event", starts_at=now + start, **more)

        event("over", -2 * DAY, ends_at=now - DAY)
        event("under way", -DAY, ends_at=now + DAY)
        event("moment", DAY)
        event("hidden", DAY, audience="followers")
        event("later", 9 * DAY)
        event("elsewhere", 2 * DAY, actor=MARSH)
        an_object(tx, "a meeting that was", 1, type="Article", starts_at=now + 1)
        found = streams.calendar(tx, now, now + 5 * DAY, audiences=["public"])
        assert titles(found) == ["under way", "moment", "elsewhere"]
        ours = streams.calendar(tx, now, now + 5 * DAY, audiences=["public"], actor=HARBOUR)
        assert titles(ours) == ["under way", "moment"]

    await store.write(unit)


async def test_what_is_over_comes_latest_first_and_no_further_back_than_asked(store: Store) -> None:
    def unit(tx: Tx) -> None:
        now = 100 * DAY
        for name, start, end in (
            ("long ago", -50 * DAY, None),
            ("older", -9 * DAY, -8 * DAY),
            ("newer", -3 * DAY, None),
            ("under way", -2 * DAY, DAY),
            ("to come", DAY, None),
        ):
            ends = None if end is None else now + end
            an_object(tx, name, 1, type="Event", starts_at=now + start, ends_at=ends)
        an_object(tx, "hidden", 1, type="Event", starts_at=now - DAY, audience="followers")
        an_object(tx, "a meeting that was", 1, type="Article", starts_at=now - DAY)
        found = streams.over(tx, now, audiences=["public"], since=now - 20 * DAY, limit=5)
        assert titles(found) == ["newer", "older"]
        last = streams.over(tx, now, audiences=["public"], since=0, limit=1)
        assert titles(last) == ["newer"]

    await store.write(unit)


async def test_the_last_pinned_comes_first(store: Store) -> None:
    def unit(tx: Tx) -> None:
        first, second = an_object(tx, "first", 1), an_object(tx, "second", 2)
        assert objects.pin(tx, second.id, 3)
        assert objects.pin(tx, first.id, 4)
        assert not objects.pin(tx, first.id, 5)
        assert titles(streams.pinned(tx, HARBOUR, ["public"])) == ["first", "second"]
        assert objects.unpin(tx, first.id)
        assert not objects.unpin(tx, first.id)
        assert titles(streams.pinned(tx, HARBOUR, ["public"])) == ["second"]

    await store.write(unit)


async def test_what_is_counted_goes_up_and_down(store: Store) -> None:
    def unit(tx: Tx) -> None:
        stored = an_object(tx, "a", 1)
        objects.tally(tx, stored.id, likes=2, shares=1, replies=1)
        objects.tally(tx, stored.id, likes=-1)
        found = objects.find(tx, stored.id)
        assert found and (found.likes, found.shares, found.replies) == (1, 1, 1)

    await store.write(unit)


async def test_a_picture_is_known_by_its_name_with_whom_it_is_for(store: Store) -> None:
    def unit(tx: Tx) -> None:
        picture = Picture("ab.jpg", "image/jpeg", 4, 3, 99, "LEH", "A boat", (0.5, -1.0))
        media.add(tx, picture, object_id="x", audience="followers", now=1)
        assert media.find(tx, "ab.jpg") == media.Media(picture, "x", "followers")
        changed = replace(picture, description="A ship", focal=None)
        media.add(tx, changed, object_id="x", audience="followers", now=2)
        assert media.of_object(tx, "x") == [changed]
        media.remove(tx, ["ab.jpg"])
        assert media.find(tx, "ab.jpg") is None

    await store.write(unit)
