"""The pictures of a published thing: which stay when it is edited, and when the files go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fedi.delivery.clockwork import House, job
from fedi.publishing.draft import Draft
from fedi.publishing.files import discard
from fedi.publishing.ready import Ready
from fedi.storage import jobs, media
from fedi.storage.media import Picture
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


def shown(draft: Draft, whole: Draft, pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    """Return the pictures that a draft shows, described as it describes them; `pictures` are those of the whole."""
    if not whole.pictures:
        return pictures
    if len(whole.pictures) != len(pictures):
        raise RuntimeError("there are not as many pictures as the text names")
    there = list(zip(whole.pictures, pictures, strict=True))
    found: list[Picture] = []
    for wanted in draft.pictures:
        one = next(pair for pair in there if pair[0].file == wanted.file)
        there.remove(one)
        found.append(replace(one[1], description=wanted.description, focal=wanted.focal))
    return tuple(found)


def keep(tx: Tx, stored: StoredObject, ready: Ready, now: int) -> None:
    """Note whose pictures these are and who may see them."""
    whole = ready.draft.fullest
    noted: set[str] = set()
    for audience, draft in ((stored.audience, ready.draft), *ready.draft.others):
        for picture in shown(draft, whole, ready.pictures):
            if picture.name not in noted:
                noted.add(picture.name)
                media.add(tx, picture, object_id=stored.id, audience=audience, now=now)


def recognise(tx: Tx, stored: StoredObject, given: Iterable[Picture]) -> tuple[Picture, ...]:
    """Let a picture that is there already keep its address, so that nobody has to fetch it again."""
    names = {_look(picture): picture.name for picture in media.of_object(tx, stored.id)}
    return tuple(
        replace(picture, name=names.get(_look(picture), picture.name)) for picture in given
    )


def drop(tx: Tx, stored: StoredObject, names: Iterable[str], now: int) -> None:
    """Forget pictures now; their files go once this is committed."""
    gone = sorted(set(names))
    if gone:
        media.remove(tx, gone)
        jobs.add(tx, "media.discard", gone[0], {"object": stored.id, "names": gone}, now)


def names_of(tx: Tx, stored: StoredObject) -> set[str]:
    """Return the names of the pictures of an object."""
    return {picture.name for picture in media.of_object(tx, stored.id)}


@job("media.discard")
async def discard_files(house: House, payload: dict[str, Any]) -> None:
    """Remove the files of pictures that nobody may see any more."""
    for name in payload["names"]:
        await asyncio.to_thread(discard, house.config.media, str(name))


def _look(picture: Picture) -> tuple[str, int, int, int, str]:
    return picture.media_type, picture.width, picture.height, picture.bytes, picture.blurhash
