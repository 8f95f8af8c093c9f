"""A group that writes in its console: its only member, its drafts, and what it published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from consoling import Browser, browsers
from open_house import OpenHouse
from PIL import Image

from fedi.storage import drafts
from fedi.storage.drafts import Draft, DraftFile

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@pytest.fixture
def wren(house: OpenHouse, group: str) -> Iterator[Browser]:
    """The only member of that group."""
    with browsers(house, group, f"wren {group}") as made:
        yield made[0]


def find_draft(house: OpenHouse, path: str) -> Draft | None:
    """The draft whose page has this path, if it is there."""
    return house.write(lambda tx: drafts.find(tx, re.split(r"[/?#]", path)[4]))


def draft_at(house: OpenHouse, path: str) -> Draft:
    """The draft whose page has this path."""
    found = find_draft(house, path)
    assert found
    return found


def files_at(house: OpenHouse, path: str) -> list[DraftFile]:
    """The files of the draft whose page has this path."""
    draft = draft_at(house, path)
    return house.write(lambda tx: drafts.files_of(tx, draft.id))


def begun(wren: Browser, group: str, kind: str = "update", **fields: object) -> str:
    """Begin a draft and return the path of its page."""
    path = wren.post(f"/console/{group}/write/{kind}", do="save", **fields)
    return path.partition("?")[0]


def typed(house: OpenHouse, path: str) -> dict[str, object]:
    """All fields of a draft, as its form would send them."""
    draft = draft_at(house, path)
    return {name: values[0] for name, values in draft.form.items()} | {"version": draft.version}


def published_path(page: str, kind_path: str) -> str:
    """The path of the first published thing that a list names."""
    found = re.search(rf'href="(/{kind_path}/[0-9a-z]{{26}})"', page)
    assert found
    return found[1]


def draft_path(page: str) -> str:
    """The path of the draft that a page shows, which was begun by sending what is wrong with it."""
    found = re.search(r'action="(/console/[^"]+/drafts/[^"]+)"', page)
    assert found
    return found[1]


def a_picture(colour: str = "navy", width: int = 64, height: int = 48) -> bytes:
    """A picture as a camera would make it."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def upload(
    wren: Browser, path: str, *files: tuple[str, bytes], into: str = "pictures", **fields: str
) -> tuple[int, str]:
    """Send a form with files; return status and what is shown, or where it leads."""
    found = CSRF.search(wren.client.get("/account").text)
    assert found
    answer = wren.client.post(
        path,
        data={"csrf": found[1], "do": "add-files", **fields},
        files=[(into, (name, data, "image/jpeg")) for name, data in files],
    )
    return answer.status_code, answer.headers.get("Location") or answer.text
