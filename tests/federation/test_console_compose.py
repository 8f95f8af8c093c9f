"""Writing a post in the console: what is typed is kept, comes back, and becomes what is published."""

from __future__ import annotations

import re

from consoling import Browser, browsers
from open_house import OpenHouse
from scribing import (
    CSRF,
    a_picture,
    begun,
    draft_at,
    draft_path,
    files_at,
    published_path,
    typed,
    upload,
)


def test_an_empty_form_says_who_will_see_it(wren: Browser, group: str) -> None:
    page = wren.get(f"/console/{group}/write/update")
    assert "Write an update" in page
    assert "Only members see it until you publish." in page
    assert "It goes to 0 followers on 0 servers. It cannot be fully taken back." in page
    assert "Publish to everyone" in page and "It leaves the server at once." in page


def test_what_is_saved_stands_in_the_form_again(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="The lift works.", warning="Heat", hashtags="#heat housing")
    page = wren.get(f"{path}?said=saved")
    assert "Saved. Only members see it." in page
    assert "The lift works.</textarea>" in page and 'value="#heat housing"' in page
    source = draft_at(house, path).source
    assert "hashtags:\n  - heat\n  - housing" in source and source.endswith("The lift works.")


def test_an_update_is_published_and_its_draft_is_gone(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="The *lift* works.")
    list_path = wren.post(path, do="publish", body="The *lift* works again.", version="1")
    page = wren.get(list_path)
    assert "Published. It is on its way" in page and "The lift works again." in page
    assert "Not published yet" not in page
    assert "The <em>lift</em> works again." in house.page(published_path(page, "updates"))
    wren.get(path, status=404)


def test_whoever_publishes_without_saving_first_loses_nothing_that_is_wrong(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    page = wren.post(
        f"/console/{group}/write/call",
        status=422,
        do="publish",
        title="Open the windows",
        start_day="19 June",
        body="Bring a sheet.",
        place_name="Kingsley Hall",
    )
    assert "That did not work." in page and "Nothing you typed is lost." in page
    assert "Write the day like 2027-06-19." in page and "Fill this in." in page
    for kept in ('value="19 June"', "Bring a sheet.</textarea>", 'value="Kingsley Hall"'):
        assert kept in page
    assert draft_at(house, draft_path(page)).title == "Open the windows"


def test_a_call_from_the_form_takes_place_when_and_where_it_says(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(
        wren,
        group,
        "call",
        title="Open the windows: now",
        start_day="2027-06-19",
        start_hour="17:00",
        end_hour="18:30",
        timezone="Europe/London",
        place_name="Kingsley Hall",
        place_street="Old Market 59",
        place_precision="street",
        body="Bring a sheet.",
    )
    shown = wren.get(wren.post(path, do="publish", **typed(house, path)))
    page = wren.get(f"/console/{group}/write/call")
    assert 'name="timezone" value="Europe/London"' in page
    page = house.page(published_path(shown, "calls"))
    assert "Open the windows: now" in page and "17:00 to 18:30" in page
    assert "Old Market 59" in page


def test_rows_are_added_and_taken_out_without_script(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    first = {"needs-0-kind": "money", "needs-0-amount": "6000", "needs-0-unit": "GBP"}
    path = begun(wren, group, "request", title="Beds", **first)
    led = wren.post(path, do="add:needs", version=1, title="Beds", **first)
    assert led.endswith("#needs-1-kind")
    assert 'name="needs-1-kind"' in wren.get(led) and 'name="needs-1-kind"' not in wren.get(path)
    second = {"needs-1-kind": "goods", "needs-1-of": "beds"}
    wren.post(path, do="save", version=1, title="Beds", **first, **second)
    assert 'name="needs-1-of" value="beds"' in wren.get(path)
    wren.post(path, do="drop:needs:0", version=2, title="Beds", **first, **second)
    page = wren.get(path)
    assert 'name="needs-0-of" value="beds"' in page and "6000" not in page
    assert "- kind: goods" in draft_at(house, path).source


def test_two_who_save_the_same_draft_both_keep_their_text(house: OpenHouse, group: str) -> None:
    with browsers(house, group, f"ann {group}", f"ben {group}") as (ann, ben):
        path = begun(ann, group, body="One")
        ann.post(path, do="save", version=1, body="Ann wrote this")
        page = ben.post(path, status=409, do="save", version=1, body="Ben wrote this")
        assert "Somebody else saved this while you were writing." in page
        assert "What somebody else saved" in page and "Ann wrote this" in page
        assert re.search(r'name="body"[^>]*>\n?Ben wrote this</textarea>', page)
        assert draft_at(house, path).source.endswith("Ann wrote this")
        ben.post(path, do="save", version=2, body="Both wrote this")
        assert draft_at(house, path).source.endswith("Both wrote this")


def test_the_draft_of_another_group_is_not_there(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="Ours")
    status, shown = upload(wren, path, ("a.jpg", a_picture()), body="Ours", version="1")
    assert status == 303, shown
    (file,) = files_at(house, path)
    with browsers(house, "riverbank", f"stranger {group}") as (stranger,):
        for there in (path, f"{path}/files/{file.name}", f"/console/{group}/posts/update"):
            stranger.get(there, status=404)
            elsewhere = there.replace(f"/{group}/", "/riverbank/")
            if elsewhere != "/console/riverbank/posts/update":
                stranger.get(elsewhere, status=404)
        stranger.post(path.replace(f"/{group}/", "/riverbank/"), status=404, do="save", body="x")
    assert draft_at(house, path).source.endswith("Ours")


def test_a_kind_that_is_not_known_cannot_be_written(wren: Browser, group: str) -> None:
    wren.get(f"/console/{group}/write/rumour", status=404)
    wren.post(f"/console/{group}/write/rumour", status=404, do="save", body="x")
    wren.get(f"/console/{group}/posts/rumour", status=404)


def test_a_script_saves_what_is_typed_and_hears_when(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    csrf = CSRF.search(wren.client.get("/account").text)
    assert csrf
    headers = {"X-CSRF": csrf[1], "Accept": "application/json"}
    sent = {"body": "Half a sen", "do": "save"}
    told = wren.client.post(f"/console/{group}/write/update", data=sent, headers=headers).json()
    assert told["version"] >= 1 and told["at"] > 0
    assert draft_at(house, told["url"]).source.endswith("Half a sen")
    late = wren.client.post(
        told["url"], data={**sent, "body": "Other", "version": "0"}, headers=headers
    )
    assert late.status_code == 409 and "Somebody else saved this" in late.json()["error"]
