"""The pages of a group's people: inviting, withdrawing a link, removing, leaving."""

from __future__ import annotations

import re

import pytest
from consoling import Browser, browsers, stranger
from open_house import OpenHouse

from fedi.clock import now_ms
from fedi.people import accounts


def test_a_link_to_join_is_shown_once_with_its_code(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, _ben = two
    page = ann.post(f"/console/{group}/people/invite", uses=3, days=7, status=200)
    link = re.search(r"https?://[^/]+(/join/[\w-]{43})", page)
    assert link and '<svg role="img"' in page and "This is shown once." in page
    assert "Harbour Tenants" in stranger(house, link[1]).text
    people = ann.get(f"/console/{group}/people")
    assert "For 3 more people" in people and link[1] not in people
    invitation = re.search(r'name="invitation" value="([0-9a-f]{64})"', people)
    assert invitation
    leads = ann.post(f"/console/{group}/people/withdraw", invitation=invitation[1])
    assert "That link lets nobody in any more." in ann.get(leads)
    assert "was withdrawn" in stranger(house, link[1]).text


@pytest.mark.parametrize(("uses", "days"), [("0", "7"), ("101", "7"), ("x", "7"), ("1", "91")])
def test_a_link_has_its_bounds(group: str, two: list[Browser], uses: str, days: str) -> None:
    page = two[0].post(f"/console/{group}/people/invite", uses=uses, days=days, status=422)
    assert f'value="{uses}"' in page and "Nothing you typed is lost." in page


def test_a_link_that_takes_two_is_shown_to_the_two(
    house: OpenHouse, group: str, three: list[Browser]
) -> None:
    ann, ben, cem = three
    ann.post(f"/console/{group}/rules", invite="2")
    path = ann.post(f"/console/{group}/people/invite", uses=2, days=3).partition("?")[0]
    assert "People who can join with it" in ben.get(path)
    ben.post(f"{path}/agree")
    for who in (ann, ben):
        assert re.search(r"/join/[\w-]{43}", who.get(path))
    assert not re.search(r"/join/[\w-]{43}", cem.get(path))


def test_removing_a_member_takes_two_others(
    house: OpenHouse, group: str, three: list[Browser]
) -> None:
    ann, ben, cem = three
    path = ann.post(f"/console/{group}/people/remove", person=cem.person).partition("?")[0]
    assert "another member decides it" in cem.get(path)
    # There is nothing to compare somebody with.
    assert ">Then<" not in cem.get(path)
    assert f"cem {group}" in ben.get(path)
    cem.post(f"{path}/agree", status=403)
    ben.post(f"{path}/agree")
    answer = cem.client.get(f"/console/{group}/people")
    assert answer.status_code in (303, 404)
    assert f"cem {group}" not in ann.get(f"/console/{group}/people")


def test_what_is_asked_for_is_named_in_the_language_of_each_member(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    with browsers(house, group, f"dor {group}", language="de") as [dora]:
        ann.post(f"/console/{group}/people/remove", person=ben.person)
        for page in ("", "/waiting", "/log"):
            seen = dora.get(f"/console/{group}{page}")
            assert "Ein Mitglied entfernen" in seen and "Remove a member" not in seen
        assert "Ansehen und entscheiden" in dora.get(f"/console/{group}/waiting")
    for page in ("", "/waiting"):
        seen = ben.get(f"/console/{group}{page}")
        assert "Look at it" in seen and "Look and decide" not in seen


def test_the_log_stays_readable_when_somebody_it_names_is_erased(
    house: OpenHouse, group: str, three: list[Browser]
) -> None:
    ann, ben, cem = three
    cem.post(f"/console/{group}/roles", do="take", role="notes")
    path = ann.post(f"/console/{group}/people/remove", person=cem.person).partition("?")[0]
    ben.post(f"{path}/agree")
    house.write(lambda tx: accounts.erase(tx, cem.person, now_ms()))
    page = ann.get(f"/console/{group}/log")
    assert f"cem {group}" not in page
    assert "Remove a member" in page and "Pass turns on" in page
    assert "remove_member" not in page and ">roles<" not in page


def test_in_a_group_of_two_the_page_says_that_nobody_can_be_removed(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    assert "nobody can remove the other" in ann.get(f"/console/{group}/people")
    page = ann.post(f"/console/{group}/people/remove", person=ben.person, status=422)
    assert "Nobody is left who could agree" in page


def test_a_member_leaves_alone_and_the_last_stays(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    assert "Stay" in ann.get(f"/console/{group}/people/leave")
    path = ann.post(f"/console/{group}/people/leave")
    assert "You have left the group." in ann.get(path)
    assert ann.client.get(f"/console/{group}/people").status_code == 303
    page = ben.post(f"/console/{group}/people/leave", status=422)
    assert "Nobody would be left" in page
    assert "A member left" in ben.get(f"/console/{group}/log")
