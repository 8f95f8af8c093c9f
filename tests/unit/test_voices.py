"""Recordings: only the sound gets through, whatever the file is called and whatever was written into it."""

from __future__ import annotations

import random
import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import (
    HTML,
    MP3_FRAME,
    RECORDINGS,
    SAMPLES,
    WORD,
    a_page,
    a_wav,
    an_id3,
    an_m4a,
    an_mp3,
    an_ogg,
    ogg_checksum,
)

from fedi.errors import Refused
from fedi.publishing import files, voices
from fedi.publishing.voices import clean, store

LENGTHS = {"audio/wav": 1_000, "audio/mpeg": 2_089, "audio/ogg": 2_000, "audio/mp4": 2_089}


@pytest.mark.parametrize("media_type", RECORDINGS)
def test_nothing_but_the_sound_gets_through(media_type: str) -> None:
    data = RECORDINGS[media_type]()
    assert data.count(WORD) > 4 and HTML in data
    made = clean(data)
    assert (made.media_type, made.duration) == (media_type, LENGTHS[media_type])
    assert WORD not in made.data and b"script" not in made.data
    assert not any(
        mark in made.data for mark in (b"ID3", b"LAME", b"udta", b"LIST", b"bext", b"free")
    )
    read: Any = mutagen.File(BytesIO(made.data))  # pyright: ignore[reportUnknownMemberType]
    assert not read.tags and abs(read.info.length * 1_000 - made.duration) < 60


@pytest.mark.parametrize("media_type", RECORDINGS)
def test_what_has_nothing_written_into_it_sounds_the_same(media_type: str) -> None:
    bare, written = (clean(RECORDINGS[media_type](bare=is_bare)) for is_bare in (True, False))
    assert bare.duration == written.duration == LENGTHS[media_type]
    assert clean(bare.data) == bare and clean(written.data) == written
    if media_type != "audio/mpeg":  # there the first frame counts the others
        assert bare == written


def test_the_sound_itself_is_whole() -> None:
    sound = a_wav(bare=True)[44:]
    assert clean(a_wav()).data.endswith(sound)
    assert clean(an_mp3()).data[417:] == MP3_FRAME * 80
    assert clean(an_m4a()).data.endswith(b"".join(SAMPLES))
    assert clean(an_m4a(long_offsets=True)) == clean(an_m4a())
    assert clean(an_ogg()).data.count(b"\xf8\xff\xfe") == 100


def test_pages_of_ogg_are_numbered_anew_and_check() -> None:
    data = clean(an_ogg()).data
    at, numbers, serials = 0, list[int](), set[int]()
    while at < len(data):
        _, _, _, _, serial, number, check, count = struct.unpack_from("<4sBBqIIIB", data, at)
        end = at + 27 + count + sum(data[at + 27 : at + 27 + count])
        page = data[at:end]
        assert ogg_checksum(page[:22] + bytes(4) + page[26:]) == check
        numbers.append(number)
        serials.add(serial)
        at = end
    assert numbers == list(range(len(numbers))) and len(serials) == 1


def test_a_file_is_what_it_is_and_not_what_it_is_called(tmp_path: Path) -> None:
    made = clean(an_mp3(), called="speech.wav")
    assert made.media_type == "audio/mpeg"
    stored = store(tmp_path, made)
    assert (stored.media_type, stored.bytes, stored.duration) == (
        "audio/mpeg",
        len(made.data),
        2_089,
    )
    assert stored.name.endswith(".mp3") and "speech" not in stored.name
    assert (tmp_path / stored.name).read_bytes() == made.data
    files.discard(tmp_path, stored.name)
    assert not list(tmp_path.iterdir())


ONE_FRAME = MP3_FRAME
FRAGMENTED = an_m4a(bare=True) + struct.pack(">I4s", 8, b"moof")
BEYOND = an_m4a(bare=True)[:-400]
BROKEN = {
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a page": HTML,
    "tags alone": an_id3(),
    "one frame": ONE_FRAME,
    "another codec in Ogg": an_ogg(head=b"\x01vorbis"),
    "Ogg without comments": a_page(2, 0, 0, [b"OpusHead" + bytes([1, 1]) + bytes(9)]),
    "a damaged page": an_ogg()[:-900] + b"\0" + an_ogg()[-899:],
    "Ogg without sound": an_ogg(packets=0),
    "WAV without sound": b"RIFF\x04\0\0\0WAVE",
    "WAV with MP3 in it": a_wav(bare=True)[:20] + b"\x55\0" + a_wav(bare=True)[22:],
    "MP4 in fragments": FRAGMENTED,
    "MP4 that ends early": BEYOND,
    "MP4 without sound": an_m4a(bare=True).replace(b"soun", b"vide"),
    "MP4 with another codec": an_m4a(bare=True).replace(b"mp4a", b"ac-3"),
    "WebM": b"\x1aE\xdf\xa3" + bytes(100),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_freed_is_refused_with_its_name_and_a_cure(what: str) -> None:
    with pytest.raises(Refused) as raised:
        clean(BROKEN[what], called="speech.mp3")
    assert raised.value.sentence.startswith("speech.mp3 ") and "Opus" in (raised.value.cure or "")


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    wav = a_wav(2.0, bare=True)
    monkeypatch.setattr(voices, "LONGEST_MS", 2_000)
    assert clean(wav).duration == 2_000
    with pytest.raises(Refused, match="is longer than"):
        clean(a_wav(2.001, bare=True))
    monkeypatch.setattr(voices, "MAX_BYTES", len(wav))
    assert clean(wav).duration == 2_000
    with pytest.raises(Refused, match="megabytes"):
        clean(wav + b"\0")


@given(st.sampled_from(sorted(RECORDINGS)), st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_file_is_freed_or_refused(media_type: str, seed: int, wounds: int) -> None:
    chance = random.Random(seed)
    data = bytearray(RECORDINGS[media_type](bare=chance.random() < 0.5)[:20_000])
    for _ in range(wounds):
        at = chance.randrange(min(len(data), 900) if chance.random() < 0.7 else len(data))
        match chance.randrange(3):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(40)]
            case _:
                data[at:at] = WORD
    try:
        made = clean(bytes(data))
    except Refused:
        return
    assert clean(made.data) == made
