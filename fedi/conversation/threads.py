"""Threads as pages and other servers read them: replies in order, and the collections of an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from fedi.activitypub.context import OBJECT_CONTEXT
from fedi.errors import NotFound
from fedi.storage import actors, notes, streams
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

PAGE = 100
SHOWN = ("public", "unlisted")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; `key` says where the next page begins, `depth` how far it is from our object."""

    id: str
    key: str
    author: str
    author_name: str
    author_handle: str
    url: str
    html: str
    warning: str
    language: str
    published_at: int
    in_reply_to: str | None
    depth: int = 0


def replies_to(tx: Tx, stored: StoredObject, *, after: str = "", limit: int = 50) -> list[Reply]:
    """Return a page of what was said below an object: the whole thread it began, or the answers to an answer.

    Within a page an answer stands below what it answers; pages follow each other in time.
    """
    at = _position(after)
    if stored.thread == stored.id:
        theirs = notes.of_thread(tx, stored.id, at, limit)
        entries = streams.under(tx, stored.id, SHOWN, at, limit)
    else:
        theirs = notes.answers_to(tx, stored.id, at, limit)
        entries = streams.under(tx, stored.thread, SHOWN, at, limit, parent=stored.id)
    found = [_foreign(tx, note) for note in theirs] + [_ours(tx, entry) for entry in entries]
    in_time = sorted(found, key=lambda reply: (reply.published_at, reply.id))[:limit]
    return _as_tree(in_time, stored.id)


def _position(after: str) -> tuple[int, str]:
    at, _, last = after.partition("-")
    return (int(at), last) if at.isascii() and at.isdigit() and len(at) < 17 else (0, "")


def _foreign(tx: Tx, note: notes.Note) -> Reply:
    author = actors.find(tx, note.author)
    host = urlsplit(note.author).netloc
    handle = author.handle or f"{author.username}@{author.host}" if author else host
    return Reply(
        id=note.id,
        key=f"{note.published_at}-{note.id}",
        author=note.author,
        author_name=(author.name or author.username) if author else host,
        author_handle=handle,
        url=note.url or note.id,
        html=note.html,
        warning=note.warning,
        language=note.language,
        published_at=note.published_at,
        in_reply_to=note.in_reply_to,
    )


def _ours(tx: Tx, entry: streams.Entry) -> Reply:
    stored = entry.object
    author = actors.find(tx, stored.actor)
    return Reply(
        id=stored.id,
        key=f"{stored.published_at}-{stored.id}",
        author=stored.actor,
        author_name=author.name if author else "",
        author_handle=(author.handle or "") if author else "",
        url=stored.id,
        html=entry.html,
        warning=str(entry.facts.get("warning") or ""),
        language=stored.language,
        published_at=stored.published_at,
        in_reply_to=stored.in_reply_to,
    )


def _as_tree(in_time: list[Reply], root: str) -> list[Reply]:
    placed = order([(reply.id, reply.in_reply_to) for reply in in_time], root)
    return [replace(in_time[number], depth=depth) for number, depth in placed]


def order(said: Sequence[tuple[str, str | None]], root: str) -> list[tuple[int, int]]:
    """Return number and depth of each of these (id, what it answers), an answer below what it answers.

    What answers nothing among them answers the root.
    """
    here = {name for name, _ in said}
    below: dict[str, list[int]] = {}
    for number, (_, parent) in enumerate(said):
        below.setdefault(parent if parent in here and parent else root, []).append(number)
    ordered: list[tuple[int, int]] = []
    waiting = [(number, 0) for number in reversed(below.pop(root, []))]
    while waiting:
        number, depth = waiting.pop()
        ordered.append((number, depth))
        answers = below.pop(said[number][0], [])
        waiting += [(answer, depth + 1) for answer in reversed(answers)]
    # What answers each other in a circle has no beginning; it stands at the end, in time.
    ordered += [(number, 0) for rest in below.values() for number in rest]
    return ordered


def collection(tx: Tx, stored: StoredObject, which: str, after: str | None) -> dict[str, Any]:
    """Build `replies`, `context`, `likes` or `shares` of an object; who liked and shared is only counted.

    `replies` and `context` list ids, because what others said is theirs to serve (interop §3.7).
    """
    name = f"{stored.id}/{which}"
    if which in ("likes", "shares"):
        total = stored.likes if which == "likes" else stored.shares
        return {"@context": OBJECT_CONTEXT, "id": name, "type": "Collection", "totalItems": total}
    if which not in ("replies", "context"):
        raise NotFound("There is nothing here.")
    page = _page(tx, stored, name, which, after or "")
    if after is not None:
        return {"@context": OBJECT_CONTEXT, **page}
    whole: dict[str, Any] = {
        "@context": OBJECT_CONTEXT,
        "id": name,
        "type": "Collection" if which == "replies" else "OrderedCollection",
        "totalItems": stored.replies + (which == "context"),
        "first": page,
    }
    if which == "context":
        whole["attributedTo"] = stored.actor
    return whole


def _page(tx: Tx, stored: StoredObject, name: str, which: str, after: str) -> dict[str, Any]:
    found = replies_to(tx, stored, after=after, limit=PAGE + 1)
    in_time = sorted(found, key=lambda reply: (reply.published_at, reply.id))
    shown = in_time[:PAGE]
    ids = [reply.id for reply in shown]
    if which == "context" and not after:
        ids.insert(0, stored.id)
    ordered = which == "context"
    page: dict[str, Any] = {
        "id": f"{name}?after={quote(after, safe='')}",
        "type": "OrderedCollectionPage" if ordered else "CollectionPage",
        "partOf": name,
        "orderedItems" if ordered else "items": ids,
    }
    if len(in_time) > PAGE:
        page["next"] = f"{name}?after={quote(shown[-1].key, safe='')}"
    return page
