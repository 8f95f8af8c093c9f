"""Duties that rotate, and what the local log keeps of who did what."""

from __future__ import annotations

import pytest
from build import SITE
from governed import HARBOUR, Hall, a_member, asks, harbour_with, logged, publishing, turning
from signed import NOW
from wtforms.fields.core import UnboundField

from fedi.config import Config
from fedi.delivery.retry import DAY
from fedi.errors import FediError, Refused
from fedi.governing import asking, log, members, roles
from fedi.governing.roles import Turn
from fedi.people import membership
from fedi.publishing.acts import Act
from fedi.storage import members as storage_members
from fedi.storage import pending
from fedi.storage.store import Store
from fedi.storage.tx import Tx
from fedi.web.console.minutes.paper import MinutesForm


def turn(tx: Tx, name: str) -> Turn:
    return next(turn for turn in roles.turns(tx, HARBOUR) if turn.role.name == name)


def held(tx: Tx, name: str) -> tuple[str, str]:
    """Who holds a role and who is next, by name."""
    found = turn(tx, name)
    return tuple(one.name if one else "" for one in (found.holder, found.following))  # type: ignore[return-value]


async def test_a_group_begins_with_the_usual_roles_all_open(store: Store) -> None:
    def unit(tx: Tx) -> None:
        harbour_with(tx, "ann")
        found = roles.turns(tx, HARBOUR)
        assert [turn.role.label for turn in found] == list(roles.USUAL.values())
        assert all(turn.holder is None and turn.following is None for turn in found)

    await store.write(unit)


async def test_a_role_is_taken_passed_on_and_left_open(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, _cem = harbour_with(tx, "ann", "ben", "cem")
        asks(tx, turning("take", role="notes"), ann)
        assert held(tx, "notes") == ("ann", "")
        asks(tx, turning("name_next", role="notes", person=ben), ann)
        assert held(tx, "notes") == ("ann", "ben")
        asks(tx, turning("pass_on", role="notes"), ann)
        assert held(tx, "notes") == ("ben", "")
        asks(tx, turning("pass_on", role="notes", person=ann), ben)
        assert held(tx, "notes") == ("ann", "")
        asks(tx, turning("leave_open", role="notes"), ann)
        assert held(tx, "notes") == ("", "")

    await store.write(unit)


async def test_whoever_is_next_may_take_it_and_others_may_not(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        asks(tx, turning("take", role="notes"), ann)
        asks(tx, turning("name_next", role="notes", person=ben), ann)
        with pytest.raises(Refused, match="Somebody holds"):
            asks(tx, turning("take", role="notes"), cem)
        asks(tx, turning("take", role="notes"), ben)
        assert held(tx, "notes") == ("ben", "")

    await store.write(unit)


async def test_two_swap_their_turns(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        asks(tx, turning("take", role="notes"), ann)
        for other in ("books", "notes"):  # open, and one's own
            with pytest.raises(Refused):
                asks(tx, turning("swap", role="notes", other=other), ann)
        asks(tx, turning("take", role="books"), ben)
        with pytest.raises(Refused):
            asks(tx, turning("swap", role="notes", other="books"), ben)
        asks(tx, turning("swap", role="notes", other="books"), ann)
        assert (held(tx, "notes"), held(tx, "books")) == (("ben", ""), ("ann", ""))

    await store.write(unit)


async def test_who_has_not_held_a_role_for_longest_is_suggested(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        for n, person in enumerate((ann, ben, cem)):
            asks(tx, turning("pass_on", role="notes", person=person), ann, now=NOW + n)
        assert turn(tx, "notes").suggested == membership.members_of(tx, HARBOUR)[0]
        dee = a_member(tx, "dee", now=NOW + 9)
        suggested = turn(tx, "notes").suggested
        assert suggested and suggested.person == dee
        # Of those who never had it, who holds fewest others comes first.
        asks(tx, turning("take", role="books"), ann)
        suggested = turn(tx, "facilitation").suggested
        assert suggested and suggested.person == ben

    await store.write(unit)


async def test_suggestions_are_spread_over_everybody(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        asks(tx, turning("take", role="notes"), ann)
        asks(tx, turning("name_next", role="notes", person=ben), ann)
        suggested = [one.suggested.person for one in roles.turns(tx, HARBOUR) if one.suggested]
        # For facilitation, notes, spokesperson, mirror and books: ann and ben have something to do already.
        assert suggested == [cem, cem, ann, ben, cem]

    await store.write(unit)


async def test_roles_are_added_renamed_and_removed(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        asks(tx, turning("add", label=" Keys  to the hall "), ann)
        added = roles.turns(tx, HARBOUR)[-1].role
        assert added.label == "Keys to the hall"
        for do, label in (("add", "keys to the Hall"), ("add", " "), ("rename", "x" * 61)):
            with pytest.raises(Refused):
                asks(tx, turning(do, role=added.name, label=label), ann)
        asks(tx, turning("take", role=added.name), ann)
        asks(tx, turning("rename", role=added.name, label="Key"), ann)
        assert held(tx, added.name) == ("ann", "") and turn(tx, added.name).role.label == "Key"
        asks(tx, turning("remove", role=added.name), ann)
        for name in list(roles.USUAL)[1:]:
            asks(tx, turning("remove", role=name), ann)
        with pytest.raises(Refused, match="at least one"):
            asks(tx, turning("remove", role="facilitation"), ann)
        assert [turn.role.name for turn in roles.turns(tx, HARBOUR)] == ["facilitation"]

    await store.write(unit)


async def test_a_group_has_twenty_roles_and_no_more(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        for n in range(15):
            asks(tx, turning("add", label=f"Role {n}"), ann)
        with pytest.raises(Refused, match="at most 20"):
            asks(tx, turning("add", label="One more"), ann)

    await store.write(unit)


@pytest.mark.parametrize(
    "act",
    [
        turning("take", role="nothing"),
        turning("juggle", role="notes"),
        turning("pass_on", role="notes"),
        turning("pass_on", role="notes", person="person-mallory"),
        turning("name_next", role="notes", person=""),
    ],
)
async def test_what_cannot_be_done_with_a_role_is_refused(store: Store, act: Act) -> None:
    with pytest.raises(FediError):
        await store.write(lambda tx: asks(tx, act, harbour_with(tx, "ann")[0]))


async def test_who_leaves_leaves_turns_open_and_asks_for_nothing_any_more(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, _cem = harbour_with(tx, "ann", "ben", "cem")
        asks(tx, turning("take", role="notes"), ann)
        asks(tx, turning("name_next", role="books", person=ann), ben)
        waiting = asks(tx, publishing(), ann).pending or ""
        members.leave(tx, HARBOUR, ann, NOW)
        assert not membership.is_member(tx, HARBOUR, ann)
        assert (held(tx, "notes"), held(tx, "books")) == (("", ""), ("", ""))
        assert asking.find(tx, HARBOUR, waiting).state == "lapsed"
        assert not tx.all("SELECT * FROM role_turns")
        assert [entry[0] for entry in logged(tx)[-2:]] == ["publish.lapsed", "leave"]

    await store.write(unit)


async def test_the_last_member_stays(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        members.leave(tx, HARBOUR, ann, NOW)

    with pytest.raises(Refused, match="Nobody would be left"):
        await store.write(unit)


async def test_what_somebody_asked_for_who_is_gone_is_not_done(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, _cem = harbour_with(tx, "ann", "ben", "cem")
        waiting = asks(tx, publishing(), ann).pending or ""
        storage_members.remove(tx, HARBOUR, ann)
        assert asking.waiting(tx, HARBOUR) == []
        outcome = asking.agree(tx, SITE, waiting, ben, NOW)
        assert outcome.done is None and "not a member" in outcome.reason
        assert asking.find(tx, HARBOUR, waiting).state == "lapsed"

    await store.write(unit)


async def test_the_log_names_the_roles_held_when_it_was_done(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, _ben = harbour_with(tx, "ann", "ben")
        asks(tx, turning("take", role="notes"), ann)
        asks(tx, turning("take", role="books"), ann)
        asks(tx, publishing("update"), ann)
        assert logged(tx) == [
            ("roles", "", ann),
            ("roles", "Note taker", ann),
            ("publish", "Note taker\nBooks", ann),
        ]

    await store.write(unit)


async def test_the_log_is_read_a_page_at_a_time(store: Store) -> None:
    def unit(tx: Tx) -> None:
        harbour_with(tx, "ann")
        for n in range(5):
            log.note(tx, HARBOUR, "pin", "", "", str(n), NOW + n // 2)
        pages: list[str] = []
        before = None
        while page := log.of_group(tx, HARBOUR, before, 2):
            pages.append("".join(entry.label for entry in page))
            before = (page[-1].at, page[-1].id)
        assert "".join(sorted("".join(pages))) == "01234" and [len(page) for page in pages] == [
            2,
            2,
            1,
        ]
        assert "".join(pages).startswith("4")
        assert log.of_group(tx, SITE.group("other"), None, 2) == []

    await store.write(unit)


async def test_names_go_from_the_log_after_as_many_days_as_the_group_keeps_them(
    config: Config, store: Store
) -> None:
    def ask(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        asks(tx, turning("pass_on", role="notes", person=cem), ann)
        asking.refuse(tx, asks(tx, publishing(), ann).pending or "", ben, "No.", NOW)
        asks(tx, publishing("update"), ann, now=NOW + DAY)

    await store.write(ask)
    await log.forget_names(Hall(config, store, NOW + 30 * DAY), {})
    assert len([who for _, _, who in await store.read(logged) if who]) == 4
    await log.forget_names(Hall(config, store, NOW + 30 * DAY + 1), {})

    def look(tx: Tx) -> None:
        entries = log.of_group(tx, HARBOUR, None, 10)
        assert [(entry.act, bool(entry.person)) for entry in entries] == [
            ("publish", True),
            ("publish.refused", False),
            ("publish.asked", False),
            ("roles", False),
        ]
        # Who a line is about is a name as well; a post is none.
        assert entries[0].about and not entries[-1].about
        assert pending.decided(tx, HARBOUR, 5) == []

    await store.read(look)


def test_what_a_role_is_called_is_no_message_of_the_form_for_minutes() -> None:
    fields = [getattr(MinutesForm, name) for name in dir(MinutesForm)]
    labels = {field.args[0] for field in fields if isinstance(field, UnboundField) and field.args}
    assert "Notes" in labels and not labels & set(roles.USUAL.values())
