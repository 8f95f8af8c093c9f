"""What visitors do: with the keyboard alone, without scripts, on paper."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
from open_house import OpenHouse
from playwright.sync_api import Browser, Page, expect
from visiting import visit

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {name: one.tagName, text: one.textContent.trim().slice(0, 40), outline: style.outlineStyle,
          width: parseFloat(style.outlineWidth), seen: box.width > 1 && box.height > 1};
}"""
SMALL = """() => [...document.querySelectorAll('.btn, input, .nav a, .tabs a, summary, a.tag')]
  .filter(one => one.checkVisibility()).map(one => [one.textContent || one.name, one.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.9)"""


def walk(page: Page, most: int = 80) -> list[dict[str, object]]:
    """Press Tab until the focus leaves the page; what was focused on the way."""
    seen: list[dict[str, object]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["name"] == "BODY":
            break
        seen.append(here)
    return seen


@pytest.mark.parametrize(
    "name", ["front", "group", "minutes", "call", "request", "follow", "calendar"]
)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, house: OpenHouse, name: str
) -> None:
    with visit(browser, house.config.origin) as page:
        page.goto(house.pages[name])
        seen = walk(page)
        assert seen[0]["text"] == "Skip to content"
        assert len(seen) > 8
        for here in seen:
            assert here["seen"] and here["outline"] == "solid" and here["width"] == 3, here


def test_skip_to_content_skips_to_content(browser: Browser, house: OpenHouse) -> None:
    with visit(browser, house.config.origin) as page:
        page.goto("/groups/riverbank")
        page.keyboard.press("Tab")
        box = page.locator("a.skip").bounding_box()
        assert box and box["y"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_of_small_screens_opens_with_the_keyboard(
    browser: Browser, house: OpenHouse
) -> None:
    with visit(browser, house.config.origin, width=390) as page:
        page.goto("/")
        link = page.locator("header.top details nav a", has_text="Days of action")
        expect(link).to_be_hidden()
        page.locator("header.top summary").focus()
        page.keyboard.press("Enter")
        link.click()
        expect(page).to_have_url(f"{house.config.origin}/calendar")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_pressed_is_large_enough(browser: Browser, house: OpenHouse, width: int) -> None:
    with visit(browser, house.config.origin, width=width) as page:
        for name, path in house.pages.items():
            page.goto(path)
            assert page.evaluate(SMALL) == [], name


def test_without_scripts_a_visitor_gets_from_the_follow_box_to_their_own_server(
    browser: Browser, house: OpenHouse
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=house.config.origin)
    page = context.new_page()
    page.goto("/groups/riverbank")
    page.get_by_label("Your fediverse handle").fill("you-without-a-server")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("alert")).to_contain_text("A handle has two parts")
    field = page.get_by_label("Your fediverse handle")
    expect(field).to_have_value("you-without-a-server")
    field.fill(f"@coop@{house.config.domain}")
    page.get_by_role("button", name="Follow").click()
    there = page.get_by_role("link", name=re.compile("^Continue on"))
    assert (there.get_attribute("href") or "").startswith(house.config.origin)
    context.close()


def test_without_scripts_a_warning_opens(browser: Browser, house: OpenHouse) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=house.config.origin)
    page = context.new_page()
    page.goto(house.here.path("warned"))
    text = page.get_by_text("The lift at Spinnaker House")
    expect(text).to_be_hidden()
    page.locator("summary", has_text="Eviction, police").click()
    expect(text).to_be_visible()
    context.close()


def test_pictures_load_and_are_cut_nowhere_on_their_own_page(
    browser: Browser, house: OpenHouse
) -> None:
    with visit(browser, house.config.origin) as page:
        page.goto(house.here.path("pictured"))
        image = page.get_by_alt_text("A grey wall, darker to the right")
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("naturalWidth", 1200)
        box = image.bounding_box()
        assert box and abs(box["width"] / box["height"] - 1.5) < 0.02
        page.goto("/groups/spoke")
        banner = page.locator("header img.art")
        expect(banner).to_have_js_property("complete", True)
        title, art = page.locator("h1 bdi").bounding_box(), banner.bounding_box()
        assert title and art and title["x"] + title["width"] <= art["x"]


def test_on_paper_a_call_is_a_poster(browser: Browser, house: OpenHouse) -> None:
    with visit(browser, house.config.origin) as page:
        page.goto(house.here.path("call"))
        page.emulate_media(media="print")
        for hidden in ("header.top", ".tabs", ".crumbs", "form", ".btn"):
            for one in page.locator(hidden).all():
                expect(one).to_be_hidden()
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_be_visible()
        assert heading.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
        expect(page.get_by_text("17:00 to 18:00").first).to_be_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")


class Elsewhere(BaseHTTPRequestHandler):
    """Somebody's website, whose page is what its path says."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(unquote(self.path[1:]).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def test_the_embedded_page_may_be_framed_and_the_others_not(
    browser: Browser, house: OpenHouse
) -> None:
    post = house.here.posts["call"]
    answer = house.client.get("/oembed", params={"url": post}).json()
    website = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=website.serve_forever)
    thread.start()
    context = browser.new_context()
    try:
        page = context.new_page()
        html = f"{answer['html']}<iframe src='{post}'></iframe>"
        page.goto(f"http://127.0.0.1:{website.server_port}/{quote(html, safe='')}")
        framed, refused = (page.frame_locator(f"iframe >> nth={n}") for n in range(2))
        expect(framed.get_by_role("heading")).to_have_text("Open the windows")
        expect(refused.get_by_role("heading", name="Open the windows")).to_have_count(0)
    finally:
        context.close()
        website.shutdown()
        thread.join()
        website.server_close()
