"""What a group and an instance can do about others: report, block, limit, hide."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from speaking import follow, note
from world import Instance, World

from fedi.clock import now_ms
from fedi.conversation import asked, reports
from fedi.storage import blocks
from fedi.storage import reports as report_rows

REPLY = "---\n---\nBuy our soup.\n"


@pytest.fixture
async def conversation(two: World) -> AsyncIterator[tuple[World, str, str]]:
    """A post of harbour and sister's reply."""
    await follow(two)
    post = await two["alpha"].publish()
    await two.deliver()
    reply = await two["beta"].publish(group="sister", source=REPLY, to=post)
    await two.deliver()
    assert "Buy our soup." in await two["alpha"].page(post)
    yield two, post, reply


async def against(one: Instance, subject: str, severity: str, group: str = blocks.INSTANCE) -> None:
    await one.write(lambda tx: blocks.add(tx, group, subject, severity, now_ms()))


async def test_a_report_reaches_the_admins_of_the_other_side_without_naming_the_group(
    conversation: tuple[World, str, str],
) -> None:
    two, _, reply = conversation
    alpha, beta = two["alpha"], two["beta"]
    await alpha.write(
        lambda tx: reports.report(tx, alpha.house.site, reply, "Advertising", now_ms())
    )
    await two.deliver()
    (kept,) = await beta.read(lambda tx: report_rows.open_(tx))
    assert kept.reporter == alpha.house.site.actor
    assert kept.content == "Advertising"
    assert reply in kept.objects


async def test_a_hidden_reply_is_not_shown_and_not_counted_until_it_is_shown_again(
    conversation: tuple[World, str, str],
) -> None:
    two, post, reply = conversation
    alpha = two["alpha"]
    for hidden, count in ((True, 0), (True, 0), (False, 1), (False, 1)):
        await alpha.write(
            lambda tx, hidden=hidden: asked.hide(tx, "harbour", reply, now_ms(), hidden=hidden)
        )
        assert ("Buy our soup." in await alpha.page(post)) is not hidden
        replies = (await alpha.get(f"{post}/replies")).json()
        assert (replies["totalItems"], len(replies["first"]["items"])) == (count, count)


async def test_an_edit_of_a_hidden_reply_stays_hidden(
    conversation: tuple[World, str, str],
) -> None:
    two, post, reply = conversation
    alpha = two["alpha"]
    await alpha.write(lambda tx: asked.hide(tx, "harbour", reply, now_ms()))
    await two["beta"].edit(reply, REPLY.replace("soup", "bread"))
    await two.deliver()
    kept = await note(alpha, reply)
    assert kept is not None
    assert "bread" in kept.html
    assert "bread" not in await alpha.page(post)


async def test_from_a_blocked_server_nothing_is_taken_and_nothing_goes_there(
    conversation: tuple[World, str, str],
) -> None:
    two, post, reply = conversation
    alpha, beta = two["alpha"], two["beta"]
    await against(alpha, beta.config.site.host, blocks.BLOCK)
    again = await beta.publish(group="sister", source=REPLY, to=post)
    await beta.like("sister", post)
    await alpha.publish()
    await two.deliver()
    assert await note(alpha, again) is None
    assert (await alpha.get(f"{post}/likes")).json()["totalItems"] == 0
    assert (await note(alpha, reply)) is not None


async def test_what_a_limited_server_says_is_taken_and_not_shown(
    conversation: tuple[World, str, str],
) -> None:
    two, post, _ = conversation
    alpha, beta = two["alpha"], two["beta"]
    await against(alpha, beta.config.site.host, blocks.LIMIT)
    again = await beta.publish(group="sister", source="---\n---\nAnd bread.\n", to=post)
    await beta.like("sister", post)
    await two.deliver()
    kept = await note(alpha, again)
    assert kept is not None
    assert kept.hidden_at is not None
    assert "And bread." not in await alpha.page(post)
    assert (await alpha.get(f"{post}/likes")).json()["totalItems"] == 0


async def test_whom_one_group_blocks_another_still_hears(
    conversation: tuple[World, str, str],
) -> None:
    two, post, _ = conversation
    alpha, beta = two["alpha"], two["beta"]
    await alpha.add_group("orchard", "Orchard")
    other = await alpha.publish(group="orchard")
    sister = beta.house.site.group("sister")
    await against(alpha, sister, blocks.BLOCK, alpha.house.site.group("harbour"))
    refused = await beta.publish(group="sister", source="---\n---\nHere again.\n", to=post)
    await beta.publish(group="sister", source="---\n---\nAnd here.\n", to=other)
    await two.deliver()
    assert await note(alpha, refused) is None
    assert "And here." in await alpha.page(other)
