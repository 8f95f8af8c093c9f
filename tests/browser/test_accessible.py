"""Every page under axe, in light and dark, wide and narrow; and on the narrowest screen nothing sticks out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from open_house import OpenHouse
from playwright.sync_api import Browser, Page
from pseudo import spoken
from visiting import Scheme, overflow, visit

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def paths(house: OpenHouse) -> dict[str, str]:
    """Every page that a visitor can see, also those that say what did not work."""
    failing = {name: path for name, (path, _) in house.failures.items()}
    return house.pages | failing | {"embed": house.here.path("call") + "/embed"}


# One page of each design and state; the others are looked at with these among the slow tests.
TELLING = (
    "front", "group", "own-pictures", "empty-group", "calendar", "tag", "rules", "follow", "no-handle", "taken-down",
    "embed", "arabic", "minutes", "call", "cancelled", "request", "warned", "pictured",
)  # fmt: skip


def complaints(page: Page) -> list[str]:
    """What axe has against a page, with what is shown behind summaries open as well."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def check(
    browser: Browser, house: OpenHouse, width: int, scheme: Scheme, pages: Mapping[str, str]
) -> None:
    """Run axe on pages at one width and in one colour scheme."""
    found: dict[str, list[str]] = {}
    with visit(browser, house.config.origin, width=width, scheme=scheme) as page:
        for name, path in pages.items():
            page.goto(path)
            if wrong := complaints(page):
                found[name] = wrong
    assert not found, found


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_has_nothing_against_pages(
    browser: Browser, house: OpenHouse, width: int, scheme: Scheme
) -> None:
    pages = paths(house)
    check(browser, house, width, scheme, {name: pages[name] for name in TELLING})


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_against_any_page_in_any_light(
    browser: Browser, house: OpenHouse, width: int, scheme: Scheme
) -> None:
    check(browser, house, width, scheme, paths(house))


def test_axe_sees_what_is_wrong(browser: Browser, house: OpenHouse) -> None:
    with visit(browser, house.config.origin) as page:
        page.goto("/about")
        page.evaluate(
            "document.querySelector('h1').outerHTML = '<h4>About</h4><img src=/static/sign.png>'"
        )
        found = {one.partition(":")[0] for one in complaints(page)}
        assert {"image-alt", "page-has-heading-one"} <= found


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_window(browser: Browser, house: OpenHouse, width: int) -> None:
    with visit(browser, house.config.origin, width=width) as page:
        for name, path in paths(house).items():
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert overflow(page) <= 0, f"{name} sticks out by {overflow(page)}"


def test_from_right_to_left_pages_are_mirrored(
    browser: Browser, house: OpenHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        spoken("he", tmp_path, monkeypatch),
        visit(browser, house.config.origin, language="he") as page,
    ):
        page.goto("/groups/riverbank")
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        heading, side = page.locator("h1").bounding_box(), page.locator("aside.side").bounding_box()
        assert heading and side
        assert heading["x"] + heading["width"] > 1000
        assert side["x"] < 300
        assert page.evaluate(
            "getComputedStyle(document.querySelector('.art')).transform"
        ).startswith("matrix(-1")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for name, path in paths(house).items():
                page.goto(path)
                assert overflow(page) <= 0, f"{name} sticks out by {overflow(page)}"
                if name in ("group", "minutes", "call", "request", "warned") and width == 1280:
                    assert not complaints(page), name
