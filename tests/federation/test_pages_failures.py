"""What a visitor reads when something does not work, and the texts that an administrator may write instead of ours."""

from __future__ import annotations

import logging

import pytest
from markup import Page
from open_house import OpenHouse

from fedi.errors import NotReady, Refused
from fedi.web.pages import texts


def test_each_failure_has_a_page_that_says_what_to_do(house: OpenHouse) -> None:
    for path, status in house.failures.values():
        page = Page(house.page(path, status=status))
        assert f"error {status}" in page.html or page.all("div", role="alert") or status == 404, (
            path
        )
        assert page.all("main")[0].text.strip()
        assert [a for a in page.all("a") if a.attributes["href"] == "/"], path


@pytest.mark.parametrize(
    ("error", "status", "heading", "sentence"),
    [
        (NotReady("Migrating."), 503, "Back in a moment", "Try again in a minute."),
        (
            Refused("The hall is shut.", cure="Knock."),
            422,
            "That did not work",
            "The hall is shut. Knock.",
        ),
        (ZeroDivisionError("/etc/secret"), 500, "Our fault", "Something went wrong here"),
    ],
)
def test_a_failure_while_a_page_is_drawn_says_what_to_do_and_nothing_about_the_inside(
    house: OpenHouse,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    heading: str,
    sentence: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(texts, "_own_text", fail)
    with caplog.at_level(logging.CRITICAL, logger="fedi"):
        answer = house.client.get(f"/about?fails={status}")
    assert answer.status_code == status
    page = Page(answer.text)
    assert page.one("h1").text == heading
    assert sentence in page.one("main").text
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert ("retry-after" in answer.headers) == (status == 503)
    assert (page.one("main").text.count("The hall") == 1) == (status == 422)


def test_a_program_gets_the_failure_as_data(house: OpenHouse) -> None:
    for path, status in (("/nothing", 404), ("/calls/nothing", 404)):
        answer = house.client.get(path, headers={"Accept": "application/activity+json"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
        assert answer.json()["error"]
    gone = house.client.get(
        house.here.path("withdrawn"), headers={"Accept": "application/activity+json"}
    )
    assert (gone.status_code, gone.json()["type"]) == (410, "Tombstone")


def test_an_administrator_may_write_the_texts(house: OpenHouse) -> None:
    folder = house.config.data / "pages"
    folder.mkdir()
    (folder / "rules.md").write_text("## Ours\n\nBe *kind* <b>&</b> quick.\n", "utf-8")
    try:
        page = Page(house.page("/rules?own=1"))
        assert "Rules and moderation" in page.one("h1").text
        prose = page.one("div", class_="prose")
        assert prose.text.split() == ["Ours", "Be", "kind", "<b>&</b>", "quick."]
        assert [one.text for one in page.all("em")] == ["kind"]
    finally:
        (folder / "rules.md").unlink()
        folder.rmdir()
    assert "No racism, no hatred" in house.page("/rules?own=2")
