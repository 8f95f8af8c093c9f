"""Minutes leave once somebody checked them and a second member agreed; what is changed keeps its keys."""

from __future__ import annotations

import re

from doorstep import Browser, a_browser
from minuting import TYPED, begin, draft_at, person, published
from world import Instance

from fedi.clock import now_ms
from fedi.governing import asking
from fedi.publishing.acts import Act


async def test_nobody_publishes_what_nobody_checked(
    one: Instance, ann: Browser, ben: Browser
) -> None:
    path = await begin(ann)
    assert "A second member confirms before it leaves the server." in ann.page
    for do in ("publish", "schedule"):
        sent = {"publish_day": "2190-06-04", "publish_hour": "08:00", "publish_zone": "UTC"}
        await ann.send(path, do=do, **sent)
        assert ann.status == 422 and "Nobody has checked this text yet" in ann.page
    await ben.open(path)
    await ben.send(path, do="check")
    assert "Checked. It can be published now." in ben.page
    assert (await draft_at(one, path)).state == "checked"
    steps = re.search(r'<ol class="steps.*?</ol>', ben.page, re.DOTALL)
    assert steps and re.search(r"<b>Checked</b>.*by ben", steps[0])
    assert re.search(r'aria-current="step"><b>A second member agrees', steps[0])
    assert 'value="check"' not in ben.page

    await ann.open(path)
    await ann.send(path, do="save", body="## Keys\n\nSomething else.")
    assert (await draft_at(one, path)).state == "draft", "it is another text"
    await ann.send(path, do="publish")
    assert ann.status == 422


async def test_who_checked_is_told_by_their_role(one: Instance, ann: Browser, ben: Browser) -> None:
    act = Act("roles", "harbour", "", {"do": "take", "role": "notes"})
    member = await one.read(lambda tx: person(tx, "ben"))
    await one.write(lambda tx: asking.ask(tx, one.house.site, act, member, now_ms()))
    path = await begin(ann)
    await ben.open(path)
    await ben.send(path, do="check")
    await ann.open(path)
    steps = re.search(r'<ol class="steps.*?</ol>', ann.page, re.DOTALL)
    assert steps and re.search(r"<b>Checked</b>.*by Note taker", steps[0])
    await ann.open("/console/harbour/log")
    assert "Read and found right: Heat, and who holds the keys" in ann.page


async def test_a_second_member_sees_what_will_be_public_and_agrees(
    one: Instance, ann: Browser, ben: Browser
) -> None:
    path = await begin(ann)
    await ann.send(path, do="check")
    await ann.send(path, do="publish")
    assert "It waits here until a second member agrees." in ann.page
    waiting = ann.at.partition("?")[0]
    assert f"{waiting}/agree" not in ann.page, "not by who asked"
    await ann.open(path)
    assert ann.at == waiting, "the draft stays as it is meanwhile"

    await ben.open(waiting)
    steps = re.search(r'<ol class="steps.*?</ol>', ben.page, re.DOTALL)
    assert steps and re.search(r"<b>Checked</b>.*by ann", steps[0])
    assert re.search(r'aria-current="step"><b>Waits for a second member', steps[0])
    public, _sign, more = ben.page.partition("What members see")
    assert "We carry the kitchen until 25 June" in public
    assert "K. has the spare one." not in public.partition("What everybody sees")[2]
    assert "K. has the spare one." in more
    await ben.send(f"{waiting}/agree")
    await ann.open("/console/harbour/posts/minutes")
    assert "Not published yet" not in ann.page
    found = re.search(r'href="(/minutes/[0-9a-z]{26})"', ann.page)
    assert found
    page = await one.page(found[1])
    assert ">2027-1</bdi>" in page and "Neither will I be there." in page
    assert "K. has the spare one." not in page and "ben" not in page and "Kingsley Hall" in page
    decision = re.search(r'href="[^"]*(/decisions/[0-9a-z]{26})"', page)
    assert decision and "We carry the kitchen" in await one.page(decision[1])


async def test_a_change_of_published_minutes_keeps_the_keys_of_decisions(
    one: Instance, ann: Browser
) -> None:
    path = await published(one, **{"decisions-1-text": "Nobody is photographed"})
    before = re.findall(r"/decisions/[0-9a-z]{26}", await one.page(path))
    at = f"/console/harbour/posts/minutes/{path.rsplit('/', 1)[1]}"
    await ann.open("/console/harbour/posts/minutes")
    await ann.send(f"{at}/edit")
    draft = ann.at
    shown = ann.form(draft).values
    assert shown["decisions-1-key"] == ["2027-2"] and shown["title"] == [TYPED["title"]]
    assert "Version 1 stands there now" in ann.page and "Revised" in ann.page
    await ann.send(draft, do="drop:decisions:0")
    await ann.send(draft, do="check", **{"decisions-0-text": "Nobody is shown, in any picture"})
    await ann.send(draft, do="publish")
    waiting = ann.at.partition("?")[0]
    ben = await a_browser(one, "ben")
    await ben.open(waiting)
    await ben.send(f"{waiting}/agree")
    page = await one.page(path)
    assert "Nobody is shown, in any picture" in page and ">2027-2</bdi>" in page
    after = set(re.findall(r"/decisions/[0-9a-z]{26}", page))
    assert after == {before[-1]} or after < set(before)
    gone = (set(before) - after).pop()
    assert (await one.get(gone, "text/html")).status_code == 410


async def test_keys_that_published_minutes_do_not_say_are_recalled(
    one: Instance, ann: Browser
) -> None:
    made = await one.publish("minutes")
    at = f"/console/harbour/posts/minutes/{made.rsplit('/', 1)[1]}"
    await ann.open("/console/harbour/posts/minutes")
    await ann.send(f"{at}/edit")
    shown = ann.form(ann.at).values
    assert shown["decisions-0-key"] == ["2026-1"] and shown["decisions-1-key"] == ["2026-2"]
    assert shown["decisions-1-result"] == ["postponed"] and shown["place_area"] == ["Bristol"]
