"""From a draft to an act: whom it mentions and what it answers is looked up, its files are safe already."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from fedi.errors import Named, Refused
from fedi.house import House
from fedi.publishing import acts, drafts, files, pictures, voices
from fedi.publishing.acts import Act
from fedi.publishing.draft import PictureFile, VoiceFile, read
from fedi.publishing.kinds import kind
from fedi.publishing.labels import label
from fedi.publishing.prepare import find_mentioned, find_post
from fedi.publishing.private_things import LooksPrivate, undecided
from fedi.publishing.words import _
from fedi.storage import drafts as rows
from fedi.storage.drafts import Draft, DraftFile
from fedi.storage.media import Picture, Voice
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Composed:
    """What a draft asks for, and the handles nobody was found for (they stay plain text)."""

    act: Act
    not_found: tuple[str, ...] = ()


def label_of(draft: Draft) -> str:
    """Say in one line what publishing a draft does."""
    said = _("Change: %(title)s") if draft.object else _("Publish: %(title)s")
    return label(said, title=draft.title or Named(kind(draft.kind).label))


async def act_of(
    house: House,
    draft: Draft,
    group: str,
    person: str,
    *,
    leaves: bool = True,
) -> Composed:
    """Return the act that publishes a draft in the name of a group, or raise Refused for what is wrong with it.

    Raises LooksPrivate where something private is not decided about, unless
    nothing of it `leaves`.
    """
    chosen = kind(draft.kind)
    made = read(chosen, draft.source)
    if leaves and (private := await asyncio.to_thread(undecided, draft)):
        raise LooksPrivate(private)
    attached = await house.store.read(lambda tx: rows.files_of(tx, draft.id))
    people, not_found = await find_mentioned(house, made.body, chosen.names(made.details))
    of = {"draft": draft.id}
    if draft.object:
        of["object"] = draft.object
    elif made.reply_to:
        of["reply_to"] = await find_post(house, made.reply_to)
    shown = tuple(_picture(wanted, attached) for wanted in made.fullest.pictures)
    heard = tuple(_voice(wanted, attached) for wanted in made.fullest.voices)
    arguments = acts.written(draft.kind, draft.source, people, shown, heard)
    act_kind = "edit" if draft.object else "publish"
    return Composed(Act(act_kind, group, person, {**arguments, **of}, label_of(draft)), not_found)


async def add_picture(house: House, draft_id: str, data: bytes, called: str, now: int) -> str:
    """Make a picture safe and keep it with a draft, or raise Refused naming it; return its new name."""
    encoded = await asyncio.to_thread(pictures.encode, data, called)
    name = await asyncio.to_thread(pictures.store, house.config.media, encoded)
    return await _keep(house, draft_id, pictures.describe(name, encoded), called, now)


async def add_voice(house: House, draft_id: str, data: bytes, called: str, now: int) -> str:
    """Make a recording safe and keep it with a draft, or raise Refused naming it; return its new name."""
    sound = await asyncio.to_thread(voices.clean, data, called)
    voice = await asyncio.to_thread(voices.store, house.config.media, sound)
    return await _keep(house, draft_id, voice, called, now)


async def _keep(house: House, draft_id: str, file: Picture | Voice, called: str, now: int) -> str:
    def keep(tx: Tx) -> None:
        drafts.add_file(tx, draft_id, file.name, about(file, called), now)

    try:
        await house.store.write(keep)
    except Exception:
        await asyncio.to_thread(files.discard, house.config.media, file.name)
        raise
    return file.name


def about(file: Picture | Voice, called: str = "") -> dict[str, Any]:
    """Return what a draft keeps about a file that is safe; `called` is the name it came with."""
    return {**asdict(file), "called": called[:200]}


def is_voice(file: DraftFile) -> bool:
    """Tell whether a file of a draft is a recording."""
    return str(file.about["media_type"]).startswith("audio/")


def _picture(wanted: PictureFile, attached: Iterable[DraftFile]) -> Picture:
    """Find the picture that front matter names among the files of its draft."""
    known = _about(wanted.file, attached, Picture.__slots__)
    return replace(Picture(**known), description=wanted.description, focal=wanted.focal)


def _voice(wanted: VoiceFile, attached: Iterable[DraftFile]) -> Voice:
    """Find the recording that front matter names among the files of its draft."""
    return replace(
        Voice(**_about(wanted.file, attached, Voice.__slots__)), transcript=wanted.transcript
    )


def _about(name: str, attached: Iterable[DraftFile], keys: Iterable[str]) -> dict[str, Any]:
    for file in attached:
        if file.name == name:
            return {key: file.about[key] for key in keys if key in file.about}
    raise Refused(
        _("The file %(name)s is not here any more."),
        cure=_("Remove it, or upload it again."),
        name=name,
    )
