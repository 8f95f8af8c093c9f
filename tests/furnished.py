"""A group with something of everything that a member can come to see, and the way to each of its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

import pytest
from consoling import Browser, browsers
from furniture import HOME, NAME, ask_for, be_heard, found, open_doors
from minuting import TYPED
from open_house import OpenHouse

from fedi.storage import (
    parts,
)
from fedi.storage.tx import Tx

PRIVATE = (
    "The kitchen is open on Tuesdays.\n\nInterpreter: 0117 496 0188, evenings. Write to "
    "desk@riverbank.example.\n\n[[members: The key is with K.]]\n"
)


@dataclass(frozen=True)
class Furnished:
    """The group: whose sessions look at it, the paths of its pages by name, and the doors that lead to them."""

    house: OpenHouse
    wren: str
    finch: str
    lonely: str
    pages: dict[str, str]
    doors: dict[str, str]


def furnish(house: OpenHouse) -> Furnished:
    """Fill a group of four, and return the way to every page its members can see."""
    site = house.config.site
    group = site.group(NAME)
    posts = house.write(lambda tx: found(tx, house, group))
    names = ("Wren", "Finch", "Heron with a rather long pseudonym", "بلبل")
    with browsers(house, NAME, *names) as (wren, finch, heron, bulbul):
        pages = _written(house, wren, finch, posts)
        for role, who in (("notes", wren), ("facilitation", heron), ("mirror", bulbul)):
            who.post(f"{HOME}/roles", on=f"{HOME}/roles", do="take", role=role)
        finch.post(f"{HOME}/people/invite", on=f"{HOME}/people", status=200, uses="3", days="14")
        house.write(lambda tx: ask_for(tx, house, group, finch.person, wren.person, pages))
        house.write(lambda tx: be_heard(tx, house, group, posts, pages))
        lonely, doors = house.write(
            lambda tx: open_doors(tx, group, wren.person, bulbul.person, posts["minutes"])
        )
        tokens = [dict(one.client.cookies).popitem()[1] for one in (wren, finch)]
    lists = (
        "", "/deliveries", "/conversation", "/conversation?before=9", "/reading", "/reading/following", "/followers",
        "/people", "/people/leave", "/roles", "/rules", "/log", "/waiting", "/export", "/settings", "/blocked",
        "/actions", "/posts/minutes", "/posts/update", "/posts/call", "/posts/request", "/posts/poll",
        "/write/minutes", "/write/minutes/import", "/write/update", "/write/call", "/write/request", "/write/poll",
    )  # fmt: skip
    pages |= {path.strip("/") or "home": HOME + path for path in lists}
    own = ("", "/prove", "/password", "/second-step", "/erase", "/elsewhere")
    pages |= {f"account{path}": f"/account{path}" for path in own}
    return Furnished(house, *tokens, lonely, pages, doors)


def _written(
    house: OpenHouse, wren: Browser, finch: Browser, posts: dict[str, str]
) -> dict[str, str]:
    """Let members write what is not published yet, and return where it is."""

    def draft(kind: str, by: Browser = wren, do: str = "save", **typed: str) -> str:
        new = f"{HOME}/write/{kind}"
        return by.post(new, on=new, do=do, **typed).partition("?")[0]

    minutes = {**TYPED, "day": "2026-12-03", "review": ""}
    pages = {
        "draft-minutes": draft("minutes", **minutes),
        "draft-private": draft("update", by=finch, body=PRIVATE, lang="en"),
        "draft-request": draft("request", title="Beds for Marsh Street", **_needs()),
        "draft-poll": draft("poll", body="Which day?", **{"options-0": "Tuesday"}),
        "draft-call": draft("call", title="Open the windows", start_day="2027-06-19"),
        "draft-arabic": draft("update", body="اجتمع ثلاثون مستأجرا في الحي."),
    }
    later = {"publish_day": "2027-01-03", "publish_hour": "19:00", "publish_zone": "Europe/London"}
    draft("update", do="schedule", body="Happy new year, neighbours.", **later)
    change = f"{HOME}/posts/update/{_ulid(posts['update'])}/edit"
    pages["draft-change"] = wren.post(change, on=HOME)
    wren.client.post(
        pages["draft-arabic"],
        data={"csrf": _csrf(wren), "do": "add-files", "version": "1", "body": "سكن"},
        files={"pictures": ("door.png", _picture(), "image/png")},
    )
    for name in ("minutes", "private"):
        pages[f"preview-{name}"] = pages[f"draft-{name}"] + "/preview"
    pages["preview-page"] = f"{pages['draft-minutes']}/preview/page"
    for name in ("minutes", "quiet"):
        kind = posts[name].split("/")[-2].replace("updates", "update")
        pages[f"read-{name}"] = f"{HOME}/posts/{kind}/{_ulid(posts[name])}"
    pages["withdraw"] = f"{HOME}/posts/update/{_ulid(posts['update'])}/withdraw"
    translate = f"{HOME}/posts/minutes/{_ulid(posts['minutes'])}/translate"
    pages |= {"translate": translate, "translate-to": f"{translate}?language=de"}
    pages["translate-handed-in"] = f"{translate}?language=fr"
    pages["translate-again"] = f"{translate}?language=es"
    pages |= house.write(lambda tx: _published(tx, posts))
    return pages


def _published(tx: Tx, posts: dict[str, str]) -> dict[str, str]:
    """Public pages that came with the console: of a decision, a task, a language, a version, and what is decided."""
    [minutes, poll] = ["/" + posts[name].split("/", 3)[3] for name in ("minutes", "poll")]
    made = {
        name: "/" + parts.of_object(tx, posts["minutes"], kind)[0].id.split("/", 3)[3]
        for name, kind in (("decision", "decision"), ("task", "action"))
    }
    return made | {
        "published-minutes": minutes,
        "published-poll": poll,
        "in-spanish": f"{minutes}?lang=es",
        "decision-in-spanish": made["decision"] + "?lang=es",
        "version": f"{minutes}/versions/1",
        "register": f"/groups/{NAME}/decisions",
        "register-to-review": f"/groups/{NAME}/decisions?show=review",
    }


def _needs() -> dict[str, str]:
    return {
        "needs-0-kind": "goods",
        "needs-0-amount": "30",
        "needs-0-unit": "beds",
        "links-0-name": "Fund",
        "links-0-url": "https://fund.example/marsh",
    }


def _ulid(address: str) -> str:
    return address.rpartition("/")[2]


def _csrf(browser: Browser) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.client.get("/account").text)
    assert found
    return found[1]


def _picture() -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def furnished(house: OpenHouse) -> Furnished:
    """One full group for all tests that only look."""
    return furnish(house)
