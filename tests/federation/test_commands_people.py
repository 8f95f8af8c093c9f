"""person, and the link for the first person, as an admin types them."""

from __future__ import annotations

import pytest
from commanding import Terminal
from members import a_member

from fedi.clock import now_ms
from fedi.people import invitations, membership, sessions
from fedi.people.invitations import Invitation
from fedi.storage import persons

ORIGIN = "https://groups.example"


def opened(terminal: Terminal, link: str, path: str) -> Invitation | None:
    """What a link lets its holder do, which stands at this path."""
    assert link.startswith(f"{ORIGIN}/{path}/")
    token = link.rpartition("/")[2]
    return terminal.change(lambda tx: invitations.open_(tx, token, now_ms()))


def joins(terminal: Terminal, name: str = "Wren", group: str = "harbour") -> tuple[str, str]:
    """Let somebody be a member; return their id and the token of a session."""
    person, token = terminal.change(lambda tx: a_member(tx, terminal.site.group(group), name))
    return person.id, token


def is_signed_in(terminal: Terminal, token: str) -> bool:
    return terminal.change(lambda tx: sessions.find(tx, token, now_ms())) is not None


def test_an_invitation_is_printed_alone_and_leads_to_the_group(terminal: Terminal) -> None:
    invited = terminal.runs("person", "invite", "@harbour@groups.example")
    assert invited.exit_code == 0
    found = opened(terminal, invited.stdout.strip(), "join")
    assert found is not None
    assert (found.group, found.made_by) == (terminal.site.group("harbour"), "")
    assert found.most_uses == 1
    assert "1 person can join Harbour by it, within 7 days." in invited.stderr


def test_an_invitation_is_for_as_many_and_as_long_as_is_said(terminal: Terminal) -> None:
    invited = terminal.runs("person", "invite", "harbour", "--uses", "12", "--days", "1")
    found = opened(terminal, invited.stdout.strip(), "join")
    assert found is not None
    assert found.most_uses == 12
    assert found.expires_at - found.created_at == sessions.DAY_MS
    assert "12 people can join Harbour by it, within 1 day." in invited.stderr


@pytest.mark.parametrize("option", [("--uses", "0"), ("--uses", "101"), ("--days", "91")])
def test_an_invitation_without_measure_is_wrong_usage(
    terminal: Terminal, option: tuple[str, str]
) -> None:
    assert option[0] in terminal.misuses("person", "invite", "harbour", *option)


def test_nobody_is_invited_to_a_group_that_is_not_there(terminal: Terminal) -> None:
    assert "Did you mean harbour?" in terminal.refuses("person", "invite", "harbor")
    terminal.says("group", "remove", "harbour", "--yes")
    assert "was removed" in terminal.refuses("person", "invite", "harbour")


def test_people_are_listed_with_their_groups(terminal: Terminal) -> None:
    assert "Nobody yet." in terminal.says("person", "list")
    terminal.add("coop")
    joins(terminal)
    joins(terminal, group="coop")
    joins(terminal, "finch", "coop")
    terminal.says("person", "disable", "finch")
    assert terminal.fedi("person", "list").splitlines() == [
        "finch\tcoop\tdisabled",
        "Wren\tcoop, harbour",
    ]
    [wren] = terminal.json("person", "list", "harbour")
    assert (wren["name"], wren["login"], wren["groups"]) == ("Wren", "wren", ["coop", "harbour"])
    assert (wren["disabled"], set(wren)) == (
        False,
        {"name", "login", "groups", "created", "disabled"},
    )
    assert "There is no group zzz here." in terminal.refuses("person", "list", "zzz")


def test_who_is_disabled_is_signed_out_until_they_are_enabled(terminal: Terminal) -> None:
    person, token = joins(terminal)
    assert is_signed_in(terminal, token)
    said = terminal.says("person", "disable", "WREN")
    assert "Wren is signed out and cannot sign in." in said
    assert "Nobody who can sign in is left in Harbour" in said
    assert not is_signed_in(terminal, token)
    assert "fedi person enable" in terminal.refuses("person", "reset", "wren")
    assert "can sign in again" in terminal.says("person", "enable", "wren")
    again = terminal.change(lambda tx: sessions.begin(tx, person, "", now_ms()))
    assert is_signed_in(terminal, again)


def test_who_is_disabled_while_others_are_there_leaves_nobody_alone(terminal: Terminal) -> None:
    joins(terminal)
    joins(terminal, "finch")
    assert "left in" not in terminal.says("person", "disable", "wren")


def test_a_link_lets_somebody_in_again(terminal: Terminal) -> None:
    person, _token = joins(terminal)
    reset = terminal.runs("person", "reset", "wren")
    found = opened(terminal, reset.stdout.strip(), "back-in")
    assert found is not None
    assert (found.person, found.purpose) == (person, "reset")
    assert "Wren in once, within 48 hours" in reset.stderr


def test_somebody_is_erased_when_it_is_confirmed(terminal: Terminal) -> None:
    person, token = joins(terminal)
    joins(terminal, "finch")
    asked = terminal.runs("person", "remove", "wren", given="n\n")
    assert asked.exit_code == 1
    assert "Erase Wren for ever?" in asked.stderr
    assert is_signed_in(terminal, token)
    assert terminal.runs("person", "remove", "wren", given="y\n").exit_code == 0
    assert terminal.change(lambda tx: persons.find(tx, person)) is None
    group = terminal.site.group("harbour")
    [left] = terminal.change(lambda tx: membership.members_of(tx, group))
    assert left.name == "finch"


def test_the_last_member_is_not_erased(terminal: Terminal) -> None:
    joins(terminal)
    said = terminal.refuses("person", "remove", "wren", "--yes")
    assert "Nobody would be left in Harbour." in said
    assert "Invite somebody else first" in said
    assert len(terminal.json("person", "list")) == 1


@pytest.mark.parametrize("command", ["disable", "enable", "reset", "remove"])
def test_somebody_who_is_not_there_is_refused_with_the_nearest_name(
    terminal: Terminal, command: str
) -> None:
    joins(terminal)
    assert "Did you mean wren?" in terminal.refuses("person", command, "Wrem")
    assert "fedi person list" in terminal.refuses("person", command, "somebody else")


def test_the_link_for_the_first_person_is_printed_until_there_is_somebody(
    terminal: Terminal,
) -> None:
    first = begin_line(terminal.fedi("init"))
    assert opened(terminal, first, "begin")
    second = terminal.fedi("person", "begin")
    assert opened(terminal, second, "begin")
    assert opened(terminal, first, "begin") is None
    third = begin_line(terminal.fedi("init"))
    assert opened(terminal, third, "begin")
    joins(terminal)
    assert opened(terminal, third, "begin") is None
    assert "/begin/" not in terminal.fedi("init")
    assert "Somebody has begun here already." in terminal.refuses("person", "begin")


def begin_line(printed: str) -> str:
    lines = printed.splitlines()
    [number] = [n for n, line in enumerate(lines) if "lets the first person in" in line]
    return lines[number + 1].strip()


def test_people_without_a_group_are_told_how_to_make_one(terminal: Terminal) -> None:
    joins(terminal)
    terminal.says("group", "remove", "harbour", "--yes")
    printed = terminal.fedi("init")
    assert "There is no group yet." in printed
    assert "person invite tenants" in printed
