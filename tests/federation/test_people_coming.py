"""Coming and going: sessions, links, memberships, and what is swept away."""

from __future__ import annotations

import pytest
from build import SITE, a_group, some_keys
from members import a_member

from fedi.actors.groups import add_group, remove_group
from fedi.delivery.clockwork import Clockwork
from fedi.errors import NotFound, Refused
from fedi.opening import open_house
from fedi.people import accounts, invitations, membership, sessions
from fedi.people.invitations import BEGIN, JOIN, RESET
from fedi.storage import jobs, roles
from fedi.storage.roles import Role

NOW = 1_800_000_000_000
DAY = sessions.DAY_MS


@pytest.fixture
async def harbour(store):
    return (await store.write(a_group)).actor


def a_second_group(tx):
    rsa, ed25519 = some_keys()
    return add_group(tx, SITE, "coop", "Co-op", now=NOW, rsa=rsa, ed25519=ed25519).actor


def inviting(group, **changes):
    usual = {"made_by": "", "uses": 1, "days": 7, "now": NOW}
    return lambda tx: invitations.invite(tx, group=group, **(usual | changes))


async def test_a_session_is_known_by_a_token_that_is_kept_nowhere(store, harbour):
    person, token = await store.write(lambda tx: a_member(tx, harbour, now=NOW, device="x" * 500))
    session = await store.read(lambda tx: sessions.find(tx, token, NOW))
    assert (session.person, session.device) == (person.id, "x" * 100)
    assert len(token) == 43
    assert token not in str(await store.read(lambda tx: tx.all("SELECT * FROM sessions")))
    for other in ("", token[:-1], session.id, "\ud800"):
        assert await store.read(lambda tx, t=other: sessions.find(tx, t, NOW)) is None


async def test_a_session_lasts_a_month_from_the_day_it_was_last_used(store, harbour):
    _person, token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    last = NOW + sessions.LASTS_MS - 1
    session = await store.read(lambda tx: sessions.find(tx, token, last))
    assert session.seen_at % DAY == 0
    assert not sessions.is_due(session, session.seen_at + DAY - 1)
    assert sessions.is_due(session, session.seen_at + DAY)
    assert await store.read(lambda tx: sessions.find(tx, token, last + 1)) is None
    await store.write(lambda tx: sessions.note_seen(tx, session, last))
    seen = await store.read(lambda tx: sessions.find(tx, token, last + sessions.LASTS_MS - 1))
    assert seen.seen_at == last - last % DAY
    assert await store.read(lambda tx: sessions.find(tx, token, last + sessions.LASTS_MS)) is None


async def test_a_proof_counts_for_a_quarter_of_an_hour(store, harbour):
    _person, token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    session = await store.read(lambda tx: sessions.find(tx, token, NOW))
    assert sessions.is_proved(session, NOW + sessions.PROVED_MS - 1)
    later = NOW + sessions.PROVED_MS
    assert not sessions.is_proved(session, later)
    await store.write(lambda tx: sessions.prove(tx, session.id, later))
    assert sessions.is_proved(await store.read(lambda tx: sessions.find(tx, token, later)), later)


async def test_a_person_is_signed_out_in_one_place_or_in_all_but_this(store, harbour):
    person, here = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    tokens = [
        await store.write(lambda tx, n=n: sessions.begin(tx, person.id, "", NOW + n))
        for n in range(3)
    ]
    found = await store.read(lambda tx: sessions.of_person(tx, person.id, NOW))
    assert len(found) == 4
    await store.write(lambda tx: sessions.end(tx, found[0].id))
    assert await store.read(lambda tx: sessions.find(tx, tokens[2], NOW)) is None
    kept = await store.read(lambda tx: sessions.find(tx, here, NOW))
    assert await store.write(lambda tx: sessions.end_all(tx, person.id, keep=kept.id)) == 2
    assert await store.read(lambda tx: sessions.of_person(tx, person.id, NOW)) == [kept]


async def test_a_person_belongs_to_the_groups_they_joined_by_title(store, harbour):
    coop = await store.write(a_second_group)
    person, _token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    assert await store.write(lambda tx: membership.join(tx, coop, person.id, NOW))
    assert not await store.write(lambda tx: membership.join(tx, coop, person.id, NOW))
    found = await store.read(lambda tx: membership.groups_of(tx, person.id))
    assert [group.title for group in found] == ["Co-op", "Harbour Tenants"]
    await store.write(lambda tx: remove_group(tx, SITE, "coop", NOW))
    [left] = await store.read(lambda tx: membership.groups_of(tx, person.id))
    assert left.actor == harbour
    for group in (coop, "https://groups.example/groups/none"):
        with pytest.raises(NotFound):
            await store.write(lambda tx, g=group: membership.join(tx, g, person.id, NOW))


async def test_who_leaves_gives_back_roles_and_links_and_is_signed_out_of_the_last_group(
    store, harbour
):
    person, token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    await store.write(lambda tx: a_member(tx, harbour, "finch", now=NOW))
    role = Role(harbour, "minutes", "Minutes", 0, NOW, person.id, "")
    await store.write(lambda tx: roles.put(tx, role))
    link = await store.write(inviting(harbour, made_by=person.id))
    coop = await store.write(a_second_group)
    for name in ("wren", "finch"):
        await store.write(lambda tx, n=name: a_member(tx, coop, n, now=NOW))
    await store.write(lambda tx: membership.leave(tx, harbour, person.id, NOW))
    assert not await store.read(lambda tx: membership.is_member(tx, harbour, person.id))
    assert (await store.read(lambda tx: roles.of_group(tx, harbour)))[0].holder == ""
    assert await store.read(lambda tx: invitations.open_(tx, link, NOW)) is None
    assert await store.read(lambda tx: sessions.find(tx, token, NOW))
    await store.write(lambda tx: membership.leave(tx, coop, person.id, NOW))
    assert await store.read(lambda tx: sessions.find(tx, token, NOW)) is None
    with pytest.raises(NotFound):
        await store.write(lambda tx: membership.leave(tx, coop, person.id, NOW))


async def test_nobody_leaves_a_group_to_members_who_cannot_sign_in(store, harbour):
    person, _token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    other, _token = await store.write(lambda tx: a_member(tx, harbour, "finch", now=NOW))
    await store.write(lambda tx: accounts.disable(tx, other.id, NOW))
    with pytest.raises(Refused, match="Nobody would be left in Harbour Tenants"):
        await store.write(lambda tx: membership.leave(tx, harbour, person.id, NOW))
    await store.write(lambda tx: accounts.enable(tx, other.id))
    await store.write(lambda tx: membership.leave(tx, harbour, person.id, NOW))


async def test_the_last_member_belongs_to_nothing_once_the_group_is_removed(store, harbour):
    person, _token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW))
    assert await store.read(lambda tx: membership.groups_of(tx, person.id)) == []
    assert not await store.read(lambda tx: membership.is_member(tx, harbour, person.id))
    await store.write(lambda tx: accounts.erase(tx, person.id, NOW))


async def test_an_invitation_lets_as_many_people_in_as_it_says(store, harbour):
    token = await store.write(inviting(harbour, uses=2))
    found = await store.read(lambda tx: invitations.open_(tx, token, NOW))
    assert (found.purpose, found.group, found.most_uses) == (JOIN, harbour, 2)
    assert token not in str(await store.read(lambda tx: tx.all("SELECT * FROM invitations")))

    def come(tx, name):
        person = accounts.add_person(tx, name, now=NOW)
        return invitations.accept(tx, token, person.id, NOW)

    for name in ("wren", "finch"):
        assert await store.write(lambda tx, n=name: come(tx, n)) == harbour
    with pytest.raises(Refused, match="used as often as it may be"):
        await store.write(lambda tx: come(tx, "robin"))
    members = await store.read(lambda tx: membership.members_of(tx, harbour))
    assert {member.name for member in members} == {"wren", "finch"}


async def test_a_member_who_follows_an_invitation_uses_nothing_up(store, harbour):
    person, _token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    token = await store.write(inviting(harbour))
    assert await store.write(lambda tx: invitations.accept(tx, token, person.id, NOW)) == harbour
    assert (await store.read(lambda tx: invitations.open_(tx, token, NOW))).uses == 0


async def test_links_that_are_over_look_alike_until_their_holder_is_told_why(store, harbour):
    week = NOW + 7 * DAY
    expired, used, withdrawn = [await store.write(inviting(harbour)) for _ in range(3)]
    assert await store.read(lambda tx: invitations.open_(tx, expired, week - 1))
    await store.write(lambda tx: invitations.spend(tx, used, NOW))
    [link] = [one for one in await open_links(store, harbour) if one.id == hash_of(withdrawn)]
    assert await store.read(lambda tx: invitations.find(tx, harbour, link.id)) == link
    assert await store.read(lambda tx: invitations.find(tx, "elsewhere", link.id)) is None
    assert await store.write(lambda tx: invitations.withdraw(tx, link.id, NOW))
    assert not await store.write(lambda tx: invitations.withdraw(tx, link.id, NOW))
    for token, at, why in (
        ("never given", NOW, invitations.NOT_HERE),
        (expired, week, invitations.EXPIRED),
        (used, NOW, invitations.USED_UP),
        (withdrawn, NOW, invitations.WITHDRAWN),
    ):
        assert await store.read(lambda tx, t=token, a=at: invitations.open_(tx, t, a)) is None
        said = await store.read(lambda tx, t=token, a=at: invitations.why_closed(tx, t, a))
        assert said == why
        with pytest.raises(Refused, match=why):
            await store.write(lambda tx, t=token, a=at: invitations.spend(tx, t, a))
    assert [one.id for one in await open_links(store, harbour)] == [hash_of(expired)]


async def open_links(store, group):
    return await store.read(lambda tx: invitations.of_group(tx, group, NOW))


def hash_of(token: str) -> str:
    return invitations.hashed(token)


@pytest.mark.parametrize("uses", [0, 101, -1])
async def test_an_invitation_is_for_some_people_and_not_for_the_whole_town(store, harbour, uses):
    with pytest.raises(Refused, match="1 to 100 people"):
        await store.write(inviting(harbour, uses=uses))


@pytest.mark.parametrize("days", [0, 91])
async def test_an_invitation_does_not_last_for_ever(store, harbour, days):
    with pytest.raises(Refused, match="1 to 90 days"):
        await store.write(inviting(harbour, days=days))


async def test_an_invitation_leads_nowhere_once_its_group_is_removed(store, harbour):
    token = await store.write(inviting(harbour))
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW))
    assert await store.read(lambda tx: invitations.open_(tx, token, NOW)) is None
    with pytest.raises(NotFound):
        await store.write(inviting(harbour))


async def test_a_link_is_good_only_for_what_it_was_made_for(store, harbour):
    begin = await store.write(lambda tx: invitations.begin_link(tx, NOW))
    assert (await store.read(lambda tx: invitations.open_(tx, begin, NOW))).purpose == BEGIN
    with pytest.raises(Refused):
        await store.write(lambda tx: invitations.accept(tx, begin, "somebody", NOW))


async def test_the_link_for_the_first_person_is_one_and_ends_with_the_first_person(store, harbour):
    first = await store.write(lambda tx: invitations.begin_link(tx, NOW))
    second = await store.write(lambda tx: invitations.begin_link(tx, NOW))
    assert await store.read(lambda tx: invitations.open_(tx, first, NOW)) is None
    assert await store.read(lambda tx: invitations.open_(tx, second, NOW))
    await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    assert await store.read(lambda tx: invitations.open_(tx, second, NOW)) is None
    with pytest.raises(Refused, match="begun here already"):
        await store.write(lambda tx: invitations.begin_link(tx, NOW))


async def test_the_link_to_get_in_again_is_for_one_person_for_two_days(store, harbour):
    person, _token = await store.write(lambda tx: a_member(tx, harbour, now=NOW))
    older = await store.write(lambda tx: invitations.reset_link(tx, person.id, NOW))
    token = await store.write(lambda tx: invitations.reset_link(tx, person.id, NOW))
    assert await store.read(lambda tx: invitations.open_(tx, older, NOW)) is None
    last = NOW + 2 * DAY - 1
    found = await store.read(lambda tx: invitations.open_(tx, token, last))
    assert (found.purpose, found.person) == (RESET, person.id)
    assert await store.read(lambda tx: invitations.open_(tx, token, last + 1)) is None
    await store.write(lambda tx: invitations.spend(tx, token, NOW))
    with pytest.raises(Refused):
        await store.write(lambda tx: invitations.spend(tx, token, NOW))


async def test_what_nobody_can_use_any_more_is_swept_away(config):
    def unit(tx, now):
        old = now - sessions.LASTS_MS - invitations.KEEP_MS - 7 * DAY
        person = accounts.add_person(tx, "wren", now=old)
        sessions.begin(tx, person.id, "old", old)
        sessions.begin(tx, person.id, "new", now)
        accounts.begin_totp(tx, person.id, old)
        accounts.use_recovery_code(tx, person.id, "wrong", old)
        invitations.reset_link(tx, person.id, old)
        invitations.reset_link(tx, person.id, now)
        jobs.add(tx, "people.sweep", "", {}, 1)

    def left(tx):
        tables = ("sessions", "challenges", "tries", "invitations")
        return [len(tx.all(f"SELECT * FROM {table}")) for table in tables]

    async with open_house(config) as house:
        await house.store.write(lambda tx: unit(tx, house.now()))
        assert await house.store.read(left) == [2, 1, 1, 2]
        await Clockwork(house).drain()
        assert await house.store.read(left) == [1, 0, 0, 1]
