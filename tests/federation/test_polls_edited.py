"""What an edit may change in a poll: its text always, its end while it is open, its options until the first vote."""

from __future__ import annotations

import pytest
from build import ANNA, SITE, jobs_of, said
from polling import (
    BEN,
    CLOSED,
    DAY,
    HOUR,
    MINUTE,
    SHORT,
    a_poll_can_be_held,
    counts,
    edits,
    known,
    vote,
)
from signed import NOW
from written import POLL, document_of, publishes, ready

from fedi.errors import Refused
from fedi.practices.polls import counting
from fedi.storage import polls
from fedi.storage.store import Store
from fedi.storage.tx import Tx


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_poll_can_be_held)


async def test_its_author_may_close_a_poll_early_and_those_who_voted_hear_of_it(
    store: Store,
) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        vote(tx, poll)
        document = edits(tx, poll, CLOSED, NOW + HOUR)
        assert counts(document)["Friday"] == 1
        assert document["closed"] == "2026-09-21T16:13:20+01:00"
        assert document["endTime"].startswith("2190"), "GoToSocial would take it for another poll"
        assert not vote(tx, poll, by=ANNA, now=NOW + HOUR)
        assert [job["due_at"] for job in jobs_of(tx, "polls.close")] == [NOW + HOUR]
        counting.close(tx, SITE, poll, NOW + HOUR)
        [update] = said(tx, to=BEN)
        assert update["object"]["closed"] == document["closed"]
        assert polls.given_by(tx, BEN) == []

    await store.write(unit)


@pytest.mark.parametrize(
    "change",
    [
        ("Friday", "Saturday"),
        (", Either", ""),
        ("[Thursday, Friday", "[Friday, Thursday"),
        ("options:", "multiple: yes\noptions:"),
    ],
)
async def test_what_can_be_chosen_changes_only_until_somebody_has_voted(
    store: Store, change: tuple[str, str]
) -> None:
    other = POLL.replace(*change)
    poll = await store.write(lambda tx: publishes(tx, ready("poll")))
    document = await store.write(lambda tx: edits(tx, poll, other))
    assert counts(document).keys() == set(ready("poll", other).draft.details.names)
    await store.write(lambda tx: edits(tx, poll, POLL, NOW + 2 * MINUTE))
    assert await store.write(lambda tx: vote(tx, poll))
    with pytest.raises(Refused, match="People have voted"):
        await store.write(lambda tx: edits(tx, poll, other, NOW + 3 * MINUTE))
    document = await store.write(
        lambda tx: edits(tx, poll, POLL.replace("When", "On which day"), NOW + 3 * MINUTE)
    )
    assert counts(document)["Friday"] == 1 and "On which day" in document["content"]


async def test_the_end_may_be_moved_while_a_poll_is_open(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll", SHORT))
        vote(tx, poll)
        later = edits(tx, poll, SHORT.replace("3 days", "4 days"))
        counting.close(tx, SITE, poll, NOW + 3 * DAY)
        assert "closed" not in document_of(tx, poll)
        assert [job["due_at"] for job in jobs_of(tx, "polls.close")] == [NOW + 3 * DAY]
        assert known(tx, poll).ends_at == NOW + 4 * DAY and later["endTime"]

    await store.write(unit)


@pytest.mark.parametrize(
    "source",
    [
        POLL.replace("options:", "status: open\noptions:"),
        POLL.replace("2190", "2191"),
        POLL.replace("Friday", "Saturday"),
    ],
)
async def test_a_closed_poll_stays_closed_and_as_it_was(store: Store, source: str) -> None:
    poll = await store.write(lambda tx: publishes(tx, ready("poll")))
    closed = await store.write(lambda tx: edits(tx, poll, CLOSED))
    with pytest.raises(Refused, match="This poll is closed"):
        await store.write(lambda tx: edits(tx, poll, source, NOW + HOUR))
    document = await store.write(
        lambda tx: edits(tx, poll, POLL.replace("When", "On which day"), NOW + HOUR)
    )
    assert document["closed"] == closed["closed"]


async def test_an_edit_after_the_end_closes_what_no_worker_closed_yet(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll", SHORT))
        document = edits(tx, poll, SHORT.replace("When", "On which day"), NOW + 4 * DAY)
        assert document["closed"] == document["endTime"]

    await store.write(unit)


async def test_nobody_sees_other_options_than_others_do(store: Store) -> None:
    hidden = POLL.replace("Either", "'Either [[members: or never]]'")
    with pytest.raises(Refused, match="sees the same options"):
        await store.write(lambda tx: publishes(tx, ready("poll", hidden)))
    told = POLL.replace("meet?", "meet? [[members: Not on Sunday.]]")
    document = await store.write(lambda tx: document_of(tx, publishes(tx, ready("poll", told))))
    assert "Sunday" not in str(document)


async def test_what_only_members_see_is_counted_in_too(store: Store) -> None:
    told = POLL.replace("meet?", "meet? [[members: Not on Sunday.]]")

    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll", told))
        vote(tx, poll)
        counting.tell(tx, SITE, poll, NOW + HOUR)
        for audience in ("public", "members"):
            document = document_of(tx, poll, audience)
            assert (counts(document)["Friday"], document["version"]) == (1, 2)
            assert ("Sunday" in str(document)) == (audience == "members")

    await store.write(unit)


async def test_a_poll_for_members_alone_is_refused(store: Store) -> None:
    alone = POLL.replace("options:", "visibility: members\noptions:")
    with pytest.raises(Refused, match="reaches nobody"):
        await store.write(lambda tx: publishes(tx, ready("poll", alone)))
