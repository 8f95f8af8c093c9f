"""How people come in: the first run, an invitation, a link for who got locked out; and how they leave for good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from doorstep import DAY, PASSWORD, Browser, begun, link
from world import Instance, world

from fedi.clock import now_ms
from fedi.people import accounts, invitations, membership, passwords
from fedi.storage import persons


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        yield several["alpha"]


async def test_the_first_person_names_the_server_and_its_first_group_and_is_signed_in(
    alpha: Instance,
) -> None:
    browser = await begun(alpha)
    assert "Your recovery codes" in browser.page
    assert browser.page.count('class="mono"') == 10
    assert "Riverbank Tenants" in await alpha.page("/groups/riverbank")
    await browser.open("/account")
    assert "Signed in as <b><bdi>Wren</bdi></b>" in browser.page


async def test_the_link_of_the_first_run_works_once(alpha: Instance) -> None:
    token = await alpha.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser, second = Browser(alpha), Browser(alpha)
    await second.open(f"/begin/{token}")
    await browser.open(f"/begin/{token}")
    given = {"group_title": "R", "group_name": "r", "name": "wren", "password": PASSWORD}
    await browser.send(**given)
    await second.send(**{**given, "group_name": "other", "name": "crow"})
    assert second.status == 410
    assert "This link is over" in second.page
    assert await alpha.read(lambda tx: persons.find_login(tx, "crow")) is None


async def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_is_there_but_the_password(
    alpha: Instance,
) -> None:
    token = await alpha.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser = Browser(alpha)
    await browser.open(f"/begin/{token}")
    await browser.send(
        instance_name="a\x07b", group_name="Instance", name="wr*n", password="short", group_title=""
    )
    assert browser.status == 422
    for wrong in ("nobody can see", "instance is reserved", "cannot stand in", "at least 10"):
        assert browser.page.count(wrong) == 2, wrong  # below its field, and in the list at the top
    assert "Fill this in." in browser.page
    assert "Nothing you typed is lost but the password: it is never shown again" in browser.page
    told = [
        browser.page.index(wrong) for wrong in ("nobody can see", "is reserved", "cannot stand")
    ]
    assert told == sorted(told)
    await browser.send(
        instance_name="South", group_name="shore", name="wren", password="", group_title="Shore"
    )
    assert browser.status == 422
    assert "Nothing you typed is lost." in browser.page
    assert browser.form().values["group_name"] == ["shore"]
    await browser.send(password=PASSWORD)
    assert "Your recovery codes" in browser.page


async def test_a_short_name_that_is_taken_is_told_before_anything_is_made(alpha: Instance) -> None:
    await alpha.add_group("shore", "Shore")
    token = await alpha.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser = Browser(alpha)
    await browser.open(f"/begin/{token}")
    given = {"group_title": "R", "name": "wren", "password": "short"}
    await browser.send(**given, group_name=" SHORE ")
    assert "There is or was a group called shore." in browser.page
    assert "at least 10" in browser.page
    assert await alpha.read(lambda tx: persons.find_login(tx, "wren")) is None


async def test_who_is_invited_hears_at_once_of_a_bad_pseudonym_and_a_bad_password(
    alpha: Instance,
) -> None:
    await begun(alpha)
    guest = Browser(alpha)
    await guest.open(await link(alpha))
    await guest.send(name="WREN", password="short")
    assert guest.status == 422
    assert "Somebody here has this pseudonym" in guest.page and "at least 10" in guest.page


async def test_what_was_typed_is_still_there_when_a_form_fails(alpha: Instance) -> None:
    token = await alpha.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser = Browser(alpha)
    await browser.open(f"/begin/{token}")
    await browser.send(
        group_title="Riverbank", group_name="Not A Name", name="wren", password=PASSWORD
    )
    assert browser.status == 422
    assert browser.form().values["group_title"] == ["Riverbank"]
    assert browser.form().values["group_name"] == ["Not A Name"]
    assert PASSWORD not in browser.page
    await browser.send(group_name="riverbank", password="1234567890")
    assert browser.status == 422
    assert "tried first" in browser.page
    await browser.send(password=PASSWORD)
    assert browser.status == 200


async def test_an_invitation_lets_so_many_people_in(alpha: Instance) -> None:
    await begun(alpha)
    path = await link(alpha, uses=2)
    for name in ("crow", "tern"):
        browser = Browser(alpha)
        assert "Join Riverbank Tenants" in await browser.open(path)
        await browser.send(name=name, password=PASSWORD)
        assert "Your recovery codes" in browser.page
    third = Browser(alpha)
    await third.open(path)
    assert third.status == 410
    assert "used as often as it may be" in third.page
    members = await alpha.read(
        lambda tx: membership.members_of(tx, alpha.config.site.group("riverbank"))
    )
    assert [member.name for member in members] == ["Wren", "crow", "tern"]


async def test_an_expired_invitation_says_so_and_lets_nobody_in(alpha: Instance) -> None:
    await begun(alpha)
    path = await link(alpha, days=1, now=now_ms() - 2 * DAY)
    browser = Browser(alpha)
    await browser.open(path)
    assert browser.status == 410
    assert "expired" in browser.page
    await browser.post(path, name="crow", password=PASSWORD)
    assert browser.status == 403


async def test_a_taken_pseudonym_uses_up_nothing_of_the_invitation(alpha: Instance) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open(await link(alpha))
    await browser.send(name="WREN", password=PASSWORD)
    assert browser.status == 422
    assert "Choose another one" in browser.page
    await browser.send(name="crow", password=PASSWORD)
    assert browser.status == 200


async def test_who_is_signed_in_joins_with_one_button(alpha: Instance) -> None:
    browser = await begun(alpha)
    await alpha.add_group("coop", "Food Co-op")
    token = await alpha.write(
        lambda tx: invitations.invite(
            tx,
            group=alpha.config.site.group("coop"),
            made_by="",
            uses=1,
            days=1,
            now=now_ms(),
        )
    )
    assert "Join as Wren" in await browser.open(f"/join/{token}")
    await browser.send(do="join")
    await browser.open("/account")
    assert "Food Co-op" in browser.page


async def test_a_link_that_was_never_given_is_not_said_to_be_over(alpha: Instance) -> None:
    browser = Browser(alpha)
    page = await browser.open("/join/nonsense")
    assert browser.status == 410
    assert "This link leads nowhere" in page and "This link is over" not in page


async def test_a_member_who_opens_a_link_to_their_group_is_told_so(alpha: Instance) -> None:
    browser = await begun(alpha)
    page = await browser.open(await link(alpha))
    assert "You belong to this group already" in page
    assert "Join as Wren" not in page


async def test_who_was_locked_out_comes_back_by_a_link(alpha: Instance) -> None:
    browser = await begun(alpha)

    def unit(tx):
        person = persons.find_login(tx, "wren")
        return invitations.reset_link(tx, person.id, now_ms())

    token = await alpha.write(unit)
    other = Browser(alpha)
    await other.open(f"/back-in/{token}")
    await other.send(password="quite different words")
    assert "Your recovery codes" in other.page
    await browser.open("/account")
    assert browser.at.startswith("/sign-in")
    await other.open(f"/back-in/{token}")
    assert other.status == 410


async def test_an_erased_person_is_gone_and_the_last_member_cannot_be_erased(
    alpha: Instance,
) -> None:
    browser = await begun(alpha)
    await browser.open("/account/erase")
    await browser.send("/account/erase", name="wren")
    assert browser.status == 422
    assert "Invite somebody else first" in browser.page
    crow = Browser(alpha)
    await crow.open(await link(alpha))
    await crow.send(name="crow", password=PASSWORD)
    await crow.open("/account/erase")
    await crow.send("/account/erase", name="wrong")
    assert crow.status == 422
    await crow.send("/account/erase", name="Crow")
    assert crow.at.startswith("/sign-in")
    assert "Your account is deleted" in crow.page
    assert await alpha.read(lambda tx: persons.find_login(tx, "crow")) is None


async def test_a_person_is_spoken_to_in_the_language_they_chose(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    await browser.send("/account/language", language="de")
    assert 'lang="de"' in browser.page
    await browser.send("/account/language", language="nonsense")
    assert 'lang="en"' in browser.page


def test_passwords_are_hashed_slowly() -> None:
    hashed = passwords.hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert accounts.CODES == 10
