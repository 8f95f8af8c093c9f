"""What is published is changed, shown first and withdrawn from the console, and put off until its moment."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from build import a_follow, a_remote_actor
from consoling import Browser, browsers
from open_house import OpenHouse
from scribing import find_draft, published_path

from fedi.clock import now_ms
from fedi.delivery.clockwork import Clockwork
from fedi.people import membership
from fedi.storage.tx import Tx

HOUR = 3_600_000


def published(wren: Browser, group: str, kind: str = "update", **fields: object) -> str:
    """Publish something; return its path."""
    page = wren.get(wren.post(f"/console/{group}/write/{kind}", do="publish", **fields))
    return published_path(page, f"{kind}s")


def at(group: str, path: str) -> str:
    """Where in the console something published is dealt with."""
    kind, ulid = path.strip("/").split("/")
    return f"/console/{group}/posts/{kind.removesuffix('s')}/{ulid}"


def work(house: OpenHouse, later: int) -> None:
    """Do everything that is due at a later moment."""

    class Later:
        """The running instance, at a later moment."""

        def __getattr__(self, name: str) -> Any:
            return getattr(house.app.house, name)

        def now(self) -> int:
            """Return that moment."""
            return later

    work: Any = Clockwork(Later()).drain(later)  # pyright: ignore[reportArgumentType]
    asyncio.run_coroutine_threadsafe(work, house.loop).result(60)


def test_a_change_begins_with_the_whole_source_and_becomes_a_version(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    text = "The lift works. [[members: K. has the key.]]"
    path = published(wren, group, body=text, warning="Lifts")
    draft = wren.post(f"{at(group, path)}/edit")
    page = wren.get(draft)
    assert "Change what was published" in page and "K. has the key." in page
    assert 'value="Lifts"' in page and "Publish the change" in page
    assert 'type="radio" name="visibility"' not in page
    assert wren.post(f"{at(group, path)}/edit") == draft
    changed = text.replace("works", "broke")
    sent = {"body": changed, "warning": "Lifts", "changed": "It broke at noon"}
    listed = wren.get(wren.post(draft, do="publish", version=0, **sent))
    assert "The change is published" in listed and "Version 2" in listed
    shown = house.page(path)
    assert "The lift broke." in shown and "K. has" not in shown
    assert "It broke at noon" in shown
    again = wren.get(wren.post(f"{at(group, path)}/edit"))
    assert "What you changed" in again and "It broke at noon" not in again
    assert find_draft(house, draft) is None


def test_a_change_of_nothing_is_refused_and_the_draft_stays(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = published(wren, group, body="Same")
    draft = wren.post(f"{at(group, path)}/edit")
    page = wren.post(draft, status=422, do="publish", version=0, body="Same", lang="en")
    assert "Nothing has changed." in page and find_draft(house, draft) is not None


def test_a_call_comes_back_into_its_form(house: OpenHouse, wren: Browser, group: str) -> None:
    path = published(
        wren,
        group,
        "call",
        title="Open the windows",
        start_day="2027-06-19",
        start_hour="17:00",
        end_day="2027-06-20",
        end_hour="09:30",
        timezone="Europe/London",
        place_name="Kingsley Hall",
        online="https://meet.example/w",
        body="Bring a *sheet*.",
    )
    page = wren.get(wren.post(f"{at(group, path)}/edit"))
    for value in (
        "Open the windows",
        "2027-06-19",
        "17:00",
        "2027-06-20",
        "09:30",
        "Europe/London",
        "Kingsley Hall",
        "https://meet.example/w",
    ):
        assert f'value="{value}"' in page, value
    assert "Bring a *sheet*.</textarea>" in page and "Does it take place?" in page


def test_withdrawing_says_honestly_what_it_cannot_do(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    def follow(tx: Tx) -> None:
        for host in ("one.example", "two.example"):
            actor = f"https://{host}/users/anna"
            a_remote_actor(tx, actor, now=now_ms())
            a_follow(tx, by=actor, of=house.config.site.group(group), now=now_ms())

    house.write(follow)
    path = published(wren, group, body="Oh no")
    page = wren.get(f"{at(group, path)}/withdraw")
    assert (
        "Withdraw “Oh no”" in page
        and "It went to 2 servers." in page
        and "Nobody can call back what was read" in page
    )
    assert "Oh no" in house.page(path)
    listed = wren.get(wren.post(f"{at(group, path)}/withdraw"))
    assert "Withdrawn. Other servers are asked to delete their copies." in listed
    house.page(path, status=410)
    wren.get(f"{at(group, path)}/withdraw", status=404)
    wren.post(f"{at(group, path)}/edit", status=404)


def test_a_post_is_shown_first_and_then_no_longer(wren: Browser, group: str) -> None:
    path = published(wren, group, body="Read this")
    listed = wren.get(wren.post(f"{at(group, path)}/pin"))
    assert "It stands first on the group's page." in listed and "Pinned" in listed
    assert "No longer first" in listed
    listed = wren.get(wren.post(f"{at(group, path)}/unpin"))
    assert "Pinned" not in listed
    wren.post(f"{at(group, path)}/burn", status=404)


def test_what_another_group_published_is_not_theirs_to_change(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = published(wren, group, body="Ours")
    with browsers(house, "riverbank", f"stranger {group}") as (stranger,):
        for act in ("edit", "withdraw", "pin"):
            there = f"{at('riverbank', path)}/{act}"
            stranger.post(there, status=404)
            stranger.post(f"{at(group, path)}/{act}", status=404)
        stranger.get(f"{at('riverbank', path)}/withdraw", status=404)
    assert "Ours" in house.page(path)


def put_off(wren: Browser, group: str, at: datetime, **fields: object) -> str:
    """Have something published at a moment; return the path of its draft."""
    path = wren.post(f"/console/{group}/write/update", do="save", **fields).partition("?")[0]
    moment = {
        "publish_day": f"{at:%Y-%m-%d}",
        "publish_hour": f"{at:%H:%M}",
        "publish_zone": "Europe/London",
    }
    led = wren.post(path, do="schedule", version=1, **moment, **fields)
    assert led.endswith("/posts/update?said=scheduled")
    return path


def tomorrow() -> datetime:
    """This time tomorrow, at a full minute."""
    return (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)


def test_what_is_put_off_comes_out_at_its_moment(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = put_off(wren, group, tomorrow(), body="Good morning")
    listed = wren.get(f"/console/{group}/posts/update?said=scheduled")
    assert "It comes out by itself" in listed and "Comes out by itself" in listed
    assert "Nothing waits for the group" in wren.get(f"/console/{group}")
    assert "This is published by itself:" in wren.get(path)
    work(house, now_ms() + HOUR)
    assert find_draft(house, path)
    work(house, now_ms() + 26 * HOUR)
    assert find_draft(house, path) is None
    assert "Good morning" in wren.get(f"/console/{group}/posts/update")


def test_what_is_put_off_can_be_stopped_and_stops_when_it_is_changed(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = put_off(wren, group, tomorrow(), body="One")
    form = find_draft(house, path)
    assert form and form.state == "scheduled"
    same = {name: values[0] for name, values in form.form.items()}
    wren.post(path, do="cancel", version=form.version, **same)
    draft = find_draft(house, path)
    assert draft and (draft.state, draft.publish_at) == ("draft", None)
    wren.post(path, do="schedule", version=draft.version, **same)
    draft = find_draft(house, path)
    assert draft and draft.state == "scheduled"
    wren.post(path, do="save", version=draft.version, **{**same, "body": "Two"})
    draft = find_draft(house, path)
    assert draft and draft.state == "draft"
    work(house, now_ms() + 26 * HOUR)
    assert find_draft(house, path)


def test_why_something_did_not_come_out_stands_with_its_draft(house: OpenHouse, group: str) -> None:
    with browsers(house, group, f"ann {group}", f"ben {group}") as (ann, ben):
        path = put_off(ann, group, tomorrow(), body="Late")
        site = house.config.site
        house.write(lambda tx: membership.leave(tx, site.group(group), ann.person, now_ms()))
        work(house, now_ms() + 26 * HOUR)
        page = ben.get(path)
        assert "It was not published at its time." in page and "Late</textarea>" in page
        assert "Was not published" in ben.get(f"/console/{group}")


def test_what_takes_two_waits_at_its_moment_for_the_second(house: OpenHouse, group: str) -> None:
    with browsers(house, group, f"ann {group}", f"ben {group}") as (ann, ben):
        ann.post(f"/console/{group}/rules", on=f"/console/{group}/rules", publish_update="2")
        path = put_off(ann, group, tomorrow(), body="Both of us")
        work(house, now_ms() + 26 * HOUR)
        led = ben.client.get(path).headers["Location"]
        assert "Publish: Both of us" in ben.get(led)
        ben.post(f"{led}/agree")
        assert "Both of us" in ben.get(f"/console/{group}/posts/update")
        assert find_draft(house, path) is None


@pytest.mark.parametrize(
    ("day", "hour", "zone", "sentence"),
    [
        ("", "10:00", "UTC", "This does not say when to publish it."),
        ("2020-01-01", "10:00", "UTC", "That moment is over."),
        ("2199-01-01", "10:00", "UTC", "That is more than a year away."),
        ("2027-02-30", "10:00", "UTC", "Write the day like 2027-06-19."),
        ("2027-02-20", "25:00", "UTC", "Write the time like 19:00."),
        ("2027-03-28", "02:30", "Europe/Berlin", "The clocks there never show that time"),
        ("2027-02-20", "10:00", "Europe/Lundon", "There is no time zone called Europe/Lundon."),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_all_is_kept(
    wren: Browser, group: str, day: str, hour: str, zone: str, sentence: str
) -> None:
    when = {"publish_day": day, "publish_hour": hour, "publish_zone": zone}
    page = wren.post(
        f"/console/{group}/write/update", status=422, do="schedule", body="Soon", **when
    )
    assert sentence in page and "Soon</textarea>" in page
    for value in filter(None, when.values()):
        assert f'value="{value}"' in page


def test_nothing_of_a_refusal_is_published(house: OpenHouse, wren: Browser, group: str) -> None:
    wren.post(f"/console/{group}/write/call", status=422, do="publish", title="x", body="y")
    actor = house.config.site.group(group)
    row = "SELECT count(*) AS n FROM objects WHERE actor = :actor"
    assert house.write(lambda tx: tx.one(row, actor=actor)) == {"n": 0}
