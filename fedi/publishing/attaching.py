"""The files that front matter names, made safe and stored before anything is published: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from fedi.errors import Refused
from fedi.publishing import files, pictures, voices
from fedi.publishing.draft import Draft, PictureFile, VoiceFile
from fedi.publishing.front_matter import FrontMatterError, Problem
from fedi.storage.media import Picture, Voice

T = TypeVar("T")
Attached = tuple[tuple[Picture, ...], tuple[Voice, ...]]


def store(media: Path, draft: Draft, folder: Path) -> Attached:
    """Store the pictures and recordings of a draft; raise FrontMatterError with all that cannot be used.

    Their paths begin at `folder`.
    """
    whole = draft.fullest
    problems: list[Problem] = []
    images = [
        _read(one, folder, pictures.MAX_BYTES, pictures.encode, problems) for one in whole.pictures
    ]
    sounds = [_read(one, folder, voices.MAX_BYTES, voices.clean, problems) for one in whole.voices]
    if problems:
        raise FrontMatterError(problems)
    return (
        tuple(
            replace(
                pictures.describe(pictures.store(media, made), made),
                description=wanted.description,
                focal=wanted.focal,
            )
            for wanted, made in zip(whole.pictures, images, strict=True)
            if made
        ),
        tuple(
            replace(voices.store(media, made), transcript=wanted.transcript)
            for wanted, made in zip(whole.voices, sounds, strict=True)
            if made
        ),
    )


def discard(media: Path, attached: Attached) -> None:
    """Remove files that nobody needs after all."""
    for file in (*attached[0], *attached[1]):
        files.discard(media, file.name)


def _read(
    wanted: PictureFile | VoiceFile,
    folder: Path,
    most: int,
    make: Callable[[bytes, str], T],
    problems: list[Problem],
) -> T | None:
    try:
        with (folder / wanted.file).open("rb") as file:
            data = file.read(most + 1)
        return make(data, wanted.file)
    except OSError as error:
        unread = Refused(
            "%(file)s: %(why)s.",
            cure="Paths begin at the file.",
            file=wanted.file,
            why=error.strerror or "it cannot be read",
        )
        problems.append(Problem(wanted.line, unread))
    except Refused as error:
        problems.append(Problem(wanted.line, error))
    return None
