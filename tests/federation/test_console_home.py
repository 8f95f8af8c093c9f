"""The home of a group's console: what waits, what is on its way, whose turn it is, and the week ahead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from build import a_follow, a_remote_actor
from consoling import Browser, browsers
from open_house import HTML, OpenHouse
from written import CALL, MINUTES, UPDATE, ready

from fedi.actors.groups import get_group
from fedi.clock import now_ms
from fedi.people import accounts, sessions
from fedi.publishing import publish
from fedi.storage import deliveries, queue, reports
from fedi.storage.queue import Result
from fedi.storage.tx import Tx
from fedi.web.console.visitor import cookie_name


def publishes(house: OpenHouse, group: str, kind: str, source: str) -> str:
    """Let the group publish something; return its id."""
    site = house.config.site

    def unit(tx: Tx) -> str:
        return publish.publish(tx, site, get_group(tx, group), ready(kind, source), now_ms())

    return house.write(unit)


def followed_from(house: OpenHouse, group: str, *hosts: str) -> None:
    """Let somebody on each of these servers follow the group."""

    def unit(tx: Tx) -> None:
        for host in hosts:
            actor = f"https://{host}/users/anna"
            a_remote_actor(tx, actor, now=now_ms())
            a_follow(tx, by=actor, of=house.config.site.group(group), now=now_ms())

    house.write(unit)


def test_whoever_is_alone_is_told_to_invite_somebody_first(wren: Browser, group: str) -> None:
    page = wren.get(f"/console/{group}?said=begun")
    assert "Your group is made." in page
    assert "You are the first one here" in page and "All done" not in page
    assert f'href="/console/{group}/people#invite"' in page
    assert 'id="invite"' in wren.get(f"/console/{group}/people")


def test_a_group_for_which_nothing_waits_is_told_what_to_do_first(
    house: OpenHouse, group: str
) -> None:
    with browsers(house, group, "a wren", "a robin") as (wren, _robin):
        page = wren.get(f"/console/{group}?said=joined")
    assert "You are in." in page
    assert "<h1>Nothing waits for the group</h1>" in page
    assert "All done" in page and "Nothing is planned for the next seven days." in page
    assert "Nothing was sent in the last days." in page
    assert "Seen by members only" in page
    assert f'href="/console/{group}/write/update"' in page


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("## Heat\n\nThe **lift** [works](https://lift.example/).", "Heat The lift works."),
        ("[[members: Ann has the *key*.]] Bring a `sheet`.", "Ann has the key. Bring a sheet."),
        (
            "Three *stars* and [[members: not yet closed",
            "Three stars and [[members: not yet closed",
        ),
        ("- 5 < 6 & 7\n- so it is", "5 < 6 & 7 so it is"),
    ],
)
def test_a_draft_without_a_title_is_named_by_how_it_begins_in_plain_words(
    wren: Browser, group: str, body: str, shown: str
) -> None:
    wren.post(f"/console/{group}/write/update", do="save", body=body)
    for path in ("", "/posts/update"):
        page = wren.get(f"/console/{group}{path}")
        assert re.findall(r'<h3 dir="auto"><a [^>]*>(.*?)</a></h3>', page) == [shown], path


def test_a_title_is_shown_without_the_marks_in_it(wren: Browser, group: str) -> None:
    title = "Assembly [[members: at Ann's]] & *tea*"
    wren.post(f"/console/{group}/write/call", do="save", title=title)
    assert ">Assembly at Ann's & *tea*</a></h3>" in wren.get(f"/console/{group}")


def test_what_waits_is_counted_once_and_listed(house: OpenHouse, wren: Browser, group: str) -> None:
    wren.post(f"/console/{group}/write/update", do="save", body="Half a thought")
    actor = house.config.site.group(group)

    def unit(tx: Tx) -> None:
        a_remote_actor(tx, "https://far.example/users/bo", now=now_ms())
        a_follow(tx, by="https://far.example/users/bo", of=actor, state="pending", now=now_ms())
        reports.add(tx, "https://far.example/actor", None, [actor], "Too loud", now_ms())

    house.write(unit)
    page = wren.get(f"/console/{group}")
    assert "3 things wait for the group" in page
    assert "Half a thought" in page and "1 asks to follow" in page and "bo@far.example" in page
    assert "Somebody elsewhere complains about something of yours" in page and "Too loud" in page
    done = re.search(rf'action="(/console/{group}/reports/\d+)"', page)
    assert done
    page = wren.get(wren.post(done[1]))
    assert "It does not wait any more." in page and "2 things wait for the group" in page
    wren.post(done[1], status=404)


def test_what_looks_private_in_a_draft_is_said_before_it_is_opened(
    wren: Browser, group: str
) -> None:
    wren.post(f"/console/{group}/write/update", do="save", body="Call 0117 496 0188", lang="en")
    page = wren.get(f"/console/{group}")
    assert "<h1>One thing waits for the group</h1>" in page
    assert "One thing in it looks private. Check before publishing." in page
    assert re.search(r'<a class="btn small" href="[^"]+/drafts/\w+">Check and publish', page)
    wren.post(f"/console/{group}/write/update", do="save", body="The lift works.", lang="en")
    page = wren.get(f"/console/{group}")
    assert "<h1>2 things wait for the group</h1>" in page
    assert page.count('<a class="btn small line"') >= 1 and page.count("Check and publish") == 1


def test_a_report_about_another_group_is_none_of_ours(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    other = house.config.site.group("riverbank")
    house.write(lambda tx: reports.add(tx, "https://x.example/actor", None, [other], "", now_ms()))
    found = house.write(lambda tx: max(one.id for one in reports.open_(tx)))
    assert "complains" not in wren.get(f"/console/{group}")
    wren.post(f"/console/{group}/reports/{found}", status=404)
    house.write(lambda tx: reports.resolve(tx, found, now_ms()))


def test_what_waits_for_a_second_member_is_one_thing_and_its_draft_no_other(
    house: OpenHouse, group: str
) -> None:
    with browsers(house, group, f"ann {group}", f"ben {group}") as (ann, ben):
        path = ann.post(f"/console/{group}/write/update", do="save", body="We decided").partition(
            "?"
        )[0]
        ann.post(f"/console/{group}/rules", on=f"/console/{group}/rules", status=303, **TWO)
        led = ann.post(path, do="publish", body="We decided", version=1)
        assert "/waiting/" in led
        page = ben.get(f"/console/{group}")
        assert "One thing waits for the group" in page and "Look and decide" in page
        assert "Publish: We decided" in page and "Draft: Update" not in page
        listed = ben.get(f"/console/{group}/posts/update")
        assert "Waits for a second member" in listed
        assert ann.client.get(path).headers["Location"] == led.partition("?")[0]
        assert "waits for a second member" in ann.post(
            path, status=409, do="save", body="Other", version=1
        )
        ben.post(f"{led.partition('?')[0]}/agree")
        assert "Nothing waits for the group" in ben.get(f"/console/{group}")
        ann.get(path, status=404)


TWO = {"publish_update": "2"}


def test_how_far_the_latest_has_come_moves_without_script_and_with_it(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    followed_from(house, group, *(f"{n}-{group}.example" for n in ("one", "two", "three")))
    two = f"two-{group}.example"
    publishes(house, group, "update", UPDATE)
    page = wren.get(f"/console/{group}")
    assert "0 of 3 servers" in page and '<progress id="pg" max="3" value="0">' in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page

    def deliver(tx: Tx) -> None:
        for host, outcome in ((f"one-{group}.example", "delivered"), (two, "failed")):
            (waiting,) = queue.list_waiting(tx, host, 0, 9)
            result = Result(waiting, outcome, now_ms(), error="says 500", tried=True)  # pyright: ignore[reportArgumentType]
            queue.settle(tx, [result])

    house.write(deliver)
    told = wren.client.get(f"/console/{group}/deliveries/latest").json()
    assert (told["planned"], told["delivered"], told["waiting"]) == (3, 1, True)
    assert told["words"]["count"] == "1 of 3 servers"
    page = wren.get(f"/console/{group}")
    assert "1 server was given up" in page and two in page
    page = wren.get(f"/console/{group}/deliveries")
    assert "says 500" in page and "given up" in page
    led = wren.post(f"/console/{group}/deliveries", host=two)
    assert "Tried again now." in wren.get(led)
    actor = house.config.site.group(group)
    assert house.write(lambda tx: deliveries.queued_by(tx, actor)).failed == 0
    led = wren.post(f"/console/{group}/deliveries", host="nobody.example")
    assert "Nothing waits for that server any more." in wren.get(led)


def test_trying_again_is_for_the_groups_own_posts(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    followed_from(house, "riverbank", "only-theirs.example")
    publishes(house, "riverbank", "update", UPDATE)
    assert "only-theirs.example" not in wren.get(f"/console/{group}/deliveries")
    led = wren.post(f"/console/{group}/deliveries", host="only-theirs.example")
    assert "Nothing waits for that server any more." in wren.get(led)


def test_the_week_ahead_has_calls_the_next_meeting_and_what_comes_back(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    today = datetime.fromtimestamp(now_ms() / 1000, UTC).date()
    soon, late = (str(today + timedelta(days=days)) for days in (3, 20))
    publishes(house, group, "call", CALL.replace("2027-06-19", soon))
    publishes(house, group, "call", CALL.replace("2027-06-19", late).replace("windows", "doors"))
    minutes = MINUTES.replace("2026-12-10", soon)
    minutes = minutes.replace("attendance: 27", f"attendance: 27\nnext: {{date: {soon}}}")
    publishes(house, group, "minutes", minutes)
    page = wren.get(f"/console/{group}")
    week = page[page.index("This week") :]
    assert "Open the windows" in week and "Open the doors" not in week
    assert "Next meeting" in week and "A third key." in week


def test_the_console_leads_to_the_first_group(wren: Browser, group: str) -> None:
    assert wren.client.get("/console").headers["Location"] == f"/console/{group}"


def test_somebody_without_a_group_is_told_how_to_find_one(house: OpenHouse, group: str) -> None:
    def lonely(tx: Tx) -> str:
        person = accounts.add_person(tx, f"lonely {group}", now=now_ms())
        return sessions.begin(tx, person.id, "A browser", now_ms())

    token = house.write(lonely)
    cookies = {cookie_name(house.config.site): token}
    with httpx.Client(base_url=house.config.origin, headers=HTML, cookies=cookies) as client:
        answer = client.get("/console")
        assert answer.status_code == 200 and "You belong to no group yet" in answer.text
        assert client.get(f"/console/{group}").status_code == 404


def test_nobody_sees_a_console_without_signing_in(house: OpenHouse, group: str) -> None:
    for path in ("/console", f"/console/{group}", f"/console/{group}/deliveries"):
        answer = house.client.get(path)
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?next=")
