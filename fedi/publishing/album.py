"""Pictures and recordings of a published thing: which stay when it is edited, and when the files go."""

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
from fedi.storage.media import Picture, Voice
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


def heard(draft: Draft, whole: Draft, voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
    """Return the recordings that a draft has, with what it says is said in them; `voices` are those of the whole."""
    if not whole.voices:
        return voices
    if len(whole.voices) != len(voices):
        raise RuntimeError("there are not as many recordings as the text names")
    there = list(zip(whole.voices, voices, strict=True))
    found: list[Voice] = []
    for wanted in draft.voices:
        one = next(pair for pair in there if pair[0].file == wanted.file)
        there.remove(one)
        found.append(replace(one[1], transcript=wanted.transcript))
    return tuple(found)


def keep(tx: Tx, stored: StoredObject, ready: Ready, now: int) -> None:
    """Note whose files these are and who may have them."""
    whole = ready.draft.fullest
    noted: set[str] = set()
    for audience, draft in ((stored.audience, ready.draft), *ready.draft.others):
        pictures, voices = shown(draft, whole, ready.pictures), heard(draft, whole, ready.voices)
        for file in (*pictures, *voices):
            if file.name not in noted:
                noted.add(file.name)
                media.add(tx, file, object_id=stored.id, audience=audience, now=now)


def recognise(tx: Tx, stored: StoredObject, ready: Ready) -> Ready:
    """Let a file that is there already keep its address, so that nobody has to fetch it again."""
    pictures = {_look(picture): picture for picture in media.of_object(tx, stored.id)}
    voices = {voice.fingerprint: voice.name for voice in media.voices_of(tx, stored.id)}
    known = ((picture, pictures.get(_look(picture), picture)) for picture in ready.pictures)
    return replace(
        ready,
        pictures=tuple(
            replace(picture, name=kept.name, thumbnail=kept.thumbnail) for picture, kept in known
        ),
        voices=tuple(
            replace(voice, name=voices.get(voice.fingerprint, voice.name)) for voice in ready.voices
        ),
    )


def drop(tx: Tx, stored: StoredObject, names: Iterable[str], now: int) -> None:
    """Forget files now; their files go once this is committed."""
    gone = sorted(set(names))
    if gone:
        media.remove(tx, gone)
        jobs.add(tx, "media.discard", gone[0], {"object": stored.id, "names": gone}, now)


def names_of(tx: Tx, stored: StoredObject) -> set[str]:
    """Return the names of the files of an object."""
    files = (*media.of_object(tx, stored.id), *media.voices_of(tx, stored.id))
    return {file.name for file in files}


def names_in(ready: Ready) -> set[str]:
    """Return the names of the files that come with something written."""
    return {file.name for file in (*ready.pictures, *ready.voices)}


@job("media.discard")
async def discard_files(house: House, payload: dict[str, Any]) -> None:
    """Remove the files that nobody may see any more."""
    for name in payload["names"]:
        await asyncio.to_thread(discard, house.config.media, str(name))


def _look(picture: Picture) -> tuple[str, int, int, int, str]:
    return picture.media_type, picture.width, picture.height, picture.bytes, picture.blurhash
