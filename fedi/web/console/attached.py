"""The pictures of a draft, as its form shows and changes them: described, put in order, added, taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quart import Response
from werkzeug.datastructures import FileStorage, MultiDict

from fedi.errors import FediError, NotFound, Refused
from fedi.house import House
from fedi.publishing import composing, pictures
from fedi.publishing.draft import MOST_PICTURES
from fedi.publishing.words import _
from fedi.publishing.written import Value
from fedi.storage import drafts as rows
from fedi.storage.drafts import DraftFile
from fedi.storage.tx import Tx

LONGEST_DESCRIPTION = 1500
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


def view(file: DraftFile, base: str) -> PictureView:
    """Show a file of a draft; `base` is the path of the draft."""
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
    point = sent.get(f"focal-{file.name}", "")
    if point in POINTS and point != _point(about["focal"]):
        about["focal"] = None if point == "cc" else [_ACROSS[point[1]], _UP[point[0]]]
    if f"audience-{file.name}" in sent:
        chosen = sent[f"audience-{file.name}"]
        about["audience"] = chosen if chosen in ("partners", "members") else ""
    return replace(file, about=about)


def fronts(files: Sequence[DraftFile]) -> list[Mapping[str, Value]]:
    """Return the front matter of a draft's pictures."""
    return [_front(file.about, file.name) for file in files]


def _front(about: Mapping[str, Any], name: str) -> dict[str, Value]:
    front: dict[str, Value] = {"file": name, "description": about["description"]}
    if about["focal"]:
        front["focal"] = about["focal"]
    if about.get("audience"):
        front["audience"] = about["audience"]
    return front


def keep(tx: Tx, files: Sequence[DraftFile]) -> None:
    """Write down order and descriptions of a draft's files."""
    for place, file in enumerate(files):
        rows.add_file(tx, replace(file, place=place))


def arranged(files: Sequence[DraftFile], verb: str, name: str) -> list[DraftFile]:
    """Return the files after a button was pressed: one of them a place further up or down, or taken away."""
    order = list(files)
    at = next((place for place, file in enumerate(order) if file.name == name), None)
    if at is None or verb not in ("picture-up", "picture-down", "picture-drop"):
        return order
    taken = order.pop(at)
    if verb != "picture-drop":
        order.insert(max(0, at - 1) if verb == "picture-up" else at + 1, taken)
    return order


def uploads(sent: MultiDict[str, Any]) -> list[FileStorage]:
    """Return the pictures that came with a form."""
    return [
        file for file in sent.getlist("pictures") if isinstance(file, FileStorage) and file.filename
    ]


async def add(
    house: House, draft_id: str, sent: MultiDict[str, Any], there: int, now: int
) -> list[FediError]:
    """Keep the pictures that came with a form; return why some were not kept, each named."""
    refused: list[FediError] = []
    for file in uploads(sent):
        called = str(file.filename)
        try:
            if there >= MOST_PICTURES:
                raise Refused(
                    _("%(name)s does not fit: a post shows %(most)s pictures at most."),
                    cure=_("Remove another one first."),
                    name=called,
                    most=MOST_PICTURES,
                )
            data = await asyncio.to_thread(file.stream.read, pictures.MAX_BYTES + 1)
            await composing.add_picture(house, draft_id, data, called, now)
            there += 1
        except FediError as error:
            refused.append(error)
    return refused


async def answer(house: House, files: Sequence[DraftFile], name: str) -> Response:
    """Answer with a file of a draft, for members alone."""
    file = next((one for one in files if name in (one.name, one.about.get("thumbnail"))), None)
    if file is None:
        raise NotFound("There is no such file.")
    try:
        data = await asyncio.to_thread((house.config.media / name).read_bytes)
    except OSError as error:
        raise NotFound("There is no such file.") from error
    return Response(data, content_type=file.about["media_type"])


def _point(focal: Sequence[float] | None) -> str:
    if not focal:
        return "cc"
    across, up = focal
    sideways = "w" if across < -0.34 else "e" if across > 0.34 else "c"
    upright = "n" if up > 0.34 else "s" if up < -0.34 else "c"
    return upright + sideways
