"""Where things stand on the pages behind the sign-in: in line with each other, from either side."""

from __future__ import annotations

import pytest
from furnished import Furnished
from playwright.sync_api import Browser, Page
from visiting import visit

WITH_CRUMBS = ("thread", "reading/following", "read-minutes")
BEGIN = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  const turned = document.documentElement.dir == 'rtl';
  return turned ? document.documentElement.clientWidth - box.right : box.left;
}"""
MIDDLE = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return (box.top + box.bottom) / 2;
}"""


def height(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["height"]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_way_back_begins_where_the_heading_does_and_stands_close_above_it(
    browser: Browser, furnished: Furnished, language: str, width: int
) -> None:
    origin, token = furnished.house.config.origin, furnished.wren
    with visit(browser, origin, token=token, width=width, language=language) as page:
        for name in WITH_CRUMBS:
            page.goto(furnished.pages[name])
            link, heading = ".crumbs li:first-child a", "main h1"
            assert page.locator("html").get_attribute("dir") == (
                "rtl" if language == "ar" else "ltr"
            )
            assert abs(page.evaluate(BEGIN, link) - page.evaluate(BEGIN, heading)) < 1, name
            assert height(page, link) >= 44, name
            crumbs = page.locator(".crumbs").bounding_box()
            title = page.locator(heading).bounding_box()
            assert crumbs and title
            assert 0 <= title["y"] - crumbs["y"] - crumbs["height"] <= 16, name
            if width == 1280:
                first = ".vnav > :first-child"
                assert abs(page.evaluate(MIDDLE, link) - page.evaluate(MIDDLE, first)) < 3, name
