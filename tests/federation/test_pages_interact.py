"""From a page here to the visitor's own server: the follow box, and what it says when something is wrong."""

from __future__ import annotations

import pytest
from markup import Page
from open_house import OpenHouse
from running import free_port

FORM = "/groups/riverbank/follow"


def test_the_box_leads_to_a_link_on_the_visitors_own_server(house: OpenHouse) -> None:
    handle = f"@coop@{house.config.domain}"
    for path, about in (
        (FORM, house.config.site.group("riverbank")),
        (house.here.path("call") + "/interact", house.here.posts["call"]),
    ):
        answer = house.client.get(path, params={"acct": handle})
        assert answer.status_code == 200
        page = Page(answer.text)
        link = next(a for a in page.all("a", class_="btn") if a.text.startswith("Continue on"))
        there = link.attributes["href"]
        assert there.startswith(house.config.origin)
        assert about in there.replace("%3A", ":").replace("%2F", "/")
        assert {"noreferrer", "noopener"} <= set(link.attributes["rel"].split())
        assert house.config.domain in page.one("b", dir="ltr").text
        assert answer.headers["cache-control"] == "private, no-store"
        assert not page.all("form")


@pytest.mark.parametrize(
    "typed", ["x", "you", "@", "@you@", "you@@x", "@you@exa mple", "<b>@you", "é" * 300]
)
def test_what_is_no_handle_is_said_beside_the_field_and_kept_in_it(
    house: OpenHouse, typed: str
) -> None:
    answer = house.client.get(FORM, params={"acct": typed})
    assert answer.status_code == 422
    page = Page(answer.text)
    field = page.one("input", name_="acct")
    assert field.attributes["value"] == typed
    assert field.attributes["aria-invalid"] == "true"
    named = field.attributes["aria-describedby"].split()
    texts = [one.text for one in page.elements if one.attributes.get("id") in named]
    assert any("A handle has two parts" in text for text in texts)
    assert "A handle has two parts" in page.one("div", role="alert").text
    assert page.one("title").text.startswith("Error: ")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("@nobody@{ours}", "Nobody of this name was found on {ours}."),
        ("@you@10.0.0.1", "10.0.0.1 cannot be asked from here."),
    ],
)
def test_what_went_wrong_names_the_server_and_keeps_what_was_typed(
    house: OpenHouse, typed: str, sentence: str
) -> None:
    ours = house.config.domain
    typed, sentence = typed.format(ours=ours), sentence.format(ours=ours)
    answer = house.client.get(FORM, params={"acct": typed})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert sentence in page.one("div", role="alert").text
    assert page.one("input", name_="acct").attributes["value"] == typed


def test_a_server_that_is_silent_now_may_answer_the_visitor(house: OpenHouse) -> None:
    host = f"localhost:{free_port()}"
    page = Page(house.client.get(FORM, params={"acct": f"@you@{host}"}).text)
    link = next(a for a in page.all("a", class_="btn") if a.text.startswith("Continue on"))
    assert link.attributes["href"].startswith(f"http://{host}/authorize_interaction?uri=")


def test_an_empty_box_is_asked_again_without_blame(house: OpenHouse) -> None:
    page = Page(house.page(FORM))
    assert "aria-invalid" not in page.one("input", name_="acct").attributes
    assert not page.all("div", role="alert")
    assert f"@riverbank@{house.config.domain}" in page.html


def test_only_what_anybody_may_read_can_be_answered(house: OpenHouse) -> None:
    house.page(house.here.path("withdrawn") + "/interact", status=410)
    house.page("/updates/" + "0" * 26 + "/interact", status=404)
    house.page("/groups/nobody/follow", status=404)
