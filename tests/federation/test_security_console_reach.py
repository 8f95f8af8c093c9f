"""Nobody reaches what belongs to another group or person: it is not there for them, and nothing happens to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from doorstep import Browser
from hearing import hearing
from next_door import SECRET, NextDoor, next_door

from fedi.app import routes
from fedi.storage import pending, persons


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[NextDoor]:
    async with hearing(tmp_path) as here:
        yield await next_door(here)


def addresses(there: NextDoor, group: str) -> list[tuple[str, bool]]:
    """Every address of a console that names something, filled in with every id of harbour's."""
    found: set[tuple[str, bool]] = set()
    for rule in routes(there.here.here.house).url_map.iter_rules():
        if not rule.rule.startswith("/console/<name>"):
            continue
        path = rule.rule.replace("<name>", group)
        if group == "canal" and "<" not in path:
            continue
        for one in there.ids.values():
            if "/" in one or ("<int:" in path and not one.isdecimal()):
                continue
            file = there.ids["file"] if "<file>" in path and "export" not in path else one
            filled = (
                path.replace("<kind>", "update").replace("<act>", "pin").replace("<file>", file)
            )
            found.add((re.sub(r"<[^>]+>", one, filled), "POST" in (rule.methods or ())))
    return sorted(found)


async def csrf_of(browser: Browser) -> str:
    await browser.open("/account")
    return browser.form("/account/codes").values["csrf"][0]


async def test_rule_28_the_console_of_another_group_is_not_there(there: NextDoor) -> None:
    csrf, before = await csrf_of(there.eve), await there.rows()
    reached: list[tuple[str, int]] = []
    for path, is_form in addresses(there, "harbour"):
        if is_form:
            await there.eve.post(path, csrf=csrf)
        else:
            await there.eve.open(path)
        if there.eve.status != 404 or SECRET in there.eve.page:
            reached.append((path, there.eve.status))
    assert reached == []
    assert await there.rows() == before


async def test_rule_28_what_another_group_has_is_not_in_ones_own_console(there: NextDoor) -> None:
    csrf, before = await csrf_of(there.eve), await there.rows()
    reached: list[tuple[str, int]] = []
    for path, is_form in addresses(there, "canal"):
        if path.startswith(("/console/canal/write/", "/console/canal/posts/update?")):
            continue
        if is_form:
            await there.eve.post(path, csrf=csrf)
        else:
            await there.eve.open(path)
        is_list = re.fullmatch(r"/console/canal/posts/[^/]+", path)
        if there.eve.status != (200 if is_list and there.eve.status == 200 else 404):
            reached.append((path, there.eve.status))
        if SECRET in there.eve.page:
            reached.append((path, 0))
    assert reached == []
    assert await there.rows() == before


SENT = [
    ("/console/canal/people/withdraw", {"invitation": "invitation"}),
    ("/console/canal/people/remove", {"person": "tern"}),
    ("/console/canal/roles", {"do": "=pass_on", "role": "=notes", "person": "tern"}),
    ("/console/canal/roles", {"do": "=name_next", "role": "=notes", "person": "tern"}),
    ("/console/canal/conversation/do", {"note": "note", "do": "=like"}),
    ("/console/canal/conversation/do", {"note": "note", "do": "=hide"}),
    ("/console/canal/conversation/do", {"note": "note", "do": "=looked"}),
    ("/console/canal/conversation/answer", {"note": "note", "text": "=Hello"}),
    ("/console/canal/conversation/report", {"note": "note", "words": "=Bad"}),
    ("/console/canal/conversation/distance", {"note": "note", "do": "=block"}),
    ("/console/canal/followers", {"do": "=remove", "who": "anna"}),
    ("/console/canal/followers", {"do": "=accept", "who": "anna"}),
    ("/console/canal/reading/do", {"do": "=unfollow", "who": "anna"}),
    ("/console/canal/reading/do", {"do": "=remove_partner", "who": "anna"}),
    ("/console/canal/deliveries", {"host": "=home.example"}),
    ("/account/sessions/end", {"session": "session"}),
    ("/account/passkeys/change", {"passkey": "passkey", "do": "=remove"}),
    ("/account/passkeys/change", {"passkey": "passkey", "label": "=Mine"}),
    ("/account/elsewhere/remove", {"actor": "account"}),
]


@pytest.mark.parametrize("is_alone", [True, False], ids=["alone", "with another"])
async def test_rule_28_naming_what_is_another_groups_or_persons_does_nothing_to_it(
    there: NextDoor, is_alone: bool
) -> None:
    if is_alone:
        await there.mallory.open("/console/canal/people/leave")
        await there.mallory.send("/console/canal/people/leave")
    csrf, before = await csrf_of(there.eve), await there.rows()
    for path, named in SENT:
        given = {
            field: name[1:] if name.startswith("=") else there.ids[name]
            for field, name in named.items()
        }
        await there.eve.post(path, csrf=csrf, **given)
        assert there.eve.status < 500, path
        assert SECRET not in there.eve.page, path
        assert "tern" not in there.eve.page, path
        assert await there.rows() == before, path


async def test_rule_28_nobody_asks_for_what_names_somebody_of_another_group(
    there: NextDoor,
) -> None:
    csrf, eve = await csrf_of(there.eve), there.eve
    canal = there.here.here.house.site.group("canal")
    await eve.post("/console/canal/rules", csrf=csrf, roles="2", invite="2")
    turn = {"do": "pass_on", "role": "notes"}
    for path, given in (
        ("people/remove", {"person": there.ids["tern"]}),
        ("people/withdraw", {"invitation": there.ids["invitation"]}),
        ("roles", {**turn, "person": there.ids["tern"]}),
        ("roles", {"do": "rename", "role": "notes", "label": "x" * 61}),
    ):
        await eve.post(f"/console/canal/{path}", csrf=csrf, **given)
        assert eve.status in (404, 422), path
    assert await there.here.here.read(lambda tx: pending.waiting(tx, canal)) == []
    mallory = (await there.here.here.read(lambda tx: persons.find_login(tx, "mallory"))).id
    await eve.post("/console/canal/roles", csrf=csrf, **turn, person=mallory)
    assert "mallory" in eve.page
    (waits,) = await there.here.here.read(lambda tx: pending.waiting(tx, canal))
    assert waits.arguments["person"] == mallory


async def test_rule_28_a_form_sets_nothing_that_it_does_not_ask_for(there: NextDoor) -> None:
    csrf = await csrf_of(there.eve)
    before = await there.rows()
    more = {"grp": "harbour", "group": "harbour", "person": there.ids["crow"], "made_by": "x"}
    more |= {"made_by": there.ids["crow"], "state": "checked", "object": there.ids["post address"]}
    more |= {"rules": "1", "id": there.ids["draft"], "actor": there.here.harbour, "draft": "x"}
    for path in (
        "/console/canal/write/update",
        "/console/canal/rules",
        "/console/canal/rules/kept",
        "/console/canal/settings",
        "/console/canal/settings/heard",
        "/console/canal/people/invite",
        "/account/language",
    ):
        await there.eve.post(path, csrf=csrf, do="publish", body="Own words", **more)
        assert there.eve.status < 500, path
        assert await there.rows() == before, path


NOBODY = (
    "http://[",
    "//",
    "/",
    "a/b",
    "https://x/[",
    "https://home.example/users/nobody",
    "x" * 9_000,
)


@pytest.mark.parametrize("takes", ["1", "2"])
async def test_rule_28_nothing_is_asked_for_about_somebody_nobody_knows(
    there: NextDoor, takes: str
) -> None:
    csrf, eve = await csrf_of(there.eve), there.eve
    rules = dict.fromkeys(("followers", "blocks", "follow", "partners"), takes)
    await eve.post("/console/canal/rules", csrf=csrf, **rules)
    canal = there.here.here.house.site.group("canal")
    for nobody in NOBODY:
        for path, do in (
            *(("followers", do) for do in ("accept", "refuse", "remove", "block")),
            *(("reading/do", do) for do in ("unfollow", "add_partner", "remove_partner")),
            *(("blocked", do) for do in ("block", "limit", "lift")),
        ):
            await eve.post(f"/console/canal/{path}", csrf=csrf, do=do, who=nobody, whom=nobody)
            assert eve.status in (404, 422), (path, do, nobody)
    assert await there.here.here.read(lambda tx: pending.waiting(tx, canal)) == []
