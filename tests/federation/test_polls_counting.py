"""When the counts of a poll are told, to whom, and how it closes."""

from __future__ import annotations

import pytest
from build import ANNA, SITE, a_follow, jobs_of, said
from polling import (
    BEN,
    DAY,
    HARBOUR,
    HOUR,
    MINUTE,
    SHORT,
    a_poll_can_be_held,
    counts,
    edits,
    known,
    told,
    vote,
)
from signed import NOW
from written import POLL, document_of, publishes, ready

from fedi.activitypub.keys import read_keys
from fedi.activitypub.proofs import check_proof, proof_key_ids
from fedi.actors.documents import actor_document
from fedi.conversation import votes
from fedi.practices.polls import counting
from fedi.storage import groups, objects
from fedi.storage.store import Store
from fedi.storage.tx import Tx


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_poll_can_be_held)


async def test_votes_are_told_together_a_while_later_with_the_date_of_the_text(
    store: Store,
) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        assert jobs_of(tx, "polls.tell") == []
        assert vote(tx, poll, "Friday") and vote(tx, poll, "Thursday", ANNA, NOW + MINUTE)
        [job] = jobs_of(tx, "polls.tell")
        assert job["due_at"] == NOW + votes.SOON
        assert told(tx, poll) == {"Thursday": 0, "Friday": 0, "Either": 0}
        before = len(said(tx))
        counting.tell(tx, SITE, poll, NOW + votes.SOON)
        document = document_of(tx, poll)
        assert counts(document) == {"Thursday": 1, "Friday": 1, "Either": 0}
        assert (document["votersCount"], document["version"]) == (2, 2)
        assert "updated" not in document
        [update] = said(tx)[before:]
        assert (update["type"], update["object"]) == ("Update", document)
        counting.tell(tx, SITE, poll, NOW + HOUR)
        assert len(said(tx)) == before + 1, "nothing is told twice"

    await store.write(unit)


async def test_later_votes_are_gathered_for_longer(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        vote(tx, poll, now=NOW + HOUR)
        assert [job["due_at"] for job in jobs_of(tx, "polls.tell")] == [NOW + HOUR + votes.LATER]

    await store.write(unit)


async def test_servers_of_voters_hear_of_it_although_nobody_there_follows(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        vote(tx, poll, by=BEN)
        counting.tell(tx, SITE, poll, NOW + votes.SOON)
        assert [one["type"] for one in said(tx, to=BEN)] == ["Update"]
        assert BEN not in str(said(tx))

    await store.write(unit)


async def test_what_followers_alone_may_read_is_told_to_no_other_server(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_follow(tx, by=BEN, of=HARBOUR)
        source = POLL.replace("options:", "visibility: followers\noptions:")
        poll = publishes(tx, ready("poll", source))
        assert vote(tx, poll, by=BEN)
        tx.execute("DELETE FROM follows WHERE follower = :ben", ben=BEN)
        before = len(said(tx, to=BEN))
        counting.tell(tx, SITE, poll, NOW + votes.SOON)
        counting.close(tx, SITE, poll, known(tx, poll).ends_at)
        assert len(said(tx, to=BEN)) == before
        assert len(said(tx, to=ANNA)) == before + 2

    await store.write(unit)


async def test_counted_again_a_document_has_a_proof_that_holds(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        vote(tx, poll)
        counting.tell(tx, SITE, poll, NOW + votes.SOON)
        document = document_of(tx, poll)
        [key_id] = proof_key_ids(document)
        group = groups.find(tx, "harbour")
        assert group
        [key] = [one for one in read_keys(actor_document(tx, SITE, group)) if one.id == key_id]
        assert check_proof(document, key)
        assert not check_proof({**document, "votersCount": 7}, key)

    await store.write(unit)


async def test_a_recount_keeps_one_row_for_each_text_with_its_date(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        vote(tx, poll, by=BEN)
        counting.tell(tx, SITE, poll, NOW + votes.SOON)
        edits(tx, poll, POLL.replace("When", "On which day"), NOW + HOUR)
        vote(tx, poll, by=ANNA, now=NOW + HOUR)
        counting.tell(tx, SITE, poll, NOW + 2 * HOUR)
        assert objects.history(tx, poll, "public") == [(4, NOW + HOUR), (2, NOW)]
        assert document_of(tx, poll)["updated"] == "2026-09-21T15:13:20Z"

    await store.write(unit)


async def test_at_its_end_a_poll_is_closed_once_and_for_all(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll", SHORT))
        ends = NOW + 3 * DAY
        vote(tx, poll)
        counting.close(tx, SITE, poll, ends - 1)
        assert known(tx, poll).closed_at is None and "closed" not in document_of(tx, poll)
        assert not vote(tx, poll, by=ANNA, now=ends)
        counting.close(tx, SITE, poll, ends + 5 * MINUTE)
        document = document_of(tx, poll)
        assert counts(document) == {"Thursday": 0, "Friday": 1, "Either": 0}
        assert document["closed"] == document["endTime"]
        stored = objects.find(tx, poll)
        assert stored and (stored.state, stored.updated_at) == ("closed", ends + 5 * MINUTE)
        assert [one["type"] for one in said(tx, to=BEN)] == ["Update"]
        after = len(said(tx))
        counting.close(tx, SITE, poll, ends + HOUR)
        counting.tell(tx, SITE, poll, ends + HOUR)
        assert len(said(tx)) == after and not vote(tx, poll, by=ANNA, now=ends + HOUR)

    await store.write(unit)


async def test_a_poll_that_nobody_answered_closes_all_the_same(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll", SHORT))
        counting.close(tx, SITE, poll, NOW + 3 * DAY)
        assert document_of(tx, poll)["closed"]
        assert known(tx, poll).closed_at == NOW + 3 * DAY

    await store.write(unit)
