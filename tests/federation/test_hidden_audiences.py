"""A post for partners or members alone is nowhere for others, and counts nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from for_some import ROW, edit, publish, seen_by_members
from hearing import Hearing
from hidden import KINDS, MEMBERS, PARTNERS, Texts, walk
from village import Person, a_fetch, send

from fedi.storage import objects, partners
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


@pytest.mark.parametrize(
    ("kind", "audience"),
    # Nobody could vote in a poll for members alone.
    [(kind, who) for kind in KINDS for who in sorted(ROW) if (kind, who) != ("poll", "members")],
)
async def test_a_post_for_some_is_nowhere_for_others(
    at: Hearing, tmp_path: Path, kind: str, audience: str
) -> None:
    before = await public_state(at)
    said = len(at.village.told)
    post = await publish(at, kind, Texts().of(kind, f"visibility: {audience}\n"), tmp_path)
    told = [heard for heard in at.village.heard if heard.method == "POST"][said:]
    inbox = ["/users/ben/inbox"] if audience == "partners" else []
    assert [heard.path for heard in told] == inbox
    assert all(MEMBERS.encode() not in heard.body.lower() for heard in told)
    walked = await walk(at, post, f"{post}/embed", f"/oembed?url={post}", f"{post}/interact")
    assert not walked.telling("Seen by all", MEMBERS, PARTNERS)
    # Not even its address, but where it was asked for.
    name = post.rpartition("/")[2]
    assert [url for url, _, _ in walked.telling(name) if name not in url] == []
    for suffix in ("", "/replies", "/likes", "/shares", "/context"):
        answers = {
            name: (
                await send(at.client, a_fetch(post + suffix, Person(at.village, name).key))
            ).status_code
            for name in ("anna", "ben", "cara")
        }
        can = 200 if audience == "partners" else 404
        assert answers == {"anna": 404, "ben": can, "cara": 404}, suffix
    assert await public_state(at) == before
    assert b"Seen by all" in await seen_by_members(at, post)
    await at.here.withdraw(post)
    await at.world.deliver()
    deletes = [heard for heard in at.village.heard if b'"Delete"' in heard.body]
    assert [heard.path for heard in deletes] == inbox


async def public_state(at: Hearing) -> dict[str, bytes]:
    """What counts and lists say, which must not change for what is not public."""
    paths = ("/groups/harbour", "/groups/harbour/outbox", "/nodeinfo/2.1", "/sitemap.xml", "/")
    return {path: (await at.here.get(path, "text/html")).content for path in paths}


async def test_a_former_partner_is_told_of_a_withdrawal_and_of_nothing_new(
    at: Hearing, tmp_path: Path
) -> None:
    ben = Person(at.village, "ben")
    post = await publish(at, "update", "---\nvisibility: partners\n---\nFirst words", tmp_path)
    await at.here.write(lambda tx: partners.remove(tx, at.harbour, ben.id))
    assert (await send(at.client, a_fetch(post, ben.key))).status_code == 404
    said = len(at.village.told)
    await edit(at, post, "---\nvisibility: partners\n---\nSecond words", tmp_path)
    assert len(at.village.told) == said
    await at.here.withdraw(post)
    await at.world.deliver()
    assert [one["type"] for one in at.village.told[said:]] == ["Delete"]


async def test_an_answer_for_some_is_not_counted_at_what_it_answers(
    at: Hearing, tmp_path: Path
) -> None:
    first = await publish(at, "update", "Seen by all.", tmp_path)
    await publish(at, "update", f"---\nreply_to: {first}\nvisibility: members\n---\nNo.", tmp_path)

    def replies(tx: Tx) -> int:
        found: StoredObject | None = objects.find(tx, first)
        assert found
        return found.replies

    assert await at.here.read(replies) == 0
    await publish(at, "update", f"---\nreply_to: {first}\n---\nYes.", tmp_path)
    assert await at.here.read(replies) == 1


async def test_a_partner_whose_signature_cannot_be_checked_is_shown_what_all_see(
    at: Hearing, tmp_path: Path
) -> None:
    post = await publish(at, "update", "A [[partners: zqpar1]] b.", tmp_path)
    ben = Person(at.village, "ben")
    signed = a_fetch(post + "#key", ben.key, "rfc9421")
    answer = await send(at.client, a_fetch(post), **signed.headers)
    assert (answer.status_code, PARTNERS in answer.text) == (200, False)
    assert PARTNERS in (await send(at.client, a_fetch(post, ben.key))).text
    for _ in range(2):  # also from ready bytes
        assert PARTNERS not in (await at.here.get(post)).text
        assert PARTNERS in (await send(at.client, a_fetch(post, ben.key))).text
