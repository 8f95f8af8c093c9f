"""Signing in with an account elsewhere: the way there and back, and what is refused on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from authorising import Authorising
from doorstep import Browser, a_browser
from world import Instance, world

from fedi.storage import linked_accounts, oauth_clients

ANNA = "https://home.example/users/anna"


@dataclass
class Here:
    alpha: Instance
    home: Authorising

    async def way(self, browser: Browser, door: str = "/sign-in/elsewhere") -> str:
        """The link to the person's own server."""
        await browser.open(door)
        await browser.send(door, handle="@anna@home.example")
        assert browser.status == 200, browser.page
        link = browser.page.split('<p class="actions"><a class="btn" href="')[1].split('"')[0]
        return unescape(link)

    async def link(self) -> Browser:
        """A member who has added their account elsewhere."""
        member = await a_browser(self.alpha)
        await member.open(self.home.confirm(await self.way(member, "/account/elsewhere")))
        return member


@pytest.fixture(params=[True, False], ids=["with metadata", "without"])
async def here(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Here]:
    home = Authorising(metadata=request.param)
    home.person("anna")
    home.person("eve")
    async with world(tmp_path, "alpha", others={home.host: home}) as several:
        await several["alpha"].add_group()
        yield Here(several["alpha"], home)


async def test_a_linked_account_signs_in(here: Here) -> None:
    member = await here.link()
    assert "you can sign in with that account" in member.page
    assert "@anna@home.example" in member.page
    browser = Browser(here.alpha)
    await browser.open(here.home.confirm(await here.way(browser)))
    assert browser.at.startswith("/console")
    await browser.open("/account")
    assert "<bdi>wren</bdi>" in browser.page


async def test_an_account_that_nobody_linked_signs_nobody_in(here: Here) -> None:
    browser = Browser(here.alpha)
    await browser.open(here.home.confirm(await here.way(browser)))
    assert browser.status == 422
    assert "Nobody here signs in with that account yet" in browser.page
    await browser.open("/account")
    assert browser.at.startswith("/sign-in")


async def test_the_permission_is_given_back_at_once(here: Here) -> None:
    await here.link()
    assert not here.home.tokens
    assert len(here.home.revoked) == 1


async def test_a_server_is_asked_for_as_little_as_it_knows(here: Here) -> None:
    scope = parse_qs(urlsplit(await here.way(Browser(here.alpha))).query)["scope"]
    assert scope == ["profile" if here.home.metadata else "read"]


async def test_we_register_at_a_server_once(here: Here) -> None:
    for _time in range(3):
        await here.way(Browser(here.alpha))
    assert len(here.home.clients) == 1


async def test_an_answer_with_another_state_is_refused(here: Here) -> None:
    await here.link()
    browser = Browser(here.alpha)
    back = here.home.confirm(await here.way(browser))
    await browser.open(back.replace("state=", "state=x"))
    assert browser.status == 422
    assert "belongs to no question of ours" in browser.page


async def test_an_answer_that_another_browser_was_asked_for_is_refused(here: Here) -> None:
    await here.link()
    asked, other = Browser(here.alpha), Browser(here.alpha)
    back = here.home.confirm(await here.way(asked))
    await other.open("/sign-in")
    await other.open(back)
    assert other.status == 422
    assert "belongs to no question of ours" in other.page


async def test_an_answer_counts_once(here: Here) -> None:
    await here.link()
    browser = Browser(here.alpha)
    back = here.home.confirm(await here.way(browser))
    await browser.open(back)
    again = Browser(here.alpha, dict(browser.cookies))
    await again.open(back)
    assert again.status == 422


async def test_a_code_without_its_verifier_is_worth_nothing(here: Here) -> None:
    """Somebody who has caught the code of one errand cannot spend it in another (PKCE)."""
    await here.link()
    caught, browser = Browser(here.alpha), Browser(here.alpha)
    theirs = here.home.confirm(await here.way(caught))
    ours = here.home.confirm(await here.way(browser))
    code, state = (parse_qs(urlsplit(one).query) for one in (theirs, ours))
    await browser.open(
        f"/sign-in/elsewhere/back/home.example?code={code['code'][0]}&state={state['state'][0]}"
    )
    assert browser.status == 422
    assert not here.home.tokens


async def test_an_answer_of_another_issuer_is_refused(here: Here) -> None:
    await here.link()
    browser = Browser(here.alpha)
    back = here.home.confirm(await here.way(browser))
    await browser.open(back.split("&iss=")[0] + "&iss=https%3A%2F%2Fevil.example")
    assert browser.status == 422
    assert not here.home.tokens


async def test_a_person_who_says_no_is_told_so(here: Here) -> None:
    browser = Browser(here.alpha)
    state = parse_qs(urlsplit(await here.way(browser)).query)["state"][0]
    await browser.open(f"/sign-in/elsewhere/back/home.example?error=access_denied&state={state}")
    assert browser.status == 422
    assert "did not confirm" in browser.page


async def test_somebody_elses_account_cannot_be_linked_twice(here: Here) -> None:
    await here.link()
    other = await a_browser(here.alpha, "crow")
    await other.open(here.home.confirm(await here.way(other, "/account/elsewhere")))
    assert other.status == 422
    assert "Somebody else here signs in with that account" in other.page


async def test_an_account_taken_away_no_longer_signs_in(here: Here) -> None:
    member = await here.link()
    await member.send("/account/elsewhere/remove", actor=ANNA)
    assert "no longer signs you in" in member.page
    assert await here.alpha.read(lambda tx: linked_accounts.find(tx, ANNA)) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nonsense@", "Write your handle"),
        ("@nobody@home.example", "Nobody of this name was found there."),
        ("@a@gone.example", "Your server does not answer now."),
        ("", "Fill this in."),
    ],
)
async def test_a_handle_that_leads_nowhere_is_kept_and_explained(
    here: Here, written: str, why: str
) -> None:
    browser = Browser(here.alpha)
    await browser.open("/sign-in/elsewhere")
    await browser.send("/sign-in/elsewhere", handle=written)
    assert browser.status == 422
    assert why in browser.page
    assert browser.form("/sign-in/elsewhere").values["handle"] == [written]


async def test_a_server_cannot_send_people_or_our_secret_to_another_one(here: Here) -> None:
    here.home.lies |= {
        "authorization_endpoint": "https://evil.example/authorize",
        "token_endpoint": "https://evil.example/token",
        "issuer": "https://evil.example",
    }
    way = await here.way(Browser(here.alpha))
    assert way.startswith("https://home.example/oauth/authorize?")
    kept = await here.alpha.read(lambda tx: oauth_clients.find(tx, "home.example"))
    assert kept is not None
    assert all("evil" not in address for address in kept.endpoints.values())


async def test_a_server_vouches_for_its_own_accounts_only(here: Here) -> None:
    await here.link()
    path = "/.well-known/webfinger?resource=acct:eve@home.example"
    finger = here.home.documents[path]
    assert isinstance(finger, dict)
    finger["links"][0]["href"] = "https://other.example/users/eve"
    here.home.signed_in_as = "eve"
    browser = Browser(here.alpha)
    await browser.open(here.home.confirm(await here.way(browser)))
    assert browser.status == 422


async def test_nothing_leads_to_another_server_after_coming_back(here: Here) -> None:
    await here.link()
    browser = Browser(here.alpha)
    await browser.open("/sign-in/elsewhere?next=https://evil.example/")
    await browser.send("/sign-in/elsewhere", handle="home.example")
    link = unescape(browser.page.split('<p class="actions"><a class="btn" href="')[1].split('"')[0])
    await browser.open(here.home.confirm(link))
    assert browser.at.startswith("/console")
