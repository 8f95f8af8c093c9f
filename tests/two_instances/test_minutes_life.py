"""Minutes from the first to the last: published, read elsewhere, edited, translated, withdrawn; all agree each time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson
from speaking import follow, note
from world import HTML, Instance, World

from fedi.activitypub.proofs import check_proof
from fedi.clock import now_ms
from fedi.publishing import prepare

SOURCE = """---
title: Who holds the keys
language: en
date: 2027-06-03T19:00
timezone: Europe/London
attendance: 27
decisions:
  - {text: We carry the kitchen until the hearing, consent: 29, review: 2027-06-25, item: Kitchen}
  - {text: A third key for the co-op, result: postponed, review: 2027-06-10}
actions:
  - {text: Ask about insurance, role: K., due: 2027-06-10}
witness: {group: "@sister@HERE", note: We listened by phone.}
---
## Kitchen

The families cook for twenty.
"""
SPANISH = """---
title: Quién guarda las llaves
decisions:
  - {text: Sostenemos la cocina hasta el juicio, key: 2027-1}
---
## Cocina

Las familias cocinan para veinte.
"""
ICS = "text/calendar"


@dataclass(frozen=True)
class Told:
    """What one instance tells of minutes at a time, and what the other one has of them."""

    document: dict[str, Any]
    page: str
    feed: str
    register: str
    reviews: str
    elsewhere: str


async def told(alpha: Instance, beta: Instance, minutes: str, register: str) -> Told:
    """Look at everything; the documents are fetched as the other instance fetches, and their proofs checked."""
    kept = await note(beta, minutes)
    return Told(
        document=await proven(beta, minutes),
        page=await alpha.page(minutes),
        feed=(await alpha.get(f"{alpha.house.site.group('harbour')}/feed.atom?kind=minutes")).text,
        register=await alpha.page(register),
        reviews=(await alpha.get(f"{register}/calendar.ics", ICS)).text.replace("\r\n ", ""),
        elsewhere=kept.html if kept else "",
    )


async def proven(reader: Instance, url: str) -> dict[str, Any]:
    """Fetch a document as a server does, and check its proof with the key its author publishes."""
    document = dict((await reader.house.door.document(url)).document)
    key = await reader.house.remote.key(document["proof"]["verificationMethod"])
    assert key and check_proof(document, key)
    return document


async def test_minutes_agree_everywhere_from_the_first_to_the_last(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    register = f"{harbour}/decisions"
    source = SOURCE.replace("HERE", beta.domain)

    # Published on one instance, read on the other.
    minutes = await alpha.publish("minutes", source)
    await two.deliver()
    first = await told(alpha, beta, minutes, register)
    carry, key = (one["id"] for one in first.document["decisions"])
    [insurance] = (one["id"] for one in first.document["actionItems"])
    for text in (first.page, first.feed, first.register, first.elsewhere):
        assert "We carry the kitchen until the hearing" in text
    assert f"{beta.house.site.group('sister')}" in str(first.document["tag"])
    assert (
        "Witness from a partner group" in first.page and "We listened by phone." in first.elsewhere
    )
    assert re.findall(r"DTSTART;VALUE=DATE:(\d+)", first.reviews) == ["20270610", "20270625"]
    assert carry in first.reviews and key in first.reviews
    for one, where in ((carry, "decisions"), (key, "decisions"), (insurance, "actionItems")):
        piece = await proven(beta, one)
        assert (piece["partOf"], piece["version"]) == (minutes, 1)
        assert piece["headline"] in {short["headline"] for short in first.document[where]}
        assert piece["headline"] in await alpha.page(one)

    # Edited: one decision is said differently, another is taken out, the other instance hears it.
    edited = source.replace("until the hearing", "until the end of June").replace(
        "  - {text: A third key for the co-op, result: postponed, review: 2027-06-10}\n", ""
    )
    await alpha.edit(minutes, edited)
    await two.deliver()
    second = await told(alpha, beta, minutes, register)
    assert second.document["version"] == 2
    assert [one["id"] for one in second.document["decisions"]] == [carry]
    for text in (second.page, second.feed, second.register, second.elsewhere):
        assert "until the end of June" in text
        assert "until the hearing" not in text and "third key" not in text
    assert key not in second.reviews
    assert (await proven(beta, carry))["version"] == 2
    assert (await proven(beta, insurance))["version"] == 1
    assert await gone(alpha, key) == "Note"
    history = await alpha.page(f"{minutes}/versions/2")
    assert "<del>hearing</del>" in history and "until the hearing" in await alpha.page(
        f"{minutes}/versions/1"
    )

    # Translated: the text of the group stays what feeds and others show, each reader gets their own.
    await prepare.translate_file(alpha.house, minutes, "es", SPANISH, by="us", now=now_ms())
    await two.deliver()
    third = await told(alpha, beta, minutes, register)
    assert third.document["version"] == 3
    assert list(third.document["contentMap"]) == ["en", "es"]
    assert third.document["nameMap"] == {
        "en": "Who holds the keys",
        "es": "Quién guarda las llaves",
    }
    assert third.document["contentMap"]["en"] == third.document["content"]
    assert "Las familias cocinan" in third.document["contentMap"]["es"]
    assert (third.feed.count("Who holds the keys"), third.elsewhere) == (
        second.feed.count("Who holds the keys"),
        second.elsewhere,
    )
    spanish = await alpha.get(minutes, HTML, accept_language="es;q=0.9, fr;q=0.1")
    assert "Sostenemos la cocina hasta el juicio" in spanish.text
    assert "Las familias cocinan" in spanish.text and "The families cook" not in spanish.text
    assert "The families cook" in third.page
    kept = await note(beta, minutes)
    assert kept and "es" in orjson.loads(kept.document)["contentMap"]

    # Withdrawn: gone with all its pieces, from every list, and from the other instance.
    await alpha.withdraw(minutes)
    await two.deliver()
    assert await gone(alpha, minutes) == "Article"
    for piece in (carry, key, insurance):
        assert await gone(alpha, piece) == "Note"
    assert (await alpha.get(minutes, HTML)).status_code == 410
    assert (await alpha.get(carry, HTML)).status_code == 410
    assert (await alpha.get(f"{minutes}.md", HTML)).status_code == 410
    assert (await alpha.get(f"{minutes}/versions/1", HTML)).status_code == 410
    assert "until the end of June" not in await alpha.page(register)
    assert minutes not in (await alpha.get(f"{harbour}/feed.atom")).text
    assert carry not in (await alpha.get(f"{register}/feed.atom")).text
    assert "VEVENT" not in (await alpha.get(f"{register}/calendar.ics", ICS)).text
    assert await note(beta, minutes) is None


async def gone(one: Instance, url: str) -> str:
    """Say of what type it was that stood there before its Tombstone."""
    answer = await one.get(url)
    assert answer.status_code == 410, url
    tombstone = answer.json()
    assert (tombstone["type"], tombstone["id"]) == ("Tombstone", url)
    return str(tombstone["formerType"])


async def test_an_answer_to_a_decision_stands_with_its_minutes(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    minutes = await alpha.publish("minutes", SOURCE.replace("HERE", beta.domain))
    await two.deliver()
    [decision, _] = (await alpha.get(minutes)).json()["decisions"]
    await beta.publish(
        group="sister", source="---\n---\nWe have cooks in June.\n", to=decision["id"]
    )
    await two.deliver()
    assert "We have cooks in June." in await alpha.page(minutes)
