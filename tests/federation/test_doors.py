"""How people come in: the first run, an invitation, signing in and out, and what is refused at each door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from doorstep import Browser
from pyotp import TOTP
from world import Instance, world

from fedi.clock import now_ms
from fedi.people import accounts, invitations, membership, passwords
from fedi.storage import persons

PASSWORD = "four plain words here"
DAY = 86_400_000


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        yield several["alpha"]


async def begun(alpha: Instance) -> Browser:
    """An instance that somebody has begun, still signed in."""
    token = await alpha.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser = Browser(alpha)
    await browser.open(f"/begin/{token}")
    await browser.send(
        group_title="Riverbank Tenants", group_name="riverbank", name="Wren", password=PASSWORD
    )
    return browser


async def link(alpha: Instance, *, uses: int = 1, days: int = 7, now: int | None = None) -> str:
    group = alpha.config.site.group("riverbank")
    token = await alpha.write(
        lambda tx: invitations.invite(
            tx, group=group, made_by="", uses=uses, days=days, now=now or now_ms()
        )
    )
    return f"/join/{token}"


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


@pytest.mark.parametrize("name", ["Wren", "nobody"])
async def test_nothing_tells_a_wrong_password_from_a_name_that_is_not_there(
    alpha: Instance, name: str
) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    await browser.send(name=name, password="some other words")
    assert browser.status == 422
    assert "do not belong together" in browser.page
    assert browser.form("/sign-in").values["name"] == [name]
    assert browser.form("/sign-in").values["password"] == [""]


async def test_signing_in_and_out(alpha: Instance) -> None:
    first = await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/account")
    assert browser.at == "/sign-in?next=/account"
    await browser.send(name="wren", password=PASSWORD)
    assert browser.at == "/account"
    kept = dict(browser.cookies)
    await browser.send("/sign-out")
    assert "signed out" in browser.page
    browser.cookies = kept
    await browser.open("/account")
    assert browser.at.startswith("/sign-in")
    assert "Your sign-in" in await first.open("/account")


async def test_the_cookie_is_new_with_each_sign_in_and_hidden_from_scripts(alpha: Instance) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    before = dict(browser.cookies)
    await browser.send(name="wren", password=PASSWORD, next="/account")
    assert browser.cookies != before
    name = next(iter(browser.cookies))
    assert name.startswith("__Host-fedi")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
async def test_nobody_is_sent_to_another_server_after_signing_in(
    alpha: Instance, elsewhere: str
) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    await browser.send(name="wren", password=PASSWORD, next=elsewhere)
    assert "evil" not in browser.at


async def test_a_form_of_another_browser_or_another_site_is_refused(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    csrf = browser.form("/account/codes").values["csrf"][0]
    await browser.post("/account/codes")
    assert browser.status == 403
    await Browser(alpha).post("/account/codes", csrf=csrf)
    other = Browser(alpha)
    await other.open("/sign-in")
    await other.post("/account/codes", csrf=csrf)
    assert other.status == 403
    answer = await alpha.visitor.post(
        alpha.config.origin + "/account/codes",
        data={"csrf": csrf},
        headers={
            "origin": "https://evil.example",
            "cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items()),
        },
    )
    assert answer.status_code == 403


async def test_a_second_step_asks_for_six_digits_and_takes_each_once(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account/second-step")
    secret = browser.page.split('<p class="mono" dir="ltr">')[1].split("<")[0].replace(" ", "")
    await browser.send("/account/second-step", code="000000")
    assert browser.status == 422
    code = TOTP(secret).now()
    await browser.send("/account/second-step", code=code)
    assert "The second step is on" in browser.page

    other = Browser(alpha)
    await other.open("/sign-in")
    await other.send(name="wren", password=PASSWORD)
    assert "One more step" in other.page
    await other.send(code=code)
    assert other.status == 422
    await other.send(code=TOTP(secret).at(now_ms() // 1000 + 30))
    assert other.at == "/console"
    await other.open("/account")
    assert "Your sign-in" in other.page


async def test_a_recovery_code_lets_in_once(alpha: Instance) -> None:
    browser = await begun(alpha)
    code = browser.page.split('<li class="mono">')[1].split("<")[0]
    for status in (200, 422):
        other = Browser(alpha)
        await other.open("/sign-in/recover")
        await other.send(name="wren", code=code.upper())
        assert other.status == status


async def test_a_new_password_ends_every_other_session(alpha: Instance) -> None:
    browser = await begun(alpha)
    other = Browser(alpha)
    await other.open("/sign-in")
    await other.send(name="wren", password=PASSWORD, next="/account")
    await browser.open("/account/password")
    await browser.send("/account/password", password="quite different words")
    assert "The password is changed" in browser.page
    await other.open("/account")
    assert other.at.startswith("/sign-in")


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
    assert await alpha.read(lambda tx: persons.find_login(tx, "crow")) is None


async def test_one_session_can_be_ended_from_another(alpha: Instance) -> None:
    browser = await begun(alpha)
    other = Browser(alpha)
    await other.open("/sign-in")
    await other.send(name="wren", password=PASSWORD, next="/account")
    await browser.open("/account")
    await browser.send("/account/sessions/end", session="others")
    await other.open("/account")
    assert other.at.startswith("/sign-in")


async def test_a_person_is_spoken_to_in_the_language_they_chose(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    await browser.send("/account/language", language="de")
    assert 'lang="de"' in browser.page
    await browser.send("/account/language", language="nonsense")
    assert 'lang="en"' in browser.page


async def test_pages_behind_the_sign_in_are_kept_by_nobody_and_run_only_our_scripts(
    alpha: Instance,
) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    assert browser.last is not None
    assert browser.last.headers["cache-control"] == "private, no-store"
    assert "script-src 'self'" in browser.last.headers["content-security-policy"]
    public = await alpha.get("/", "text/html")
    assert "script-src" not in public.headers["content-security-policy"]
    assert "set-cookie" not in public.headers


def test_passwords_are_hashed_slowly() -> None:
    hashed = passwords.hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert accounts.CODES == 10
