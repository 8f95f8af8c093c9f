"""Polls: what can be chosen, how many chose it, and who did until the poll is closed."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class StoredPoll:
    """A poll as it is counted; `votes` has a number for each of the `options`."""

    object: str
    options: tuple[str, ...]
    votes: tuple[int, ...]
    is_multiple: bool
    ends_at: int
    closed_at: int | None = None
    voters: int = 0

    def is_open(self, now: int) -> bool:
        """Tell whether a vote that comes now counts."""
        return self.closed_at is None and now < self.ends_at


def keep(tx: Tx, poll: StoredPoll) -> None:
    """Keep an open poll that nobody has voted in, in place of what it was before."""
    forget(tx, poll.object)
    tx.execute(
        "INSERT INTO polls (object, is_multiple, ends_at) VALUES (:object, :is_multiple, :ends_at)",
        object=poll.object,
        is_multiple=int(poll.is_multiple),
        ends_at=poll.ends_at,
    )
    tx.executemany(
        "INSERT INTO poll_options (object, place, name) VALUES (:object, :place, :name)",
        [
            {"object": poll.object, "place": place, "name": name}
            for place, name in enumerate(poll.options)
        ],
    )


def find(tx: Tx, object_id: str) -> StoredPoll | None:
    """Return a poll with its counts."""
    row = tx.one(
        "SELECT is_multiple, ends_at, closed_at, voters FROM polls WHERE object = :object",
        object=object_id,
    )
    if row is None:
        return None
    options = tx.all(
        "SELECT name, votes FROM poll_options WHERE object = :object ORDER BY place",
        object=object_id,
    )
    return StoredPoll(
        object=object_id,
        options=tuple(option["name"] for option in options),
        votes=tuple(option["votes"] for option in options),
        is_multiple=bool(row["is_multiple"]),
        ends_at=row["ends_at"],
        closed_at=row["closed_at"],
        voters=row["voters"],
    )


def move_end(tx: Tx, object_id: str, ends_at: int) -> None:
    """Let a poll end at another moment."""
    tx.execute(
        "UPDATE polls SET ends_at = :ends_at WHERE object = :object",
        ends_at=ends_at,
        object=object_id,
    )


def stop(tx: Tx, object_id: str, at: int) -> None:
    """Close a poll from a moment on; one that is closed stays so since then."""
    tx.execute(
        "UPDATE polls SET closed_at = :at WHERE object = :object AND closed_at IS NULL",
        at=at,
        object=object_id,
    )


def forget_votes(tx: Tx, object_id: str) -> None:
    """Forget who voted; the counts stay."""
    tx.execute("DELETE FROM poll_votes WHERE object = :object", object=object_id)


def forget(tx: Tx, object_id: str) -> None:
    """Delete a poll with all that was said to it."""
    forget_votes(tx, object_id)
    tx.execute("DELETE FROM poll_options WHERE object = :object", object=object_id)
    tx.execute("DELETE FROM polls WHERE object = :object", object=object_id)


def forget_of(tx: Tx, actor: str) -> None:
    """Delete all polls of one of our groups."""
    tx.execute(
        "DELETE FROM poll_votes WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )
    tx.execute(
        "DELETE FROM poll_options WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )
    tx.execute(
        "DELETE FROM polls WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )


def chosen(tx: Tx, object_id: str, actor: str) -> list[int]:
    """Return the places of the options that an actor chose."""
    rows = tx.all(
        "SELECT place FROM poll_votes WHERE object = :object AND actor = :actor ORDER BY place",
        object=object_id,
        actor=actor,
    )
    return [row["place"] for row in rows]


def vote(tx: Tx, object_id: str, actor: str, place: int, note: str) -> bool:
    """Keep and count a vote, said in the post `note`; tell whether it is the first one of this actor for it."""
    before = chosen(tx, object_id, actor)
    if place in before:
        return False
    tx.execute(
        "INSERT INTO poll_votes (object, actor, place, note) "
        "VALUES (:object, :actor, :place, :note)",
        object=object_id,
        actor=actor,
        place=place,
        note=note,
    )
    _count(tx, object_id, place, 1, voters=int(not before))
    return True


def said_in(tx: Tx, actor: str, note: str) -> list[tuple[str, int]]:
    """Return poll and place of each vote that an actor gave in a post."""
    rows = tx.all(
        "SELECT object, place FROM poll_votes WHERE actor = :actor AND note = :note "
        "ORDER BY object, place",
        actor=actor,
        note=note,
    )
    return [(row["object"], row["place"]) for row in rows]


def given_by(tx: Tx, actor: str, limit: int = 200) -> list[tuple[str, int]]:
    """Return poll and place of some of the votes of an actor."""
    rows = tx.all(
        "SELECT object, place FROM poll_votes WHERE actor = :actor "
        "ORDER BY object, place LIMIT :limit",
        actor=actor,
        limit=limit,
    )
    return [(row["object"], row["place"]) for row in rows]


def voters_after(tx: Tx, after: str = "", limit: int = 500) -> list[str]:
    """Return a page of those who voted in what is not closed yet, by id."""
    rows = tx.all(
        "SELECT DISTINCT actor FROM poll_votes WHERE actor > :after ORDER BY actor LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [row["actor"] for row in rows]


def take_back(tx: Tx, object_id: str, actor: str, place: int) -> bool:
    """Delete a vote and no longer count it; tell whether it was there."""
    deleted = tx.execute(
        "DELETE FROM poll_votes WHERE object = :object AND actor = :actor AND place = :place",
        object=object_id,
        actor=actor,
        place=place,
    )
    if not deleted:
        return False
    _count(tx, object_id, place, -1, voters=-int(not chosen(tx, object_id, actor)))
    return True


def one_voter_of_each_server(tx: Tx, object_id: str) -> list[str]:
    """Return one of those who voted for each inbox where what became of it should be known."""
    rows = tx.all(
        "SELECT min(actors.id) AS id FROM poll_votes JOIN actors ON actors.id = poll_votes.actor "
        "WHERE object = :object AND gone_at IS NULL "
        "GROUP BY COALESCE(shared_inbox, inbox) ORDER BY id",
        object=object_id,
    )
    return [row["id"] for row in rows]


def _count(tx: Tx, object_id: str, place: int, by: int, *, voters: int) -> None:
    tx.execute(
        "UPDATE poll_options SET votes = votes + :by WHERE object = :object AND place = :place",
        by=by,
        object=object_id,
        place=place,
    )
    tx.execute(
        "UPDATE polls SET voters = voters + :voters WHERE object = :object",
        voters=voters,
        object=object_id,
    )
