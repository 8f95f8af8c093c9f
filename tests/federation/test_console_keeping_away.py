"""What a group does about what it hears and does not want, and who may do it at all: reports, blocks, the doors."""

from __future__ import annotations

from urllib.parse import quote

from doorstep import Browser, a_browser
from hearing import Hearing
from talking import HOME, answers, thread, told

from fedi.storage import blocks, notes


async def test_a_report_goes_to_their_server_in_the_name_of_ours(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "An address of somebody")
    await robin.open(thread(note))
    page = await robin.send(f"{HOME}/conversation/report", words="Names a person.")
    assert "Reported to their server." in page
    await town.world.deliver()
    flag = town.village.told[-1]
    assert (flag["type"], flag["actor"]) == ("Flag", "https://alpha.test/actor")
    assert (flag["object"], flag["content"]) == ([anna.id, note], "Names a person.")


async def test_somebody_and_a_whole_server_are_kept_away_and_let_be(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "Rude")
    await robin.open(thread(note))
    action = f"{HOME}/conversation/distance"
    assert "Blocked." in await robin.send(action, whom="author", do="block")
    assert "@anna@home.example is blocked" in robin.page
    await robin.send(action, whom="server", do="limit")
    page = await robin.open(f"{HOME}/blocked")
    assert "the whole server" in page
    assert page.index("home.example") < page.index("anna@home.example")
    standing = await town.here.read(lambda tx: blocks.list_(tx, town.harbour))
    assert standing == [("home.example", "limit"), (anna.id, "block")]
    for whom in ("home.example", anna.id):
        assert "They are heard again" in await robin.send(f"{HOME}/blocked", whom=whom, do="lift")
    assert "The group keeps nobody away" in robin.page
    await town.world.deliver()
    assert told(town) == ["Block", "Undo"]


async def test_a_server_is_named_and_what_is_none_is_said_below_the_field(
    town: Hearing, robin: Browser
) -> None:
    await robin.open(f"{HOME}/blocked")
    for typed in ("no host", "alpha.test", ""):
        page = await robin.send(f"{HOME}/blocked", host=typed, do="block")
        assert robin.status == 422, typed
        assert not typed or f'value="{typed}"' in page
        assert 'id="host-e"' in page
    assert "Blocked." in await robin.send(f"{HOME}/blocked", host="Spam.Example", do="block")
    assert "spam.example" in robin.page


async def test_one_thing_that_cannot_be_done_is_said_on_the_page(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = anna.a_note("Quietly", to=[town.harbour], cc=[])
    await town.says(anna, "Create", note)
    await robin.open(thread(note["id"]))
    page = await robin.send(f"{HOME}/conversation/do", do="share")
    assert robin.status == 422
    assert "Only public posts can be shared." in page
    page = await robin.send(f"{HOME}/conversation/do", do="unlike")
    assert robin.status == 422
    await robin.send(f"{HOME}/conversation/do", do="explode")
    assert robin.status == 404


async def test_a_member_of_another_group_sees_nothing_and_does_nothing(town: Hearing) -> None:
    anna = town.village.person("anna")
    note = anna.a_note("Quietly", to=[town.harbour], cc=[])
    await town.says(anna, "Create", note)
    other = await a_browser(town.here, "heron", "sister")
    for path in (f"{HOME}/conversation", thread(note["id"]), f"{HOME}/blocked"):
        await other.open(path)
        assert other.status == 404
    # In their own console, too, what was said to another group is not ttown.
    mine = "/console/sister"
    await other.open(f"{mine}/conversation/thread?note={quote(note['id'], safe='')}")
    assert other.status == 404
    await other.open(f"{mine}/blocked")
    csrf = other.form(f"{mine}/blocked").values["csrf"][0]
    for home in (HOME, mine):
        for action in ("do", "answer", "report", "distance"):
            await other.post(
                f"{home}/conversation/{action}", csrf=csrf, note=note["id"], do="like", text="x"
            )
            assert other.status == 404, action
    assert told(town) == []


async def test_nothing_is_done_without_our_own_form_or_without_signing_in(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "Hello")
    for action in ("do", "answer", "report", "distance"):
        await robin.post(f"{HOME}/conversation/{action}", note=note, do="like", text="x")
        assert robin.status == 403, action
    stranger = Browser(town.here)
    await stranger.open(f"{HOME}/conversation")
    assert stranger.at.startswith("/sign-in")
    kept = await town.note(note)
    assert kept is not None
    assert kept.looked_at is None
    assert await town.here.read(lambda tx: notes.count_waiting(tx, town.harbour)) == 1


async def test_where_talking_takes_two_it_waits_for_the_second(town: Hearing) -> None:
    robin, heron = [await a_browser(town.here, name) for name in ("wren", "heron")]
    await robin.open(f"{HOME}/rules")
    await robin.send(f"{HOME}/rules", conversation="2")
    anna = town.village.person("anna")
    note = await answers(town, anna, "Which day?")
    await robin.open(thread(note))
    page = await robin.send(f"{HOME}/conversation/answer#answer", text="On Monday.")
    assert "/waiting/" in robin.at
    assert "On Monday." in page
    await town.world.deliver()
    assert told(town) == []
    await heron.open(robin.at.partition("?")[0])
    await heron.send(f"{robin.at.partition('?')[0]}/agree")
    await town.world.deliver()
    assert told(town) == ["Create"]
