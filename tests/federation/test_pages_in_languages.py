"""Every public page in each language there is: nothing in English is left, and a reader can change the language."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from consoling import browsers
from markup import VOID, Page
from open_house import OpenHouse

from fedi.catalogues import SOURCE, languages
from fedi.places import folder
from fedi.web.i18n import Speech, autonym

TRANSLATED = [language for language in languages() if language != SOURCE]
PLACEHOLDER = re.compile(r"%\\\((\w+)\\\)[sd]")


@cache
def english() -> dict[str, re.Pattern[str]]:
    """What each text of ours with three words or more looks like on a page."""
    with (folder("locales") / "fedi.pot").open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    texts = [text for one in ids for text in ([one] if isinstance(one, str) else one)]
    told = {text: re.findall(r"[^\W\d_]{2,}", re.sub(r"%\(\w+\)[sd]", " ", text)) for text in texts}
    return {
        text: re.compile(r"(?<!\w)" + PLACEHOLDER.sub(".{1,40}?", re.escape(text)) + r"(?!\w)")
        for text, words in told.items()
        if len(words) >= 3
    }


class Shown(HTMLParser):
    """What a page shows and says in its own language; what it marks as written in another does not count."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.told: list[str] = []
        self._open: list[tuple[str, str | None]] = [("", None)]
        self.feed(html)
        self.close()

    @property
    def _is_own(self) -> bool:
        return self._open[-1][1] in (None, self.root.get("lang"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.root = given if tag == "html" else self.root
        if tag not in VOID:
            self._open.append((tag, given.get("lang", self._open[-1][1])))
        if self._is_own:
            self.told += [value for value in given.values() if value]

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _ in self._open]:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._is_own:
            self.told.append(data)


def left_over(html: str) -> list[str]:
    """Our own English texts that stand on a page."""
    shown = "\n".join(Shown(html).told)
    return [
        text
        for text, look in english().items()
        if max(re.split(r"%\(\w+\)[sd]", text), key=len) in shown and look.search(shown)
    ]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_page_has_english_left_in_it(house: OpenHouse, language: str) -> None:
    pages = {name: (path, 200) for name, path in house.pages.items()} | house.failures
    embedded = {"embed": (house.here.path("minutes") + "/embed", 200)}
    for name, (path, status) in (pages | embedded).items():
        html = house.page(path, status=status, language=language)
        assert Shown(html).root == {"lang": language, "dir": Speech(language).direction}, name
        assert not left_over(html), name


def test_what_is_left_in_english_would_be_found(house: OpenHouse) -> None:
    found = left_over(house.page("/groups/riverbank"))
    assert {"Skip to content", "Follow from anywhere", "How it is run"} <= set(found)
    assert any("%(weight)s" in text for text in found)


def test_a_reader_changes_the_language_of_a_page_at_its_foot(house: OpenHouse) -> None:
    page = Page(house.page("/groups/riverbank?kind=call"))
    links = {
        one.attributes["hreflang"]: one for one in page.all("a") if "hreflang" in one.attributes
    }
    assert {tag: link.text for tag, link in links.items()} == {
        tag: autonym(tag) for tag in TRANSLATED
    }
    for tag, link in links.items():
        assert link.attributes == {"href": f"?kind=call&lang={tag}", "hreflang": tag, "lang": tag}
        other = Page(house.page("/groups/riverbank" + link.attributes["href"]))
        assert other.one("html").attributes["lang"] == tag
        back = [one for one in other.all("a") if one.attributes.get("hreflang") == SOURCE]
        assert [one.attributes["href"] for one in back] == ["?kind=call&lang=en"]
        # Other pages ask the browser again: nothing is remembered about whoever reads.
        assert not any(
            "lang=" in one.attributes.get("href", "")
            for one in other.all("a")
            if "hreflang" not in one.attributes
        )


def test_each_language_of_a_page_is_kept_apart_and_sets_no_cookie(house: OpenHouse) -> None:
    told: set[str] = set()
    for _ in range(2):
        for language in languages():
            answer = house.client.get(f"/about?lang={language}", headers={"Accept-Language": "fr"})
            told.add(Page(answer.text).one("html").attributes["lang"])
            assert "set-cookie" not in answer.headers
            assert f'rel="canonical" href="{house.config.origin}/about"' in answer.text
        assert told == set(languages())


@pytest.mark.parametrize("asked", ["so", "", "../de", "de;q=1", "DE\x00"])
def test_a_language_that_is_not_there_leaves_it_to_the_browser(
    house: OpenHouse, asked: str
) -> None:
    answer = house.client.get(
        "/about", params={"lang": asked}, headers={"Accept-Language": "es-MX"}
    )
    assert Page(answer.text).one("html").attributes["lang"] == "es"


def test_who_signs_in_can_change_the_language_first(house: OpenHouse) -> None:
    page = Page(house.page("/sign-in?lang=ar"))
    assert page.one("html").attributes == {"lang": "ar", "dir": "rtl"}
    assert {
        one.attributes["hreflang"] for one in page.all("a") if "hreflang" in one.attributes
    } == {*languages()} - {"ar"}


CONSOLE = (
    "", "/actions", "/blocked", "/conversation", "/deliveries", "/export", "/followers", "/log", "/people",
    "/people/leave", "/posts/call", "/posts/minutes", "/posts/poll", "/posts/request", "/posts/update", "/reading",
    "/reading/following", "/roles", "/rules", "/settings", "/waiting", "/write/call", "/write/minutes",
    "/write/minutes/import", "/write/poll", "/write/request", "/write/update",
)  # fmt: skip
OWN = ("/account", "/account/elsewhere", "/account/erase", "/account/password", "/account/prove",
       "/account/second-step")  # fmt: skip


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_page_behind_the_sign_in_has_english_left_in_it(house: OpenHouse, language: str) -> None:
    with browsers(house, "riverbank", "ann of languages", language=language) as (ann,):
        for path in (*(f"/console/riverbank{path}" for path in CONSOLE), *OWN):
            answer = ann.client.get(path, follow_redirects=True)
            assert answer.status_code == 200, path
            root = Shown(answer.text).root
            assert root == {"lang": language, "dir": Speech(language).direction}, path
            assert not left_over(answer.text), path
