"""From a draft to an act: whom it mentions and what it answers is looked up, its files are safe already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from fedi.errors import Refused
from fedi.house import House
from fedi.publishing import acts, drafts, pictures
from fedi.publishing.acts import Act
from fedi.publishing.draft import PictureFile, read
from fedi.publishing.kinds import kind
from fedi.publishing.prepare import find_mentioned, find_post
from fedi.publishing.private_things import LooksPrivate, undecided
from fedi.publishing.words import _
from fedi.storage import drafts as rows
from fedi.storage.drafts import Draft, DraftFile
from fedi.storage.media import Picture
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Composed:
    """What a draft asks for, and the handles nobody was found for (they stay plain text)."""

    act: Act
    not_found: tuple[str, ...] = ()


def label_of(draft: Draft, translate: Callable[[str], str]) -> str:
    """Say in one line what publishing a draft does."""
    said = _("Change: %(title)s") if draft.object else _("Publish: %(title)s")
    return translate(said) % {"title": draft.title or translate(kind(draft.kind).label)}


async def act_of(
    house: House,
    draft: Draft,
    group: str,
    person: str,
    translate: Callable[[str], str] = str,
    *,
    leaves: bool = True,
) -> Composed:
    """Return the act that publishes a draft in the name of a group, or raise Refused for what is wrong with it.

    `translate` speaks as whoever asks for it. Raises LooksPrivate where something private is not decided about, unless
    nothing of it `leaves`.
    """
    chosen = kind(draft.kind)
    made = read(chosen, draft.source)
    if leaves and (private := await asyncio.to_thread(undecided, draft)):
        raise LooksPrivate(private)
    files = await house.store.read(lambda tx: rows.files_of(tx, draft.id))
    people, not_found = await find_mentioned(house, made.body, chosen.names(made.details))
    about = {"draft": draft.id}
    if draft.object:
        about["object"] = draft.object
    elif made.reply_to:
        about["reply_to"] = await find_post(house, made.reply_to)
    shown = tuple(_picture(wanted, files) for wanted in made.fullest.pictures)
    arguments = acts.written(draft.kind, draft.source, people, shown)
    act_kind = "edit" if draft.object else "publish"
    return Composed(
        Act(act_kind, group, person, {**arguments, **about}, label_of(draft, translate)), not_found
    )


async def add_picture(house: House, draft_id: str, data: bytes, called: str, now: int) -> str:
    """Make a picture safe and keep it with a draft, or raise Refused naming it; return its new name."""
    encoded = await asyncio.to_thread(pictures.encode, data, called)
    name = await asyncio.to_thread(pictures.store, house.config.media, encoded)
    picture = pictures.describe(name, encoded)

    def keep(tx: Tx) -> None:
        drafts.add_file(tx, draft_id, name, about_picture(picture, called), now)

    try:
        await house.store.write(keep)
    except Exception:
        await asyncio.to_thread(pictures.discard, house.config.media, name)
        raise
    return name


def about_picture(picture: Picture, called: str = "") -> dict[str, Any]:
    """Return what a draft keeps about a picture; `called` is the name its file came with."""
    return {**asdict(picture), "called": called[:200]}


def picture_of(file: DraftFile) -> Picture:
    """Return a picture of a draft as it would be published."""
    about = {name: file.about[name] for name in Picture.__slots__ if name in file.about}
    focal = about.pop("focal")
    return Picture(**about, focal=tuple(focal) if focal else None)


def _picture(wanted: PictureFile, files: Iterable[DraftFile]) -> Picture:
    """Find the file that front matter names among those of its draft."""
    for file in files:
        if file.name == wanted.file:
            return replace(picture_of(file), description=wanted.description, focal=wanted.focal)
    raise Refused(
        _("The picture %(name)s is not here any more."),
        cure=_("Remove it, or upload it again."),
        name=wanted.file,
    )
