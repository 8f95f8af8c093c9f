"""A group with 100,000 posts, 50,000 followers and 1,000,000 interactions, beside one whose pages are just full."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing, suppress
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
TIMES = 60
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; `answers` is how many of the notes and of the likes are about one and the same post."""

    posts: int
    followers: int
    notes: int
    likes: int
    answers: int


SMALL = Size(posts=120, followers=120, notes=120, likes=300, answers=60)
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
                costs.append(await cost_of_all(server, config, posts))
        lines = [
            Line(
                row=f"large group: {what}",
                bar=f"≤ {BAR:.0f} × the small one",
                measured=f"{cost:.2f} ms CPU",
                met=cost <= BAR * costs[0][what],
                ratio=f"{cost / costs[0][what]:.2f} of {costs[0][what]:.2f} ms",
                note=f"{large.posts:,} posts, {large.followers:,} followers, "
                f"{large.likes + large.notes:,} interactions",
            )
            for what, cost in costs[1].items()
        ]
        return sorted(lines, key=lambda line: float(line.ratio.split()[0]), reverse=True)


def _pairs(large: Size, small: Size) -> list[tuple[int, int]]:
    names = ("posts", "followers", "notes", "likes", "answers")
    return [(getattr(large, name), getattr(small, name)) for name in names]


async def cost_of_all(server: Process, config: Config, posts: list[str]) -> dict[str, float]:
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
        result = (await load(server, [request] * TIMES, 4)).only(200)
        costs[what] = max(result.each, 0.01)
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
    """Copy the rows of the one post, follower, note and like of each sort until there are so many."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous = OFF")
        copied = "replace({}, :old, :old || '-' || n)"
        ulid = "substr(objects.id, 1, length(objects.id) - 26) || printf('%026d', n)"
        of_post = "(n - 1) % 4 = (SELECT count(*) FROM objects AS o WHERE o.id < objects.id) % 4"
        _copy(database, "versions", size.posts, {
            "object": "substr(versions.object, 1, length(versions.object) - 26) || printf('%026d', n)",
        }, "1 = 1")
