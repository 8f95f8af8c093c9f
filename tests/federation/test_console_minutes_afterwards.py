"""What follows from published minutes in the console: tasks that are done, decisions that come back, translations."""

from __future__ import annotations

import re
from html import unescape

from doorstep import Browser, a_browser
from minuting import TYPED, published
from world import Instance

ACTIONS = "/console/harbour/actions"


async def agreed(one: Instance, waiting: str) -> Browser:
    """Let the other one agree."""
    ben = await a_browser(one, "ben")
    await ben.open(waiting.partition("?")[0])
    await ben.send(f"{waiting.partition('?')[0]}/agree")
    assert "Done: two members agreed." in ben.page, ben.page[-2000:]
    return ben


def done_of(page: str, text: str) -> str:
    """Where the button goes that says a task is done."""
    found = re.search(rf'>{text}</a>.*?action="([^"]+/done)"', page, re.DOTALL)
    assert found, page[-3000:]
    return found[1]


async def test_a_group_without_minutes_is_told_what_will_stand_there(
    one: Instance, ann: Browser
) -> None:
    await ann.open(ACTIONS)
    assert "Nothing is open" in ann.page and "No decision has a day" in ann.page


async def test_tasks_stand_in_the_order_of_their_days_until_they_are_done(
    one: Instance, ann: Browser
) -> None:
    tasks = {"actions-1-text": "Ring the council", "actions-1-due": "2020-01-02"}
    path = await published(one, **tasks, **{"actions-2-text": "Some day"})
    await ann.open(ACTIONS)
    order = [ann.page.index(text) for text in ("Ring the council", "Book the hall", "Some day")]
    assert order == sorted(order)
    assert ann.page.count(">late<") == 1 and TYPED["title"] in ann.page
    assert "We carry the kitchen until 25 June" in ann.page and "2 September 2027" in ann.page

    before = (await one.get(path)).json()
    await ann.send(done_of(ann.page, "Book the hall"))
    assert "Done: Book the hall" in ann.page, "a second member is asked, as for publishing"
    await agreed(one, ann.at)
    after = (await one.get(path)).json()
    assert (before["version"], after["version"]) == (1, 2)
    tasks_before, tasks_after = before["actionItems"], after["actionItems"]
    assert [task["id"] for task in tasks_after] == [task["id"] for task in tasks_before]
    assert [task["finished"] for task in tasks_before] == [False, False, False]
    assert [task["finished"] for task in tasks_after] == [True, False, False]
    await ann.open(ACTIONS)
    assert "Book the hall" not in ann.page and "Ring the council" in ann.page


async def test_a_task_is_only_noted_while_another_change_is_being_written(
    one: Instance, ann: Browser
) -> None:
    path = await published(one)
    await ann.open("/console/harbour/posts/minutes")
    await ann.send(f"/console/harbour/posts/minutes/{path.rsplit('/', 1)[1]}/edit")
    draft = ann.at
    await ann.send(draft, do="save", title="A better title")
    await ann.open(ACTIONS)
    await ann.send(done_of(ann.page, "Book the hall"))
    assert "Noted in the change of those minutes" in ann.page
    assert (await one.get(path)).json()["version"] == 1
    await ann.open(draft)
    shown = ann.form(draft).values
    assert shown["actions-0-done"] == ["y"] and shown["title"] == ["A better title"]


async def test_a_task_waits_with_the_change_that_waits(one: Instance, ann: Browser) -> None:
    await published(one, **{"actions-1-text": "Ring the council"})
    await ann.open(ACTIONS)
    other = done_of(ann.page, "Ring the council")
    await ann.send(done_of(ann.page, "Book the hall"))
    waiting = ann.at
    await ann.open(ACTIONS)
    await ann.send(other)
    assert ann.status == 409 and "This waits for a second member" in ann.page
    await agreed(one, waiting)


async def test_tasks_of_another_group_cannot_be_ticked_off(one: Instance, ann: Browser) -> None:
    await published(one)
    await one.add_group("quay")
    heron = await a_browser(one, "heron", "quay")
    await ann.open(ACTIONS)
    at = done_of(ann.page, "Book the hall").replace("harbour", "quay")
    await heron.open("/console/quay/actions")
    assert "Book the hall" not in heron.page
    await heron.open("/console/quay/write/minutes")
    csrf = heron.form("/console/quay/write/minutes").values["csrf"][0]
    for path in (at, at.replace(at.split("/")[-2], "0" * 26)):
        await heron.post(path, csrf=csrf)
        assert heron.status == 404


SPANISH = {
    "title": "El calor, y quién tiene las llaves",
    "body": "## Calor\n\nArriba hay *34* grados.\n\n## Llaves\n\n[[members: K. tiene la otra.]]",
    "decisions-0-text": "Llevamos la cocina hasta el 25 de junio",
    "decisions-0-reasons-0-text": "Estaré fuera.",
    "roles-0-role": "Facilitación",
    "actions-0-text": "Reservar la sala",
    "next-agenda-0": "Pan",
}


def place_of(path: str) -> str:
    """Where the minutes at a path are translated."""
    return f"/console/harbour/posts/minutes/{path.rsplit('/', 1)[1]}/translate"


async def test_minutes_are_translated_piece_by_piece(one: Instance, ann: Browser) -> None:
    path = await published(one)
    at = place_of(path)
    await ann.open("/console/harbour/posts/minutes")
    assert f'href="{at}"' in ann.page
    await ann.open(f"{at}?language=es")
    shown = unescape(ann.page)
    for piece in (TYPED["title"], TYPED["body"], "I shall be away.", "Book the hall", "Roof"):
        assert piece in shown, piece
    assert ann.form(at).values["title"] == [""], "nothing is put into somebody's mouth"
    await ann.send(at, do="publish", **SPANISH)
    assert "The translation is published" in ann.page and "Español" in ann.page, ann.page[-3000:]

    page = await one.get(path, "text/html", accept_language="es")
    for words in ("Llevamos la cocina", "Arriba hay", "Reservar la sala", "Estaré fuera."):
        assert words in page.text, words
    assert "K. tiene la otra." not in page.text
    document = (await one.get(path)).json()
    assert document["nameMap"]["es"] == SPANISH["title"]
    assert "K. tiene" not in (await one.get(path)).text

    await ann.open(f"{at}?language=es")
    again = ann.form(at).values
    assert again["decisions-0-text"] == [SPANISH["decisions-0-text"]]
    assert again["body"] == [SPANISH["body"]], "members go on from all of it"
    assert again["decisions-0-reasons-1-text"] == [""], "what was left out is still to be done"
    await ann.send(at, do="remove")
    assert "The translation is taken away." in ann.page
    assert "es" not in (await one.get(path)).json()["contentMap"]


async def test_a_translation_that_fails_keeps_what_was_typed(one: Instance, ann: Browser) -> None:
    path = await published(one)
    at = place_of(path)
    await ann.open(f"{at}?language=es")
    await ann.send(at, do="publish", **{**SPANISH, "title": ""})
    assert ann.status == 422 and 'id="title-e"' in ann.page
    open_to_all = SPANISH["body"].replace("[[members: ", "").replace("]]", "")
    await ann.send(at, do="publish", title=SPANISH["title"], body=open_to_all)
    assert ann.status == 422 and "is marked for members or partners" in ann.page
    assert ann.form(at).values["body"] == [open_to_all]
    assert ann.form(at).values["decisions-0-text"] == [SPANISH["decisions-0-text"]]

    private = SPANISH["body"] + "\n\nLlamar al +44 117 496 0142."
    await ann.send(at, do="publish", body=private)
    assert ann.status == 422 and "This looks private: 1 phone number" in ann.page
    await ann.send(at, do="publish", keep="y")
    assert "The translation is published" in ann.page


async def test_the_language_of_the_text_itself_is_none_to_translate_into(
    one: Instance, ann: Browser
) -> None:
    path = await published(one)
    at = place_of(path)
    await ann.open(f"{at}?language=en")
    assert 'name="decisions-0-text"' not in ann.page
    await ann.open(f"{at}?language=es")
    await ann.send(at, do="publish", **{**SPANISH, "language": "en"})
    assert ann.status == 422 and "The text itself is in en." in ann.page


async def test_minutes_of_others_are_not_translated_here(one: Instance) -> None:
    path = await published(one)
    await one.add_group("quay")
    heron = await a_browser(one, "heron", "quay")
    for at in (place_of(path), place_of(path).replace("harbour", "quay")):
        await heron.open(f"{at}?language=es")
        assert heron.status == 404
