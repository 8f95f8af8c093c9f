"""How a group sets what takes two, and that nobody weakens it alone."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_group
from governed import HARBOUR, a_member, agrees, asks, harbour_with, logged
from signed import NOW
from written import SOURCES

from fedi.errors import Forbidden, Refused
from fedi.governing import asking, rules
from fedi.people import invitations, membership
from fedi.publishing import acts
from fedi.publishing.acts import Act
from fedi.storage import house_rules
from fedi.storage.store import Store
from fedi.storage.tx import Tx


def setting(**permissions: int) -> Act:
    return Act("rules", "harbour", "", permissions, "Change a rule")


def keeping(**changes: Any) -> Act:
    return Act("settings", "harbour", "", changes, "Change a setting")


def removing(person: str) -> Act:
    return Act("remove_member", "harbour", "", {"person": person}, "Remove a member")


async def test_raising_a_rule_takes_one_and_lowering_it_two(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        assert asks(tx, setting(edit=2), ann).done
        assert rules.takes(tx, HARBOUR, "edit") == 2
        lowering = asks(tx, setting(edit=1), ann)
        assert lowering.pending and rules.takes(tx, HARBOUR, "edit") == 2
        assert agrees(tx, lowering.pending, ben).done
        assert rules.takes(tx, HARBOUR, "edit") == 1

    await store.write(unit)


async def test_one_lowered_among_many_raised_takes_two(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, _ben = harbour_with(tx, "ann", "ben")
        assert asking.would_take(tx, HARBOUR, setting(edit=2, profile=1)) == 2
        # What is at one already is not lowered.
        assert asking.would_take(tx, HARBOUR, setting(edit=1, pin=2)) == 1
        assert asks(tx, setting(edit=1, profile=2), ann).done

    await store.write(unit)


@pytest.mark.parametrize("wanted", [{"rules": 1}, {"rules": 2}, {"x": 1}, {"edit": 3}, {"edit": 0}])
async def test_what_cannot_be_set_is_refused(store: Store, wanted: dict[str, int]) -> None:
    with pytest.raises(Refused):
        await store.write(lambda tx: asks(tx, setting(**wanted), harbour_with(tx, "ann")[0]))


async def test_a_rule_set_by_one_who_was_alone_holds_once_there_are_two(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        assert asks(tx, setting(profile=1, edit=2), ann).done
        assert rules.takes(tx, HARBOUR, "edit") == 1
        a_member(tx, "ben")
        assert rules.takes(tx, HARBOUR, "edit") == 2
        assert rules.takes(tx, HARBOUR, "profile") == 1
        assert rules.set_to(tx, HARBOUR, "rules") == 2

    await store.write(unit)


async def test_keeping_names_in_the_log_for_fewer_days_takes_two(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        assert asks(tx, keeping(log_days=31, boosts_mentions=True), ann).done
        assert house_rules.find(tx, HARBOUR).boosts_mentions
        shorter = asks(tx, keeping(log_days=30, pending_days=3), ann)
        assert shorter.pending and house_rules.find(tx, HARBOUR).log_days == 31
        assert agrees(tx, shorter.pending, ben).done
        found = house_rules.find(tx, HARBOUR)
        assert (found.log_days, found.pending_days, found.boosts_mentions) == (30, 3, True)

    await store.write(unit)


@pytest.mark.parametrize(
    "changes",
    [{"log_days": 366}, {"log_days": True}, {"pending_days": 0}, {"x": 1}, {"boosts_mentions": 1}],
)
async def test_settings_have_their_bounds(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="cannot be set"):
        await store.write(lambda tx: asks(tx, keeping(**changes), harbour_with(tx, "ann")[0]))


async def test_whom_it_concerns_is_not_the_second(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben, cem = harbour_with(tx, "ann", "ben", "cem")
        asked = asks(tx, removing(cem), ann)
        for decide in (
            lambda: agrees(tx, asked.pending, cem),
            lambda: asking.refuse(tx, asked.pending or "", cem, "No.", NOW),
        ):
            with pytest.raises(Forbidden, match="concerns"):
                decide()
        assert membership.is_member(tx, HARBOUR, cem)
        assert agrees(tx, asked.pending, ben).done == cem
        assert not membership.is_member(tx, HARBOUR, cem)
        assert logged(tx)[-1] == ("remove_member.agreed", "", ben)

    await store.write(unit)


async def test_in_a_group_of_two_nobody_puts_the_other_out(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        with pytest.raises(Refused, match="Nobody is left"):
            asks(tx, removing(ben), ann)
        assert asking.waiting(tx, HARBOUR) == []

    await store.write(unit)


async def test_nobody_removes_themselves_or_who_is_no_member(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        for person in (ann, "person-mallory"):
            with pytest.raises(Refused):
                asks(tx, removing(person), ann)

    await store.write(unit)


async def test_an_invitation_opens_the_group_and_its_token_stands_in_no_log(store: Store) -> None:
    def unit(tx: Tx) -> None:
        ann, ben = harbour_with(tx, "ann", "ben")
        invite = Act("invite", "harbour", "", {"uses": 2, "days": 3}, "Invite two people")
        token = asks(tx, invite, ann).done or ""
        found = invitations.open_(tx, token, NOW)
        assert found and (found.group, found.most_uses, found.made_by) == (HARBOUR, 2, ann)
        assert asks(tx, setting(invite=2), ann).done
        waiting = asks(tx, invite, ann).pending or ""
        second = agrees(tx, waiting, ben).done or ""
        # It is made when the second agrees, and both of them see it for a day.
        assert second != token and asking.find(tx, HARBOUR, waiting).result == second
        for row in tx.all("SELECT * FROM log"):
            assert not {token, second} & {str(value) for value in dict(row).values()}
        withdrawing = Act(
            "withdraw_invitation", "harbour", "", {"invitation": found.id}, "Withdraw"
        )
        assert asks(tx, setting(invite=1), ann).pending
        pending = asks(tx, withdrawing, ann).pending
        assert agrees(tx, pending, ben).done == HARBOUR
        assert invitations.open_(tx, token, NOW) is None

    await store.write(unit)


async def test_another_groups_invitation_cannot_be_withdrawn(store: Store) -> None:
    def unit(tx: Tx) -> None:
        [ann] = harbour_with(tx, "ann")
        a_group(tx, "other")
        token = invitations.invite(
            tx, group=SITE.group("other"), made_by="", uses=1, days=1, now=NOW
        )
        other = invitations.open_(tx, token, NOW)
        assert other
        act = Act("withdraw_invitation", "harbour", "", {"invitation": other.id}, "Withdraw")
        with pytest.raises(Refused, match="over already"):
            asks(tx, act, ann)

    await store.write(unit)


async def test_changing_minutes_takes_as_many_as_publishing_them(store: Store) -> None:
    def unit(tx: Tx) -> None:
        harbour_with(tx, "wren", "crow")
        for kind, members in (("minutes", 2), ("update", 1)):
            arguments = acts.written(kind, SOURCES[kind], {}, ())
            act = Act("edit", "harbour", "", {**arguments, "object": "x"}, "Change it")
            assert asking.would_take(tx, HARBOUR, act) == members

    await store.write(unit)
