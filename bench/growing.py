"""Growing an instance: copies of a few real rows, until it is as large as wanted."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.filling import NAME, fill
from bench.people import Person, keep
from fedi.actors.groups import set_profile
from fedi.clock import now_ms
from fedi.config import Config
from fedi.storage import follows, notes, reactions
from fedi.storage.notes import Note
from fedi.storage.reactions import Reaction
from fedi.storage.store import open_store
from fedi.storage.tx import Tx

HOUR, DAY = 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; `answers` is how many of the notes and of the likes are about one and the same post."""

    posts: int
    followers: int
    notes: int
    likes: int
    answers: int


async def grow(config: Config, size: Size) -> list[str]:
    """Fill an instance and return the posts made first; the one most talked about is the first of them."""
    person = Person("https://h0.example", 0)
    posts = await fill(config, posts=4, people=[person])
    group = config.site.group(NAME)
    now = now_ms()

    def unit(tx: Tx) -> None:
        keep(tx, person, now)
        set_profile(tx, config.site, NAME, {"followers_visible": True}, now)
        follows.add(tx, person.id, group, follows.ACCEPTED, f"{person.id}/follows/1", now)
        note = Note(
            id=f"{person.id}/notes/1",
            author=person.id,
            type="Note",
            visibility="public",
            html="<p>We come, all of us, and bring soup.</p>",
            document="{}",
            published_at=now,
            received_at=now,
            in_reply_to=posts[0],
            thread=posts[0],
            to_group=group,
        )
        notes.add(tx, note)
        like = Reaction(posts[0], reactions.LIKE, person.id, "", f"{person.id}/likes/1", now)
        reactions.add(tx, like)

    async with await open_store(config) as store:
        await store.write(unit)
    await asyncio.to_thread(multiply, Path(config.database), config, posts, size)
    return posts


def multiply(file: Path, config: Config, posts: list[str], size: Size) -> None:
    """Copy the few rows there are until there are so many, twenty minutes apart back into the past."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("CREATE TEMP TABLE samples (k INTEGER PRIMARY KEY, id TEXT, stem TEXT)")
        database.executemany(
            "INSERT INTO samples VALUES (?, ?, ?)",
            [(number, post, post[:-26]) for number, post in enumerate(posts)],
        )
        sample = "JOIN samples ON samples.k = n % 4 "
        post, back = "stem || printf('%026d', n)", "- n * 1200000"
        person = "'https://h' || (n % 1000) || '.example/users/u' || n"
        some = f"'https://h' || (n % {size.followers} % 1000) || '.example/users/u' || (n % {size.followers})"
        talked = f"CASE WHEN n <= {size.answers} THEN '{posts[0]}' ELSE {post} END"
        for table, count, changes, where in (
            (
                "objects",
                size.posts,
                {
                    "id": post,
                    "thread": post,
                    "published_at": f"published_at {back}",
                    "updated_at": f"updated_at {back}",
                    "starts_at": f"CASE WHEN starts_at > 0 THEN published_at {back} + {2 * DAY} END",
                    "ends_at": f"CASE WHEN ends_at > 0 THEN published_at {back} + {2 * DAY + HOUR} END",
                },
                sample + "JOIN objects ON objects.id = samples.id",
            ),
            (
                "versions",
                size.posts,
                {"object": post, "published_at": f"published_at {back}"},
                sample + "JOIN versions ON versions.object = samples.id",
            ),
            (
                "hashtags",
                size.posts,
                {"object": post, "published_at": f"published_at {back}"},
                sample + "JOIN hashtags ON hashtags.object = samples.id",
            ),
            (
                "activities",
                size.posts,
                {
                    "id": "substr(activities.id, 1, length(activities.id) - 26) || printf('%026d', n)",
                    "object": post,
                    "created_at": f"created_at {back}",
                },
                sample + "JOIN activities ON activities.object = samples.id",
            ),
            (
                "actors",
                size.followers,
                {
                    "id": person,
                    "host": "'h' || (n % 1000) || '.example'",
                    "username": "'u' || n",
                    "handle": "'u' || n || '@h' || (n % 1000) || '.example'",
                },
                "JOIN actors ON actors.id = 'https://h0.example/users/u0'",
            ),
            (
                "follows",
                size.followers,
                {
                    "follower": person,
                    "activity": person + " || '/follows/1'",
                    "created_at": f"created_at {back}",
                },
                "JOIN follows ON follows.follower = 'https://h0.example/users/u0'",
            ),
            (
                "notes",
                size.notes,
                {
                    "id": "'https://h0.example/notes/n' || n",
                    "author": some,
                    "in_reply_to": talked,
                    "thread": talked,
                    "published_at": "published_at - n * 1000",
                },
                sample + "JOIN notes ON notes.id = 'https://h0.example/users/u0/notes/1'",
            ),
            (
                "reactions",
                size.likes,
                {
                    "object": talked,
                    "actor": some,
                    "content": "'' || n",
                    "kind": "'emoji'",
                    "activity": "'https://h0.example/likes/' || n",
                    "at": "at - n * 1000",
                },
                sample + "JOIN reactions ON reactions.actor = 'https://h0.example/users/u0'",
            ),
        ):
            copy(database, table, count, changes, where)
        tally(database, posts[0], size)
        database.commit()
        database.execute("ANALYZE")


def copy(
    database: sqlite3.Connection, table: str, count: int, changes: dict[str, str], where: str
) -> None:
    """Insert so many copies of the rows that `where` joins to the numbers n, with some columns changed."""
    named = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(name, f"{table}.{name}") for name in named)
    database.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
        f"WHERE n < {count}) INSERT INTO {table} ({', '.join(named)}) "
        f"SELECT {values} FROM numbers {where}"
    )


def tally(database: sqlite3.Connection, post: str, size: Size) -> None:
    """Bring what is counted up to date."""
    database.execute("DELETE FROM streams")
    database.execute(
        "INSERT INTO streams (actor, audience, kind, n) SELECT actor, audience, kind, count(*) "
        "FROM objects GROUP BY actor, audience, kind"
    )
    database.execute("DELETE FROM tallies")
    database.executemany(
        "INSERT INTO tallies (actor, what, n) SELECT actor, ?, ? FROM groups",
        [("followers", size.followers), ("comments", size.notes)],
    )
    database.execute(
        f"UPDATE objects SET likes = {size.answers}, replies = {size.answers} WHERE id = ?", [post]
    )
