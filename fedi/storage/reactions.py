"""Likes, shares and emoji of others on what is ours, one of a kind for each actor."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx

LIKE, SHARE, EMOJI = "like", "share", "emoji"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction; `content` is the emoji of an EmojiReact."""

    object: str
    kind: str
    actor: str
    content: str
    activity: str
    at: int


_SELECT = "SELECT object, kind, actor, content, activity, at FROM reactions "


def add(tx: Tx, reaction: Reaction) -> bool:
    """Keep a reaction; tell whether it was new."""
    return (
        tx.execute(
            "INSERT INTO reactions (object, kind, actor, content, activity, at) "
            "VALUES (:object, :kind, :actor, :content, :activity, :at) ON CONFLICT DO NOTHING",
            object=reaction.object,
            kind=reaction.kind,
            actor=reaction.actor,
            content=reaction.content,
            activity=reaction.activity,
            at=reaction.at,
        )
        == 1
    )


def find_by_activity(tx: Tx, actor: str, activity: str) -> Reaction | None:
    """Return the reaction that an actor began with this activity."""
    row = tx.one(
        _SELECT + "WHERE activity = :activity AND actor = :actor", activity=activity, actor=actor
    )
    return _reaction(row) if row else None


def of_actor(tx: Tx, actor: str, object_id: str | None = None) -> list[Reaction]:
    """Return the reactions of an actor, to one object or to all."""
    rows = tx.all(
        _SELECT
        + "WHERE actor = :actor "
        + ("AND object = :object " if object_id else "")
        + "ORDER BY object, kind, content",
        actor=actor,
        **({"object": object_id} if object_id else {}),
    )
    return [_reaction(row) for row in rows]


def by_actor(tx: Tx, actor: str, limit: int = 200) -> list[Reaction]:
    """Return some of what an actor did to what is ours."""
    rows = tx.all(
        _SELECT + "WHERE actor = :actor ORDER BY object, kind, content LIMIT :limit",
        actor=actor,
        limit=limit,
    )
    return [_reaction(row) for row in rows]


def remove(tx: Tx, reaction: Reaction) -> bool:
    """Take a reaction away; tell whether it was there."""
    return (
        tx.execute(
            "DELETE FROM reactions WHERE object = :object AND kind = :kind AND actor = :actor "
            "AND content = :content",
            object=reaction.object,
            kind=reaction.kind,
            actor=reaction.actor,
            content=reaction.content,
        )
        == 1
    )


def _reaction(row: Row) -> Reaction:
    return Reaction(**{name: row[name] for name in Reaction.__slots__})
