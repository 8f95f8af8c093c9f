"""Pages in German, which has the longest words, and in Arabic, which begins at the right: on the narrowest screen."""

from __future__ import annotations

import pytest
from members import a_member
from open_house import OpenHouse
from playwright.sync_api import Browser
from visiting import overflow, visit

CONSOLE = (
    "", "/conversation", "/deliveries", "/followers", "/people", "/posts/minutes", "/reading", "/roles", "/rules",
    "/settings", "/write/call", "/write/minutes", "/write/poll",
)  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "de"])
def test_no_page_is_wider_than_the_narrowest_window(
    browser: Browser, house: OpenHouse, language: str
) -> None:
    with visit(browser, house.config.origin, width=320, language=language) as page:
        for name, path in house.pages.items():
            answer = page.goto(path)
            assert answer and answer.ok, name
            assert page.locator("html").get_attribute("lang") == language
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert overflow(page) <= 0, f"{name} sticks out by {overflow(page)}"


@pytest.mark.parametrize("language", ["ar", "de"])
def test_the_console_is_no_wider_than_the_narrowest_window(
    browser: Browser, house: OpenHouse, language: str
) -> None:
    group = house.config.site.group("riverbank")
    _, token = house.write(lambda tx: a_member(tx, group, "bea of languages"))
    with visit(browser, house.config.origin, width=320, language=language, token=token) as page:
        for path in (*(f"/console/riverbank{path}" for path in CONSOLE), "/account"):
            answer = page.goto(path)
            assert answer and answer.ok, path
            assert page.locator("html").get_attribute("lang") == language
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert overflow(page) <= 0, f"{path} sticks out by {overflow(page)}"


def test_arabic_begins_at_the_right(browser: Browser, house: OpenHouse) -> None:
    with visit(browser, house.config.origin, language="ar") as page:
        page.goto("/groups/riverbank")
        heading, side = page.locator("h1").bounding_box(), page.locator("aside.side").bounding_box()
        assert heading and side
        assert heading["x"] + heading["width"] > 1000
        assert side["x"] < 300


def test_a_reader_changes_the_language_with_a_thumb(browser: Browser, house: OpenHouse) -> None:
    with visit(browser, house.config.origin, width=390, language="ar") as page:
        page.goto("/groups/riverbank")
        links = page.locator("footer a[hreflang]")
        assert links.count() == 5
        for link in links.all():
            box = link.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 24
        page.locator("footer a[hreflang=de]").click()
        assert page.url.endswith("/groups/riverbank?lang=de")
        assert page.locator("html").get_attribute("dir") == "ltr"
        page.locator("footer").get_by_role("link", name="العربية").click()
        assert page.locator("html").get_attribute("dir") == "rtl"
