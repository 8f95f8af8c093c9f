"""A member speaks of their group in public, under a name of their own: the group shares it only where it wants to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing
from members import a_member
from village import PUBLIC, Person

from fedi.clock import now_ms
from fedi.conversation import blocking
from fedi.people import accounts, membership
from fedi.storage import house_rules, linked_accounts
from fedi.storage.house_rules import HouseRules
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.tx import Tx


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        await one.here.add_group("sister", "Sister Street")
        yield one


async def member(here: Hearing, who: Person, *, wanted: bool = True) -> str:
    """Let somebody sign in here as a member of harbour, which wants to share such posts; return the person."""

    def unit(tx: Tx) -> str:
        for name in ("wren", "heron"):
            a_member(tx, here.harbour, name)
        person, _ = a_member(tx, here.harbour, "wren")
        account = LinkedAccount(who.id, person.id, f"{who.name}@home.example", now_ms())
        linked_accounts.add(tx, account)
        house_rules.put(tx, HouseRules(here.harbour, boosts_mentions=wanted))
        return person.id

    return await here.here.write(unit)


async def mentions(here: Hearing, who: Person, name: str = "1", **more: Any) -> str:
    """Let somebody mention harbour in a post."""
    tag = [{"type": "Mention", "href": here.harbour, "name": "@harbour@alpha.test"}]
    note = {**who.a_note("Come along", name, tag=tag, cc=[here.harbour]), **more}
    await here.says(who, "Create", note, name, to=note["to"], cc=note["cc"])
    return note["id"]


async def shared(here: Hearing) -> list[str]:
    """What harbour shared."""
    sql = "SELECT object FROM deeds WHERE actor = :actor AND kind = 'share'"
    rows = await here.here.read(lambda tx: tx.all(sql, actor=here.harbour))
    return [row["object"] for row in rows]


async def test_a_members_public_mention_is_shared_once(here: Hearing) -> None:
    anna = here.village.person("anna")
    await member(here, anna)
    post = await mentions(here, anna)
    assert await shared(here) == [post]
    again = anna.a_note("Come along", "1", cc=[here.harbour])
    await here.says(anna, "Create", again, "again", to=again["to"])
    announces = [said for said in here.village.told if said["type"] == "Announce"]
    assert [said["object"] for said in announces] == [post]
    assert announces[0]["actor"] == here.harbour


async def test_it_is_off_unless_the_group_wants_it(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    assert not (await here.here.read(lambda tx: house_rules.find(tx, here.harbour))).boosts_mentions
    await member(here, anna, wanted=False)
    await mentions(here, anna)
    await mentions(here, ben)
    assert await shared(here) == []


@pytest.mark.parametrize(
    "more",
    [
        {"to": ["https://home.example/users/anna/followers"], "cc": []},
        {"to": ["https://home.example/users/anna/followers"], "cc": [PUBLIC]},
        {"to": ["https://alpha.test/groups/harbour"], "cc": []},
        {"inReplyTo": "https://far.example/notes/1"},
        {"tag": []},
    ],
    ids=["followers only", "unlisted", "to the group alone", "a reply", "without a mention"],
)
async def test_what_is_not_a_public_post_of_its_own_is_not_shared(
    here: Hearing, more: dict[str, Any]
) -> None:
    anna = here.village.person("anna")
    await member(here, anna)
    await mentions(here, anna, **more)
    assert await shared(here) == []


async def test_an_answer_to_the_group_itself_is_never_shared(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await member(here, anna)
    await mentions(here, anna, inReplyTo=post)
    assert await shared(here) == []


async def test_who_is_no_member_or_no_longer_is_not_shared(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    person = await member(here, anna)
    await mentions(here, ben)
    await here.says(ben, "Follow", here.harbour)
    await mentions(here, ben, "2")
    assert await shared(here) == []
    await here.here.write(lambda tx: membership.leave(tx, here.harbour, person, now_ms()))
    await mentions(here, anna)
    assert await shared(here) == []


async def test_whose_sign_in_was_shut_or_whose_account_is_blocked_is_not_shared(
    here: Hearing,
) -> None:
    anna, site = here.village.person("anna"), here.here.house.site
    person = await member(here, anna)
    await here.says(anna, "Follow", here.harbour)
    await here.here.write(lambda tx: blocking.limit(tx, site, "harbour", anna.id, now_ms()))
    await mentions(here, anna)
    await here.here.write(lambda tx: blocking.lift(tx, site, "harbour", anna.id, now_ms()))
    await here.here.write(lambda tx: accounts.disable(tx, person, now_ms()))
    await mentions(here, anna, "2")
    assert await shared(here) == []


async def test_only_the_group_they_belong_to_shares_it(here: Hearing) -> None:
    anna, sister = here.village.person("anna"), here.here.house.site.group("sister")
    await member(here, anna)
    await here.here.write(lambda tx: house_rules.put(tx, HouseRules(sister, boosts_mentions=True)))
    tags = [{"type": "Mention", "href": name, "name": "@x"} for name in (sister, here.harbour)]
    post = await mentions(here, anna, tag=tags)
    assert await shared(here) == [post]
    sql = "SELECT actor FROM deeds WHERE kind = 'share'"
    rows = await here.here.read(lambda tx: tx.all(sql))
    assert [row["actor"] for row in rows] == [here.harbour]
