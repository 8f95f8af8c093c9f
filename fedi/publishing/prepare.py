"""From a file to an act: mentions looked up and pictures made safe before the transaction begins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from fedi.conversation.fetching import get_note
from fedi.errors import FediError, Malformed, NotFound, Refused, Unreachable
from fedi.house import House
from fedi.publishing import acts, attaching, translating
from fedi.publishing.acts import Act
from fedi.publishing.draft import read
from fedi.publishing.kinds import Kind, kind
from fedi.publishing.markdown import Mentioned, find_mentions
from fedi.publishing.trying import OnlyLooked, try_out
from fedi.publishing.words import _
from fedi.storage import objects
from fedi.storage.tx import Tx

MOST_MENTIONS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it: the id, and the handles nobody was found for (they stay plain text)."""

    id: str
    not_found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published: its document, for whom, and the handles nobody was found for."""

    document: Mapping[str, Any]
    audience: str
    not_found: tuple[str, ...]


async def publish_file(
    house: House,
    group: str,
    kind_name: str,
    source: str,
    *,
    folder: Path,
    by: str,
    now: int,
    reply_to: str = "",
) -> Told:
    """Publish a text with front matter in a group's name; paths of pictures begin at `folder`.

    `reply_to` goes before what the text itself says it answers.
    """
    chosen = kind(kind_name)
    answers = reply_to or read(chosen, source).reply_to
    about = {"reply_to": await find_post(house, answers)} if answers else {}
    return await _perform(house, "publish", group, chosen, source, folder, by, now, about)


async def preview_file(
    house: House, group: str, kind_name: str, source: str, *, folder: Path, by: str, now: int
) -> Preview:
    """Do all that publishing does, and undo it; whatever publishing would refuse is refused."""
    chosen = kind(kind_name)
    answers = read(chosen, source).reply_to
    about = {"reply_to": await find_post(house, answers)} if answers else {}
    seen: list[Preview] = []
    with suppress(OnlyLooked):
        async with _written(house, chosen, source, folder) as (arguments, not_found):
            act = Act("publish", group, by, {**arguments, **about})
            seen.append(await try_out(house, act, now, lambda tx, made: _look(tx, made, not_found)))
            raise OnlyLooked  # so that the pictures made for it go
    return seen[-1]


async def edit_file(
    house: House, object_id: str, source: str, *, folder: Path, by: str, now: int
) -> Told:
    """Publish a later version of something; its kind stays what it is."""
    stored = await house.store.read(lambda tx: objects.find(tx, object_id))
    if stored is None:
        raise Refused(
            _("There is nothing of ours at %(address)s."),
            cure="Give the id that publish printed.",
            address=object_id,
        )
    group = stored.actor.rsplit("/", 1)[-1]
    chosen = kind(stored.kind)
    about = {"object": object_id}
    return await _perform(house, "edit", group, chosen, source, folder, by, now, about)


async def translate_file(
    house: House, object_id: str, language: str, source: str, *, by: str, now: int
) -> Told:
    """Add or replace a translation of something; without a source, take it away."""
    stored = await house.store.read(lambda tx: objects.find(tx, object_id))
    if stored is None:
        raise Refused(
            _("There is nothing of ours at %(address)s."),
            cure="Give the id that publish printed.",
            address=object_id,
        )
    text = translating.read(stored.kind, source).body if source else ""
    people, not_found = await find_mentioned(house, text)
    arguments = {
        "object": object_id,
        "language": language,
        "source": source,
        "mentions": {name: asdict(person) for name, person in people.items()},
    }
    act = Act("translate", stored.actor.rsplit("/", 1)[-1], by, arguments)
    done = await house.store.write(lambda tx: acts.perform(tx, house.site, act, now))
    return Told(done, not_found)


async def find_mentioned(
    house: House, text: str, named: tuple[str, ...] = ()
) -> tuple[dict[str, Mentioned], tuple[str, ...]]:
    """Look up whom a text mentions, and those named beside it; return who was found, and the names of the others.

    A name is a handle, or the address of a post, which stands for its author.
    """
    names = list(dict.fromkeys([*named, *find_mentions(text)]))[:MOST_MENTIONS]
    found = await asyncio.gather(*(_find(house, name) for name in names))
    people = {name: person for name, person in zip(names, found, strict=True) if person}
    return people, tuple(name for name in names if name not in people)


async def _perform(
    house: House,
    act_kind: str,
    group: str,
    chosen: Kind,
    source: str,
    folder: Path,
    by: str,
    now: int,
    about: Mapping[str, str],
) -> Told:
    async with _written(house, chosen, source, folder) as (arguments, not_found):
        act = Act(act_kind, group, by, {**arguments, **about})
        done = await house.store.write(lambda tx: acts.perform(tx, house.site, act, now))
        return Told(done, not_found)


@asynccontextmanager
async def _written(
    house: House, chosen: Kind, source: str, folder: Path
) -> AsyncGenerator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Give the arguments of an act and who was not found; what then fails leaves no file behind."""
    draft = read(chosen, source)
    attached = await asyncio.to_thread(attaching.store, house.config.media, draft, folder)
    try:
        named = draft.kind.names(draft.details)
        people, not_found = await find_mentioned(house, draft.body, named)
        yield acts.written(chosen.name, source, people, *attached), not_found
    except Exception:  # but not when cancelled: it may be done all the same, and needs its files
        attaching.discard(house.config.media, attached)
        raise


def _look(tx: Tx, made: str, not_found: tuple[str, ...]) -> Preview:
    row = objects.find(tx, made)
    version = objects.version(tx, made, row.audience) if row else None
    if version is None:
        raise Refused(_("This makes nothing that anybody could see."))
    return Preview(orjson.loads(version.document), version.audience, not_found)


async def find_post(house: House, address: str) -> str:
    """Return the id of what is answered, fetching what is not known here."""
    if house.site.is_local(address):
        return address
    try:
        return (await get_note(house, address)).id
    except (Unreachable, Malformed) as error:
        raise Refused(
            _("%(address)s cannot be answered: %(why)s"), address=address, why=error
        ) from error


async def _find(house: House, name: str) -> Mentioned | None:
    try:
        if "://" in name:
            actor = await house.remote.actor(await _author_of(house, name))
        else:
            actor = await house.remote.by_handle(name)
    except FediError:
        return None
    handle = name if "://" not in name else actor.handle or f"{actor.username}@{actor.host}"
    return Mentioned(handle, actor.id, actor.url or actor.id)


async def _author_of(house: House, post: str) -> str:
    if not house.site.is_local(post):
        return (await get_note(house, post)).author
    stored = await house.store.read(lambda tx: objects.find(tx, post))
    if stored is None:
        raise NotFound("There is nothing here.")
    return stored.actor
