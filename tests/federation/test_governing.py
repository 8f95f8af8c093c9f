"""What one member may do alone, what waits for a second, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, jobs_of
from governed import HARBOUR, Hall, agrees, asks, harbour_with, logged, published, publishing
from signed import NOW

from fedi.actors.groups import get_group
from fedi.catalogues import catalogue
from fedi.config import Config
from fedi.delivery.retry import DAY
from fedi.errors import Conflict, Forbidden, NotFound, Refused
from fedi.governing import asking, rules
from fedi.publishing import kinds
from fedi.publishing.acts import Act
from fedi.storage import pending, persons
from fedi.storage.store import Store
from fedi.storage.tx import Tx

LATER = NOW + 60_000
PROFILE = Act("profile", "harbour", "", {"title": "Harbour"}, "Change the name")


async def test_minutes_wait_for_a_second_member_and_are_published_when_they_agree(
    store: Store,
) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        asked = asks(tx, publishing(), ann)
        assert asked.done is None and published(tx) == []
        [found] = asking.waiting(tx, HARBOUR)
        assert (found.id, found.label) == (asked.pending, "Publish “Thursday assembly”")
        assert found.expires_at == NOW + 7 * DAY
        done = agrees(tx, asked.pending, ben, now=LATER).done
        assert [document["id"] for document in published(tx)] == [done]
        assert asking.waiting(tx, HARBOUR) == []
        assert logged(tx) == [("publish.asked", "", ann), ("publish.agreed", "", ben)]
        assert jobs_of(tx, "governing.expire") == []

    await store.write(unit)


async def test_what_takes_one_is_done_at_once(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, _ben = harbour_with(tx, "ann", "ben")
        outcome = asks(tx, publishing("update"), ann)
        assert outcome.pending is None and outcome.done == published(tx)[0]["id"]
        assert logged(tx) == [("publish", "", ann)]

    await store.write(unit)


async def test_nothing_waits_in_a_group_of_one(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        assert rules.takes(tx, HARBOUR, "publish_minutes") == 1
        assert asking.would_take(tx, HARBOUR, publishing()) == 1
        assert asks(tx, publishing(), ann).done
        assert asks(tx, PROFILE, ann).done == HARBOUR

    await store.write(unit)


async def test_who_cannot_sign_in_does_not_count(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        asked = asks(tx, PROFILE, ann)
        persons.set_disabled(tx, ben, NOW)
        with pytest.raises(Forbidden):
            agrees(tx, asked.pending, ben)
        assert asks(tx, publishing(), ann).done
        # Nobody else is there by now, so that who asked may go on alone.
        assert agrees(tx, asked.pending, ann).done == HARBOUR

    await store.write(unit)


async def test_whoever_asked_cannot_agree(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, _ben = harbour_with(tx, "ann", "ben")
        asked = asks(tx, publishing(), ann)
        found = asking.find(tx, HARBOUR, asked.pending or "")
        assert not asking.may_agree(tx, found, ann)
        with pytest.raises(Forbidden, match="another member"):
            agrees(tx, asked.pending, ann)
        assert published(tx) == []

    await store.write(unit)


async def test_strangers_neither_ask_nor_agree(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, _ben = harbour_with(tx, "ann", "ben")
        asked = asks(tx, publishing(), ann)
        for person in ("", "person-mallory"):
            with pytest.raises(Forbidden):
                asks(tx, publishing("update"), person)
            with pytest.raises(Forbidden):
                agrees(tx, asked.pending, person)
            with pytest.raises(Forbidden):
                asking.refuse(tx, asked.pending or "", person, "No.", NOW)
            with pytest.raises(Forbidden):
                asking.take_back(tx, asked.pending or "", person, NOW)
        with pytest.raises(NotFound):
            asking.find(tx, SITE.group("elsewhere"), asked.pending or "")
        with pytest.raises(NotFound):
            agrees(tx, "nothing", ann)

    await store.write(unit)


async def test_a_second_member_can_refuse_with_a_reason(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        asked = asks(tx, publishing(), ann).pending or ""
        for reason in (" ", "x" * 501):
            with pytest.raises(Refused, match="Say why"):
                asking.refuse(tx, asked, ben, reason, NOW)
        with pytest.raises(Forbidden):
            asking.refuse(tx, asked, ann, "No.", NOW)
        asking.refuse(tx, asked, ben, "  The date is\nwrong. ", LATER)
        found = asking.find(tx, HARBOUR, asked)
        assert (found.state, found.reason, found.decided_by) == (
            "refused",
            "The date is wrong.",
            ben,
        )
        for person in (ben, cem):
            with pytest.raises(Conflict):
                agrees(tx, asked, person)
        assert published(tx) == []
        assert logged(tx)[-1] == ("publish.refused", "", ben)

    await store.write(unit)


async def test_only_who_asked_takes_it_back(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        asked = asks(tx, publishing(), ann).pending or ""
        with pytest.raises(Forbidden):
            asking.take_back(tx, asked, ben, NOW)
        asking.take_back(tx, asked, ann, LATER)
        assert asking.find(tx, HARBOUR, asked).state == "taken_back"
        with pytest.raises(Conflict):
            agrees(tx, asked, ben)
        with pytest.raises(Conflict):
            asking.take_back(tx, asked, ann, LATER)
        assert asks(tx, publishing(), ann).pending not in (None, asked)

    await store.write(unit)


async def test_the_same_thing_waits_once_whoever_asks_for_it(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        first = asks(tx, publishing(), ann)
        assert asks(tx, publishing(), ann) == first
        assert asks(tx, publishing(), ben) == first
        assert asks(tx, PROFILE, ann) != first
        assert len(asking.waiting(tx, HARBOUR)) == 2

    await store.write(unit)


async def test_who_agreed_and_sends_the_form_twice_hears_the_same(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        asked = asks(tx, publishing(), ann)
        done = agrees(tx, asked.pending, ben)
        assert agrees(tx, asked.pending, ben) == done
        with pytest.raises(Conflict):
            agrees(tx, asked.pending, cem)
        assert len(published(tx)) == 1

    await store.write(unit)


async def test_nobody_agrees_to_what_came_too_late(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        first, second = asks(tx, publishing(), ann), asks(tx, PROFILE, ann)
        assert agrees(tx, first.pending, ben, now=NOW + 7 * DAY - 1).done
        outcome = agrees(tx, second.pending, ben, now=NOW + 7 * DAY)
        assert (outcome.done, outcome.reason) == (None, "Nobody agreed in time.")
        assert asking.find(tx, HARBOUR, second.pending or "").state == "expired"

    await store.write(unit)


async def test_what_nobody_decided_expires_by_itself(config: Config, store: Store) -> None:
    def ask(tx: Tx) -> str:
        ann, _ben = harbour_with(tx, "ann", "ben")
        return asks(tx, publishing(), ann).pending or ""

    waiting = await store.write(ask)
    hall = Hall(config, store)
    await hall.work(NOW + 7 * DAY - 1)
    assert await store.read(lambda tx: len(asking.waiting(tx, HARBOUR))) == 1
    await hall.work(NOW + 7 * DAY)
    found = await store.read(lambda tx: asking.find(tx, HARBOUR, waiting))
    assert found.state == "expired"
    assert (await store.read(logged))[-1] == ("publish.expired", "", "")


async def test_it_is_not_done_when_that_has_become_impossible_and_the_reason_is_kept(
    config: Config, store: Store
) -> None:
    def ask(tx: Tx) -> tuple[str, str]:
        ann, ben = harbour_with(tx, "ann", "ben")
        too_long = Act("profile", "harbour", "", {"place": "Bristol", "title": "x" * 201}, "Name")
        return asks(tx, too_long, ann).pending or "", ben

    waiting, ben = await store.write(ask)
    hall: Any = Hall(config, store)
    outcome = await asking.settle(hall, waiting, ben, LATER, catalogue("de").gettext)
    assert outcome.done is None and "1 bis 200 Zeichen" in outcome.reason

    def look(tx: Tx) -> None:
        found = asking.find(tx, HARBOUR, waiting)
        assert (found.state, found.reason) == ("failed", outcome.reason)
        assert logged(tx)[-1] == ("profile.failed", "", ben)
        group = get_group(tx, "harbour")
        assert (group.place, group.title) == ("", "Harbour Tenants")

    await store.read(look)
    with pytest.raises(Conflict):
        await asking.settle(hall, waiting, ben, LATER)


async def test_every_kind_of_post_has_a_permission_and_others_none(store: Store) -> None:
    for kind in kinds.all_kinds():
        act = Act("publish", "harbour", "", {"kind": kind.name})
        assert rules.permission_of(act) == f"publish_{kind.name}"
    for act in (
        Act("publish", "harbour", ""),
        Act("publish", "harbour", "", {"kind": "x"}),
        Act("x", "harbour", ""),
    ):
        with pytest.raises(Refused):
            rules.permission_of(act)


async def test_what_waits_with_an_argument_is_found_by_it(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, _ben = harbour_with(tx, "ann", "ben")
        act = publishing()
        with_draft = Act(act.kind, act.group, "", {**act.arguments, "draft": "d1"}, act.label)
        asked = asks(tx, with_draft, ann)
        found = asking.waiting_for(tx, HARBOUR, "draft", "d1")
        assert found and found.id == asked.pending
        assert asking.waiting_for(tx, HARBOUR, "draft", "d2") is None
        assert pending.decided(tx, HARBOUR, 5) == []

    await store.write(unit)
