"""What a group published, as its members read it in the console."""

from __future__ import annotations

import re

import pytest
from consoling import Browser
from open_house import OpenHouse
from scribing import begun, published_path, typed


def published(house: OpenHouse, wren: Browser, group: str, **fields: str) -> str:
    """Publish an update; return the list that is shown then."""
    path = begun(wren, group, **fields)
    sent: dict[str, object] = typed(house, path) | {"do": "publish"}
    return wren.get(wren.client.post(path, data=sent | csrf(wren)).headers["location"])


def csrf(wren: Browser) -> dict[str, object]:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', wren.get("/account"))
    assert found
    return {"csrf": found[1]}


def inside(page: str, group: str) -> str:
    """The page of the first post of a list that members read in the console."""
    found = re.search(rf'<a href="(/console/{group}/posts/update/[0-9a-z]{{26}})"', page)
    assert found
    return found[1]


def test_members_read_what_is_kept_for_them(house: OpenHouse, wren: Browser, group: str) -> None:
    text = "The lift works. [[members: K. has the key.]] [[partners: Ask on Friday.]]"
    listed = published(house, wren, group, body=text)
    assert "As members read it" in listed
    path = published_path(listed, "updates")
    page = wren.get(inside(listed, group))
    assert "K. has the key." in page and "Ask on Friday." in page
    assert "What is kept for members is in it as well" in page and f'href="{path}"' in page
    assert "K. has the key." not in house.page(path)
    wren.get(inside(listed, group).replace("/update/", "/minutes/"), status=404)


@pytest.mark.parametrize(
    ("visibility", "sentence", "note"),
    [
        ("members", "It stays on this server.", "Only members read this."),
        ("partners", "to the partner groups, and to nobody else.", "Published for: Partner groups"),
        ("followers", "on its way to everybody who follows.", "Published for: Followers"),
    ],
)
def test_what_is_not_for_everybody_has_its_page_in_the_console(
    house: OpenHouse, wren: Browser, group: str, visibility: str, sentence: str, note: str
) -> None:
    text = f"For {visibility}, all of it."
    listed = published(house, wren, group, body=text, visibility=visibility)
    assert sentence in listed and "As members read it" not in listed
    path = inside(listed, group)
    page = wren.get(path)
    assert note in page and text in page and "The public page" not in page
    draft = wren.post(f"{path}/edit")
    sent = {**typed(house, draft), "body": "Changed.", "do": "publish", **csrf(wren)}
    led = wren.client.post(draft, data=sent).headers["location"]
    assert led.endswith("said=edited" if visibility == "followers" else f"said=edited-{visibility}")
