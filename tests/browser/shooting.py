"""Pictures of every page that members and visitors of a full group come to, to be looked at beside the mockups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from furnished import Furnished
from playwright.sync_api import Browser
from visiting import Scheme, visit

SHOTS = Path(__file__).parents[2] / "shots"
MOCKUPS = os.environ.get("MOCKUPS")
"""A folder of pages as they were drawn; they are pictured as well."""


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_has_its_picture(
    browser: Browser, furnished: Furnished, width: int, scheme: Scheme
) -> None:
    origin, folder = furnished.house.config.origin, SHOTS / f"{width}-{scheme}"
    with visit(browser, origin, token=furnished.wren, width=width, scheme=scheme) as page:
        for name, path in furnished.pages.items():
            page.goto(path)
            page.screenshot(path=folder / f"{_file(name)}.png", full_page=True)
    with visit(browser, origin, behind=True, width=width, scheme=scheme) as page:
        for name, path in furnished.doors.items():
            page.goto(path)
            page.screenshot(path=folder / f"door-{_file(name)}.png", full_page=True)
    for drawn in sorted(Path(MOCKUPS).glob("*.html")) if MOCKUPS else ():
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en"
        )
        page = context.new_page()
        page.goto(drawn.resolve().as_uri())
        page.screenshot(path=folder / f"mockup-{drawn.stem}.png", full_page=True)
        context.close()


def _file(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)
