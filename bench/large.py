"""A group with 100,000 posts, 50,000 followers and 1,000,000 interactions, beside one whose pages are just full."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.filling import NAME, fill
from bench.load import get, load
from bench.people import Person, keep
from bench.running import Process, free_port, instance, settings
from bench.table import Line
from fedi.actors.groups import set_profile
from fedi.clock import now_ms
from fedi.config import Config
from fedi.config import load as read_settings
from fedi.storage import follows, notes, reactions
from fedi.storage.notes import Note
from fedi.storage.reactions import Reaction
from fedi.storage.store import open_store
from fedi.storage.tx import Tx

PAGES, JSON = "text/html", "application/activity+json"
BAR = 2.0
TIMES = 50
ENOUGH = 0.25
"""Seconds of CPU to measure for each address: the kernel counts in hundredths."""
HOUR, DAY = 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; `answers` is how many of the notes and of the likes are about one and the same post."""

    posts: int
    followers: int
    notes: int
    likes: int
    answers: int


SMALL = Size(posts=600, followers=120, notes=120, likes=300, answers=60)
LARGE = Size(posts=100_000, followers=50_000, notes=100_000, likes=900_000, answers=20_000)


async def rows(scale: float = 1.0) -> list[Line]:
    """Measure what each page and each document of the two groups costs."""
    with tempfile.TemporaryDirectory() as name:
        large = Size(*(max(int(n * scale), least) for n, least in _pairs(LARGE, SMALL)))
        costs: list[dict[str, float]] = []
        for number, size in enumerate((SMALL, large)):
            environment = settings(Path(name) / str(number), free_port())
            config = read_settings(environment)
            posts = await grow(config, size)
            with instance(environment, "--no-worker") as server:
                costs.append(await cost_of_all(server, config, posts, min(scale, 1) * ENOUGH))
        return summed_up(costs[0], costs[1], large)


def summed_up(small: dict[str, float], large: dict[str, float], size: Size) -> list[Line]:
    """Say which address grew most, and name every one that grew too much."""
    grown = sorted(small, key=lambda what: large[what] / small[what], reverse=True)
    missed = [what for what in grown if large[what] > BAR * small[what]]
    note = (
        f"{size.posts:,} posts, {size.followers:,} followers, "
        f"{size.likes + size.notes:,} interactions; CPU of {len(small)} addresses"
    )
    return [
        Line(
            row=f"large group: {what}",
            bar=f"≤ {BAR:.0f} × the small one",
            measured=f"{large[what]:.2f} ms CPU",
            met=what not in missed,
            ratio=f"{large[what] / small[what]:.2f} of {small[what]:.2f} ms",
            note=note if number == 0 else "",
        )
        for number, what in enumerate(missed + [what for what in grown if what not in missed][:3])
    ]


def _pairs(large: Size, small: Size) -> list[tuple[int, int]]:
    names = ("posts", "followers", "notes", "likes", "answers")
    return [(getattr(large, name), getattr(small, name)) for name in names]


async def cost_of_all(
    server: Process, config: Config, posts: list[str], enough: float
) -> dict[str, float]:
    """Return the server's CPU for each address in milliseconds, each drawn anew."""
    group = f"/groups/{NAME}"
    post = posts[0].removeprefix(config.origin)
    middle = f"{_middle(config)}-{config.site.object('updates', 'z' * 26)}"
    asked = {
        "front page": ("/", PAGES),
        "group page": (group, PAGES),
        "group page, one kind": (f"{group}?kind=minutes", PAGES),
        "group page, from the middle": (f"{group}?before={middle}", PAGES),
        "post with its thread": (post, PAGES),
        "calendar": ("/calendar", PAGES),
        "tag page": ("/tags/housing", PAGES),
        "about page": ("/about", PAGES),
        "Atom feed": (f"{group}/feed.atom", "*/*"),
        "NodeInfo": ("/nodeinfo/2.1", "*/*"),
        "actor": (group, JSON),
        "post document": (post, JSON),
        "followers": (f"{group}/followers", JSON),
        "followers, a page": (f"{group}/followers?page=first", JSON),
        "following": (f"{group}/following", JSON),
        "outbox": (f"{group}/outbox", JSON),
        "outbox, a page": (f"{group}/outbox?page=first", JSON),
        "outbox, from the middle": (f"{group}/outbox?page={middle}", JSON),
        "featured": (f"{group}/featured", JSON),
        "featured tags": (f"{group}/featured_tags", JSON),
        "replies": (f"{post}/replies", JSON),
        "likes": (f"{post}/likes", JSON),
        "shares": (f"{post}/shares", JSON),
    }
    costs: dict[str, float] = {}
    for what, (path, accept) in asked.items():
        request = get(server.port, path, accept, cookie="a=b")
        await load(server, [request] * 5, 1)
        cpu, count = 0.0, 0
        while cpu <= enough:
            result = (await load(server, [request] * TIMES, 4)).only(200)
            cpu, count = cpu + result.cpu, count + result.count
        costs[what] = cpu / count * 1000
    return costs


def _middle(config: Config) -> int:
    with closing(sqlite3.connect(config.database)) as database:
        first, last = database.execute(
            "SELECT min(published_at), max(published_at) FROM objects"
        ).fetchone()
        return (first + last) // 2


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
