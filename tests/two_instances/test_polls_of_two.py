"""A poll on one instance is answered from another: votes travel there, counts travel back, and it ends for both."""

from __future__ import annotations

from typing import Any

from polling import SHORT, counts, known
from speaking import follow, heard, note
from world import World

from fedi.clock import now_ms
from fedi.conversation.votes import SOON
from fedi.delivery import activities, outbox
from fedi.practices.polls import counting
from fedi.storage import polls


async def vote(two: World, poll: str, option: str) -> None:
    """Let sister say what other servers say where somebody votes."""
    beta = two["beta"]
    site, by = beta.house.site, beta.house.site.group("sister")
    harbour = two["alpha"].house.site.group("harbour")
    said: dict[str, Any] = {
        "id": f"{by}#votes/{option}",
        "type": "Note",
        "name": option,
        "attributedTo": by,
        "inReplyTo": poll,
        "to": [harbour],
    }
    create = activities.create(by, said)
    await beta.write(
        lambda tx: outbox.send(tx, site, by=by, activity=create, to=[harbour], now=now_ms())
    )
    await two.deliver()


async def updates(two: World) -> list[dict[str, Any]]:
    """What beta has heard anew about posts, oldest first."""
    alpha = two["alpha"]
    answers = [await alpha.get(name) for _, name in await heard(two["beta"])]
    found = [answer.json() for answer in answers if answer.status_code == 200]
    return [one["object"] for one in found if one["type"] == "Update"]


async def test_votes_travel_and_counts_come_back(two: World) -> None:
    alpha = two["alpha"]
    await follow(two)
    poll = await alpha.publish("poll", SHORT)
    await two.deliver()
    await vote(two, poll, "Friday")
    await vote(two, poll, "Thursday")
    assert await updates(two) == []
    await two.deliver(ahead=SOON + 1_000)
    [counted] = await updates(two)
    assert counted == (await alpha.get(poll)).json()
    assert counts(counted) == {"Thursday": 0, "Friday": 1, "Either": 0}
    page = await alpha.page(poll)
    assert "1 person has voted" in page and "sister" not in page


async def test_a_poll_ends_for_both_and_forgets_who_voted(two: World) -> None:
    alpha = two["alpha"]
    await follow(two)
    poll = await alpha.publish("poll", SHORT)
    await two.deliver()
    await vote(two, poll, "Friday")
    await alpha.write(lambda tx: polls.move_end(tx, poll, now_ms()))
    await alpha.write(lambda tx: counting.close(tx, alpha.house.site, poll, now_ms()))
    await two.deliver()
    last = (await updates(two))[-1]
    assert last["closed"] < last["endTime"]
    assert counts(last)["Friday"] == 1
    assert await alpha.read(lambda tx: tx.all("SELECT actor FROM poll_votes")) == []
    assert (await alpha.read(lambda tx: known(tx, poll))).voters == 1
    assert "What came of it" in await alpha.page(poll)


async def test_what_a_group_answers_to_a_poll_is_a_reply_and_no_vote(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    poll = await alpha.publish("poll", SHORT)
    await two.deliver()
    titled = "---\ntitle: Friday\n---\nBecause of the market.\n"
    reply = await beta.publish(group="sister", source=titled, to=poll)
    await two.deliver()
    assert (await alpha.read(lambda tx: known(tx, poll))).voters == 0
    kept = await note(alpha, reply)
    assert kept is not None and kept.in_reply_to == poll
    assert "Because of the market." in await alpha.page(poll)
