"""Recordings made safe to publish: recognised by what they are, and written anew with nothing but the sound."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fedi.errors import Named, Refused
from fedi.publishing import files
from fedi.publishing.voices import mp3, mp4, ogg, wav
from fedi.publishing.voices.broken import Broken
from fedi.publishing.words import _
from fedi.storage.media import Voice

MAX_BYTES = 20_000_000
LONGEST_MS = 60 * 60_000
_MS_OF_DOUBT = 1_000
"""How far two ways to count the length of a recording may differ."""

_CURE = _("Use an Opus (Ogg), MP3, M4A or WAV file.")
RECORDING = Named(_("The recording"))
"""What a recording is called where nobody named it."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as it will be served; `duration` is in milliseconds."""

    data: bytes
    media_type: str
    duration: int


@dataclass(frozen=True, slots=True)
class _Format:
    """A kind of file: how to know it, and how to write it anew, with its length in milliseconds."""

    media_type: str
    suffix: str
    begins: Callable[[bytes], bool]
    rewrite: Callable[[bytes], tuple[bytes, int]]


_FORMATS = (
    _Format("audio/ogg", "ogg", ogg.begins, ogg.rewrite),
    _Format("audio/wav", "wav", wav.begins, wav.rewrite),
    _Format("audio/mp4", "m4a", mp4.begins, mp4.rewrite),
    _Format("audio/mpeg", "mp3", mp3.begins, mp3.rewrite),
)


def clean(data: bytes, called: str = RECORDING) -> Sound:
    """Write a recording anew without anything but its sound, or raise Refused naming it.

    What it is is found by its content, never by its name. Titles, places, devices, dates, pictures and whatever else
    stands before, between or behind the sound is not taken over; the result is read again to be sure.
    """
    if len(data) > MAX_BYTES:
        raise Refused(
            _("%(file)s has more than %(most)s megabytes."),
            cure=_("Make it shorter, or save it as Opus or MP3."),
            file=called,
            most=MAX_BYTES // 1_000_000,
        )
    form = next((form for form in _FORMATS if form.begins(data)), None)
    if form is None:
        raise Refused(
            _("%(file)s is not a recording of a kind known here."), cure=_CURE, file=called
        )
    try:
        made, duration = form.rewrite(data)
        again = form.rewrite(made)
    except Broken as error:
        raise Refused(
            _("%(file)s is damaged, or written in a way that is not known here."),
            cure=_CURE,
            file=called,
        ) from error
    if not 0 < duration <= LONGEST_MS:
        raise Refused(
            _("%(file)s is longer than %(most)s minutes, or has no sound in it."),
            cure=_("Cut it into pieces."),
            file=called,
            most=LONGEST_MS // 60_000,
        )
    if again != (made, duration) or not _is_bare(made, form.media_type, duration):
        raise Refused(
            _("%(file)s could not be freed of all that is written into it."),
            cure=_CURE,
            file=called,
        )
    return Sound(made, form.media_type, duration)


def store(folder: Path, sound: Sound) -> Voice:
    """Write a recording under a new name that says nothing, and return what is known of it."""
    suffix = next(form.suffix for form in _FORMATS if form.media_type == sound.media_type)
    name = files.store(folder, sound.data, suffix)
    fingerprint = hashlib.sha256(sound.data).hexdigest()
    return Voice(name, sound.media_type, len(sound.data), sound.duration, fingerprint)


def _is_bare(data: bytes, media_type: str, duration: int) -> bool:
    """Tell whether another reader finds the same length and nothing written beside the sound."""
    from mutagen import MutagenError
    from mutagen.mp3 import MP3
    from mutagen.mp4 import MP4
    from mutagen.oggopus import OggOpus
    from mutagen.wave import WAVE

    readers = {"audio/ogg": OggOpus, "audio/wav": WAVE, "audio/mp4": MP4, "audio/mpeg": MP3}
    try:
        read = readers[media_type](BytesIO(data))
    except MutagenError:
        return False
    length = read.info.length if read.info else 0
    return not read.tags and abs(length * 1_000 - duration) < _MS_OF_DOUBT
