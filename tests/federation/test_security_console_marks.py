"""Words that are kept for some leave by no form: where a mark hides nothing it is refused, nobody in it looked up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing

from fedi.publishing.draft import read
from fedi.publishing.kinds import kind
from fedi.web.console.minutes.taking_over import typed_in
from fedi.web.console.minutes.wordings import Wording
from fedi.web.console.writing import read_form, source_of
from fedi.web.i18n import Speech

HOME = "/console/harbour"
MINUTES = """---
title: Assembly
date: 2026-12-03T19:00
timezone: Europe/London
---
Seen by all. [[members: Ring +44 20 7946 0018]]
"""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture
async def wren(here: Hearing) -> Browser:
    return await a_browser(here.here)


@pytest.mark.parametrize(
    "field", ["title", "summary", "about", "place_town", "themes", "line0_text"]
)
async def test_rule_33_a_profile_hides_nothing_so_no_mark_is_taken(
    here: Hearing, wren: Browser, field: str
) -> None:
    await wren.open(f"{HOME}/settings")
    more = {"line0_name": "Meets"} if field == "line0_text" else {}
    typed = {**more, field: "Ask [[members: Kimberley]]"}
    page = await wren.send(f"{HOME}/settings", **typed)
    assert (wren.status, "everybody would see it" in page) == (422, True)
    assert wren.form(f"{HOME}/settings").values[field] == ["Ask [[members: Kimberley]]"]
    assert "Kimberley" not in (await here.here.get("/groups/harbour")).text
    await wren.send(f"{HOME}/settings", **{**typed, field: "Ask [the] members"})
    assert wren.status == 200


async def test_rule_33_a_report_hides_nothing_so_no_mark_is_taken(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    post = await here.post(source="---\n---\nPost.\n")
    await here.says(anna, "Create", anna.a_note("Rude", "1", inReplyTo=post), "1")
    note = quote(f"{anna.id}/notes/1", safe="")
    await wren.open(f"{HOME}/conversation/thread?note={note}")
    await wren.send(f"{HOME}/conversation/report", words="Rude. [[members: Kimberley saw it]]")
    await here.world.deliver()
    assert wren.status == 422
    assert not any(b"Kimberley" in heard.body for heard in here.village.heard)


async def test_rule_33_whom_only_hidden_words_of_a_translation_name_is_not_looked_up(
    here: Hearing, wren: Browser
) -> None:
    here.village.person("hidden")
    here.village.person("named")
    post = await here.here.publish("minutes", source=MINUTES)
    at = f"{HOME}/posts/minutes/{post.rsplit('/', 1)[1]}/translate"
    await wren.open(f"{at}?language=es")
    body = "Con @named@home.example. [[members: @hidden@home.example]]"
    await wren.send(at, do="publish", title="Asamblea", body=body)
    assert "The translation is published" in wren.page
    asked = str(here.village.asked)
    assert "named" in asked and "hidden" not in asked


async def test_rule_33_what_was_hidden_in_the_original_looks_private_in_a_translation(
    here: Hearing, wren: Browser
) -> None:
    post = await here.here.publish("minutes", source=MINUTES)
    at = f"{HOME}/posts/minutes/{post.rsplit('/', 1)[1]}/translate"
    await wren.open(f"{at}?language=es")
    body = "[[members: Llama]] al +44 20 7946 0018"
    await wren.send(at, do="publish", title="Asamblea", language="es", body=body)
    assert (wren.status, "This looks private: 1 phone number" in wren.page) == (422, True)


async def test_rule_33_who_hides_what_was_public_is_told_what_that_cannot_do(
    here: Hearing, wren: Browser
) -> None:
    post = await here.post(source="---\n---\nWe meet at Kimberley's.\n")
    await wren.open("/account")
    csrf = wren.form("/account/codes").values["csrf"][0]
    await wren.post(f"{HOME}/posts/update/{post.rsplit('/', 1)[1]}/edit", csrf=csrf)
    draft, told = urlsplit(wren.at).path, "stays in the earlier versions"
    assert told not in wren.page
    await wren.send(draft, body="We meet [[members: at Kimberley's]].", do="save")
    assert told in wren.page
    await wren.send(draft, do="publish")
    assert "Kimberley" not in (await here.here.get(post)).text
    assert "Kimberley" in await here.here.page(f"{post}/versions/1")


@pytest.mark.parametrize(
    ("words", "hides_less"),
    [
        ("[[members: a]] [[partners: b]]", False),
        ("[[ MEMBERS : a]] [[partners：b]]", False),
        ("[[members: a]] b", True),
        ("[[partners: a]] [[partners: b]]", True),
        ("a b", True),
    ],
)
def test_rule_33_a_translation_hides_what_is_hidden_however_it_is_spelt(
    words: str, hides_less: bool
) -> None:
    for original in ("[[members: a]] [[partners: b]]", "[[ Members : a]] [[\npartners: b]]"):
        assert Wording(("body",), "Notes", original).hides_less(words) == hides_less


WHEN = "date: 2026-12-03T19:00\ntimezone: Europe/London\n"
SAID = "Date: 3 December 2026 19:00\nTime zone: Europe/London\n"


@pytest.mark.parametrize(
    "text",
    [
        f"---\ntitle: T\n{WHEN}decisions:\n  - {{text: A, note: [[members: zq]]}}\n---\nBody.",
        f"---\ntitle: T\n{WHEN}decisions: [[[members: zq]], B]\n---\nBody.",
        f"---\ntitle: T\n{WHEN}odd: {{a: [[members: zq]]}}\n---\nBody.",
        f"---\ntitle: T\n{WHEN}warning: a [[members: zq]]\n---\nBody.",
        f"---\ntitle: T\n{WHEN}pictures: [{{file: zq.jpg, audience: Members, description: zq}}]\n---\nB.",
        f"---\n{WHEN}title: T\n---\nDecided: a [[members: b\n\nDecided: zq\n\nDecided: c]] d",
        f"# T\n\n{SAID}\nNext meeting: [[members: 7 January 2027 at zq]]\n\n## Decisions\n- [[members: zq]]\n- A",
        f"# T\n\n{SAID}\nDecisions:\n- We do it [[members: with zq (consent, 12 for)]]\n- A",
        f"# T\n\n{SAID}\nPresent: 12 [[members: zq, Ben, Carla]]\nAction: [[members: zq by 7 January 2027]]",
    ],
)
def test_rule_33_minutes_that_are_taken_over_stay_marked_as_they_were(text: str) -> None:
    found = read(kind("minutes"), _taken_over(text))
    public = f"{found.title} {found.details} {found.warning} {found.body} {found.hashtags}"
    assert "zq" not in public and "2027" not in public and "consent=12" not in public
    assert "zq" in str(found.fullest) and "12 for" not in public


def test_rule_33_minutes_for_members_stay_so_when_they_are_taken_over() -> None:
    assert "visibility: members" in _taken_over(
        f"---\ntitle: T\n{WHEN}visibility: Members\n---\nBody."
    )


def test_rule_33_minutes_with_a_mark_that_cannot_be_read_are_taken_over_as_notes() -> None:
    source = _taken_over("# T\n\nDecided: a [[members: b\n\nDecided: c")
    assert "decisions" not in source and "[[members: b\n\nDecided: c" in source


def _taken_over(text: str) -> str:
    return source_of(read_form("minutes", typed_in(text), Speech("en")))
