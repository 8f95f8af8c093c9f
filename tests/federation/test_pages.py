"""Every page that anybody may look at: whole, safe, light, and in whatever language."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import httpx
import leaflets
import neighbourhood
import pytest
from build import a_group
from markup import Page
from open_house import OpenHouse
from pseudo import pseudo, spoken

from fedi.clock import now_ms
from fedi.places import folder
from fedi.publishing import kinds
from fedi.storage.tx import Tx

LIGHT = 60_000
EMBED = {"embed"}
HEADING = re.compile(r"h[1-6]")


def everything(house: OpenHouse) -> dict[str, tuple[str, int]]:
    """Name, path and status of every page, with the one that others embed."""
    pages = {name: (path, 200) for name, path in house.pages.items()}
    return pages | house.failures | {"embed": (house.here.path("minutes") + "/embed", 200)}


def test_every_page_is_drawn_and_well_formed(house: OpenHouse) -> None:
    for name, (path, status) in everything(house).items():
        page = Page(house.page(path, status=status))
        assert len(page.ids) == len(set(page.ids)), f"{name} has an id twice"
        for element in page.elements:
            for key in ("aria-labelledby", "aria-describedby", "for"):
                for target in element.attributes.get(key, "").split():
                    assert target in page.ids, f"{name}: {key} names {target}, which is not there"
            if element.name == "use":
                href = element.attributes["href"].removeprefix("#")
                assert href in page.ids, f"{name}: <use> of {href}, which is not there"
            target = element.attributes.get("href", "")
            if element.name == "a" and target.startswith("#"):
                assert target[1:] in page.ids, f"{name}: a link to {target}, which is not there"


def test_every_page_has_one_h1_and_skips_no_level(house: OpenHouse) -> None:
    for name, (path, status) in everything(house).items():
        page = Page(house.page(path, status=status))
        levels = [int(one.name[1]) for one in page.elements if HEADING.fullmatch(one.name)]
        assert levels.count(1) == 1, f"{name} has {levels.count(1)} h1"
        page.one("main")
        for before, after in pairwise(levels):
            assert after <= before + 1, f"{name} goes from h{before} to h{after}"


def test_no_page_has_a_script_a_style_or_a_request_to_anyone_else(house: OpenHouse) -> None:
    for name, (path, status) in everything(house).items():
        page = Page(house.page(path, status=status))
        for script in page.all("script"):
            assert script.attributes == {"type": "application/ld+json"}, name
        assert not page.all("style"), name
        for element in page.elements:
            handlers = [key for key in element.attributes if key.startswith("on")]
            assert not handlers and "style" not in element.attributes, f"{name}: {element}"
            if element.name in ("img", "iframe", "source", "object", "embed", "form"):
                for key in ("src", "srcset", "data", "action"):
                    assert not element.attributes.get(key, "/").startswith("http"), (
                        f"{name}: {element}"
                    )
            if element.name == "link" and element.attributes["rel"] in (
                "stylesheet",
                "icon",
                "apple-touch-icon",
            ):
                assert element.attributes["href"].startswith("/static/"), name


def test_no_page_is_heavier_than_sixty_kilobytes_with_its_stylesheet(house: OpenHouse) -> None:
    css = sum(len(house.client.get(f"/static/{name}.css").content) for name in ("fedi", "public"))
    for name, (path, status) in everything(house).items():
        html = house.page(path, status=status)
        weight = len(html.encode()) + css
        assert weight <= LIGHT, f"{name} weighs {weight}"
        if name not in EMBED:
            assert f"weighs {round(weight / 1000)} KB" in html, f"{name} does not say {weight}"


def test_a_full_stream_and_a_full_thread_are_no_heavier(house: OpenHouse) -> None:
    sources = (
        leaflets.MINUTES,
        leaflets.CALL,
        leaflets.REQUEST,
        leaflets.UPDATE,
    )
    names = ("minutes", "call", "request", "update")

    def unit(tx: Tx) -> None:
        now, site = now_ms(), house.config.site
        a_group(tx, "crowded", site=site, now=now)
        for number in range(40):
            at = number % 4
            text = sources[at].replace("heat", "cold")
            text = text.replace("hashtags: [", f"hashtags: [tag{number}, full, ")
            neighbourhood.publish_text(tx, site, "crowded", names[at], text, now, now)
            post = house.here.posts["finished"]
            neighbourhood.answer(
                tx, site, post, str(number), f"<p>{'far ' * 60}</p>", now, to=str(number - 1)
            )

    house.write(unit)
    css = sum(len(house.client.get(f"/static/{name}.css").content) for name in ("fedi", "public"))
    for path in (
        "/",
        "/groups/crowded",
        "/groups/crowded?kind=minutes",
        "/tags/full",
        "/calendar",
        house.here.path("finished"),
    ):
        html = house.page(path)
        assert len(html.encode()) + css <= LIGHT, f"{path} weighs {len(html.encode()) + css}"
    assert "Older posts" in house.page("/groups/crowded")


def test_pages_follow_each_other_until_the_last_and_show_everything_once(house: OpenHouse) -> None:
    def unit(tx: Tx) -> None:
        now, site = now_ms(), house.config.site
        for number in range(33):
            neighbourhood.publish_text(
                tx,
                site,
                "flood",
                "update",
                f"---\nhashtags: [gauge]\n---\nGauge {number}.\n",
                now - number,
                now,
            )
            neighbourhood.answer(
                tx, site, house.here.posts["covered"], str(number), f"<p>Reply {number}</p>", now
            )

    house.write(unit)
    for start, pattern, count in (
        ("/groups/flood?kind=update", r"Gauge (\d+)\.", 33),
        ("/tags/gauge", r"Gauge (\d+)\.", 33),
        (house.here.path("covered"), r"<p>Reply (\d+)</p>", 33),
    ):
        path, seen = start, []
        for _ in range(10):
            page = Page(house.page(path))
            seen += re.findall(pattern, page.html)
            links = [
                one for one in page.all("a") if one.text.strip() in ("Older posts", "More replies")
            ]
            if not links:
                break
            path = str(
                httpx.URL(house.config.origin + path).join(links[0].attributes["href"])
            ).removeprefix(house.config.origin)
        assert sorted(map(int, seen)) == list(range(count)), start


def test_whatever_is_answered_carries_the_same_headers(house: OpenHouse) -> None:
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    others = {"css": ("/static/fedi.css", 200), "feed": ("/groups/riverbank/feed.atom", 200)}
    for name, (path, status) in (everything(house) | others).items():
        answer = house.client.get(path)
        assert answer.status_code == status, path
        expected = policy
        if name in EMBED:
            expected = policy.replace("frame-ancestors 'none'", "frame-ancestors *")
        assert answer.headers["content-security-policy"] == expected, name
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["referrer-policy"] == "same-origin", name
        assert "set-cookie" not in answer.headers, name
        if name not in others:
            assert "Accept-Language" in answer.headers["vary"], name


@pytest.mark.parametrize(("language", "direction"), [("eo", "ltr"), ("ar", "rtl")])
def test_in_another_language_no_english_is_left(
    house: OpenHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, direction: str
) -> None:
    with spoken(language, tmp_path, monkeypatch):
        for name, (path, status) in everything(house).items():
            html = house.page(path, status=status, language=f"{language};q=0.9, xx;q=0.1")
            page = Page(html)
            root = page.one("html")
            assert root.attributes == {"lang": language, "dir": direction}, name
            if name not in EMBED:
                assert pseudo("Skip to content") in html, name
                for nav in page.all("nav", class_="nav"):
                    assert "«" in nav.text, f"{name}: {nav.text}"
            for word in page.all("button") + page.all("summary") + page.all("dt"):
                own = {"Website", "Meets", "Elsewhere"}
                assert "«" in word.text or word.text in own or "Police" in word.text, (
                    f"{name}: {word.text}"
                )


def test_the_page_of_each_kind_has_templates_of_its_own() -> None:
    for kind in kinds.all_kinds():
        assert (folder("templates") / kind.card).is_file()
        assert (folder("templates") / kind.path / "page.html").is_file()
