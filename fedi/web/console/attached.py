"""The pictures and recordings of a draft, as its form shows and changes them: described, put in order, taken away."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quart import Response, request
from werkzeug.datastructures import FileStorage, MultiDict

from fedi.errors import FediError, NotFound, Refused
from fedi.house import House
from fedi.publishing import composing, pictures, voices
from fedi.publishing.composing import is_voice
from fedi.publishing.draft import MOST_PICTURES, MOST_VOICES
from fedi.publishing.words import _
from fedi.publishing.written import Value
from fedi.storage import drafts as rows
from fedi.storage.drafts import DraftFile
from fedi.storage.tx import Tx
from fedi.web.ranges import in_part

LONGEST_DESCRIPTION = 1_500
LONGEST_TRANSCRIPT = 10_000
MOST = {"pictures": MOST_PICTURES, "voices": MOST_VOICES}
_ACROSS = {"w": -1.0, "c": 0.0, "e": 1.0}
_UP = {"n": 1.0, "c": 0.0, "s": -1.0}
POINTS = tuple(f"{up}{across}" for up in "ncs" for across in "wce")
"""The nine points of a picture that can be kept in view, row by row: nw, nc, ne, cw …"""
POINT_NAMES = {
    "nw": _("Top, left"),
    "nc": _("Top"),
    "ne": _("Top, right"),
    "cw": _("Left"),
    "cc": _("Middle"),
    "ce": _("Right"),
    "sw": _("Bottom, left"),
    "sc": _("Bottom"),
    "se": _("Bottom, right"),
}


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a draft as the form shows it; `point` is one of POINTS."""

    name: str
    src: str
    called: str
    width: int
    height: int
    description: str
    point: str
    audience: str


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A recording of a draft as the form shows it; `length` is minutes and seconds."""

    name: str
    src: str
    called: str
    length: str
    transcript: str
    audience: str


def pictures_of(files: Sequence[DraftFile], base: str) -> list[PictureView]:
    """Show the pictures of a draft; `base` is its path."""
    return [_picture(file, base) for file in files if not is_voice(file)]


def voices_of(files: Sequence[DraftFile], base: str) -> list[VoiceView]:
    """Show the recordings of a draft; `base` is its path."""
    return [_voice(file, base) for file in files if is_voice(file)]


def silent(files: Sequence[DraftFile]) -> tuple[int, int]:
    """Count the pictures without description, and the recordings without transcript."""
    return (
        sum(not file.about["description"] for file in files if not is_voice(file)),
        sum(not file.about["transcript"] for file in files if is_voice(file)),
    )


def _voice(file: DraftFile, base: str) -> VoiceView:
    about = file.about
    minutes, seconds = divmod(int(about["duration"]) // 1000, 60)
    return VoiceView(
        name=file.name,
        src=f"{base}/files/{file.name}",
        called=about["called"],
        length=f"{minutes}:{seconds:02}",
        transcript=about["transcript"],
        audience=about.get("audience") or "",
    )


def _picture(file: DraftFile, base: str) -> PictureView:
    about = file.about
    return PictureView(
        name=file.name,
        src=f"{base}/files/{about.get('thumbnail') or file.name}",
        called=about["called"],
        width=about["width"],
        height=about["height"],
        description=about["description"],
        point=_point(about["focal"]),
        audience=about.get("audience") or "",
    )


def described(file: DraftFile, sent: Mapping[str, str]) -> DraftFile:
    """Return a file with what was typed about it."""
    about = dict(file.about)
    if f"alt-{file.name}" in sent:
        about["description"] = sent[f"alt-{file.name}"].strip()[:LONGEST_DESCRIPTION]
    if f"said-{file.name}" in sent:
        about["transcript"] = sent[f"said-{file.name}"].strip()[:LONGEST_TRANSCRIPT]
    point = sent.get(f"focal-{file.name}", "")
    if point in POINTS and point != _point(about.get("focal")):
        about["focal"] = None if point == "cc" else [_ACROSS[point[1]], _UP[point[0]]]
    if f"audience-{file.name}" in sent:
        chosen = sent[f"audience-{file.name}"]
        about["audience"] = chosen if chosen in ("partners", "members") else ""
    return replace(file, about=about)


def fronts(files: Sequence[DraftFile]) -> dict[str, list[Mapping[str, Value]]]:
    """Return the front matter of a draft's pictures and recordings."""
    front: dict[str, list[Mapping[str, Value]]] = {"pictures": [], "voices": []}
    for file in files:
        front["voices" if is_voice(file) else "pictures"].append(_front(file))
    return front


def _front(file: DraftFile) -> dict[str, Value]:
    about = file.about
    front: dict[str, Value] = {"file": file.name}
    if is_voice(file):
        front["transcript"] = about["transcript"]
    else:
        front["description"] = about["description"]
    if about.get("focal"):
        front["focal"] = about["focal"]
    if about.get("audience"):
        front["audience"] = about["audience"]
    return front


def keep(tx: Tx, files: Sequence[DraftFile]) -> None:
    """Write down order and descriptions of a draft's files."""
    for place, file in enumerate(files):
        rows.add_file(tx, replace(file, place=place))


def arranged(files: Sequence[DraftFile], verb: str, name: str) -> list[DraftFile]:
    """Return the files after a button was pressed: one of them a place further up or down, or taken away.

    Recordings come after pictures.
    """
    order = sorted(files, key=is_voice)
    at = next((place for place, file in enumerate(order) if file.name == name), None)
    if at is None or verb not in ("file-up", "file-down", "file-drop"):
        return order
    taken = order.pop(at)
    if verb != "file-drop":
        order.insert(max(0, at - 1) if verb == "file-up" else at + 1, taken)
    return sorted(order, key=is_voice)


def uploads(sent: MultiDict[str, Any]) -> list[tuple[str, FileStorage]]:
    """Return the files that came with a form, each with the field it came in."""
    return [
        (name, file)
        for name in ("pictures", "voices")
        for file in sent.getlist(name)
        if isinstance(file, FileStorage) and file.filename
    ]


async def add(
    house: House, draft_id: str, sent: MultiDict[str, Any], files: Sequence[DraftFile], now: int
) -> list[FediError]:
    """Keep the files that came with a form; return why some were not kept, each named."""
    refused: list[FediError] = []
    there = Counter("voices" if is_voice(file) else "pictures" for file in files)
    for name, file in uploads(sent):
        try:
            if there[name] >= MOST[name]:
                raise Refused(
                    _("%(name)s does not fit: a post has %(most)s of these at most."),
                    cure=_("Remove another one first."),
                    name=str(file.filename),
                    most=MOST[name],
                )
            await _add(house, draft_id, name, file, now)
            there[name] += 1
        except FediError as error:
            refused.append(error)
    return refused


async def _add(house: House, draft_id: str, name: str, file: FileStorage, now: int) -> None:
    most = voices.MAX_BYTES if name == "voices" else pictures.MAX_BYTES
    data = await asyncio.to_thread(file.stream.read, most + 1)
    keep = composing.add_voice if name == "voices" else composing.add_picture
    await keep(house, draft_id, data, str(file.filename), now)


async def answer(house: House, files: Sequence[DraftFile], name: str) -> Response:
    """Answer with a file of a draft, for members alone."""
    return await answer_one_of(house, [{**file.about, "name": file.name} for file in files], name)


async def answer_one_of(house: House, files: Sequence[Mapping[str, Any]], name: str) -> Response:
    """Answer with one of these files (each by its name, thumbnail and media type), or raise NotFound."""
    about = next((one for one in files if name in (one["name"], one.get("thumbnail"))), None)
    if about is None:
        raise NotFound("There is no such file.")
    try:
        data = await asyncio.to_thread((house.config.media / name).read_bytes)
    except OSError as error:
        raise NotFound("There is no such file.") from error
    response = in_part(data, request.headers.get("Range", ""))
    response.headers["Content-Type"] = about["media_type"]
    return response


def _point(focal: Sequence[float] | None) -> str:
    if not focal:
        return "cc"
    across, up = focal
    sideways = "w" if across < -0.34 else "e" if across > 0.34 else "c"
    upright = "n" if up > 0.34 else "s" if up < -0.34 else "c"
    return upright + sideways
