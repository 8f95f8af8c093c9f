"""Translations: who sees which, what documents say in each language, and what cannot be one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from assembly import ASSEMBLY
from commanding import Terminal
from world import HTML, Instance, world

from fedi.clock import now_ms
from fedi.errors import FediError, Refused
from fedi.publishing import prepare
from fedi.publishing.acts import Act, perform
from fedi.storage import translations

SPANISH = """---
title: Calor y llaves
decisions:
  - {text: Sostenemos la cocina, note: Dos personas y una, reasons: [Lo apoyo y no puedo]}
  - Sábanas sin caras
  - {text: Una tercera llave, reasons: [El seguro no está claro]}
actions: [{text: Turno, role: cocina}, Preguntar, Sábanas]
roles: [Facilitación, Acta, Portavoz]
next: {date: 2027-06-10, agenda: [La llave, El verano]}
mirror: {title: Nueve grados, note: Piden nuestros números}
witness: {group: "@mietrat@kiez.example", note: Escuchamos por teléfono}
---
## Cuánto calor

De 31 a 34 grados.

## Cocina

Cocinan para veinte.

## Llaves

Dos juegos.
"""


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as one:
        await one["alpha"].add_group("harbour", "Harbour Tenants")
        yield one["alpha"]


async def translate(alpha: Instance, minutes: str, language: str, source: str) -> dict[str, Any]:
    await prepare.translate_file(alpha.house, minutes, language, source, by="us", now=now_ms())
    return (await alpha.get(minutes)).json()


async def read_in(alpha: Instance, minutes: str, wish: str, query: str = "") -> str:
    answer = await alpha.get(minutes + query, HTML, accept_language=wish)
    assert answer.status_code == 200
    assert "fedi-languages" not in answer.headers
    return answer.text


async def test_a_translation_is_a_later_version_with_the_text_in_each_language(
    alpha: Instance,
) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    before = (await alpha.get(minutes)).json()
    after = await translate(alpha, minutes, "ES", SPANISH)
    assert (after["version"], list(after["contentMap"])) == (2, ["en", "es"])
    assert after["updated"] > before["published"]
    for name in ("content", "name", "summary", "inLanguage", "decisions", "startTime"):
        assert after[name] == before[name]
    assert after["nameMap"]["es"] == "Calor y llaves"
    assert after["summaryMap"]["es"].startswith("jue 3 jun 2027")
    assert "Sostenemos la cocina" in after["summaryMap"]["es"]
    for text in (
        "Dos personas y una",
        "Lo apoyo y no puedo",
        "Turno – cocina",
        "Escuchamos por teléfono",
        "El verano",
    ):
        assert text in after["contentMap"]["es"], text
    # The numbers are those of the original.
    assert "29" in after["contentMap"]["es"]


async def test_each_reader_is_shown_their_language_and_can_choose_another(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    await translate(alpha, minutes, "es", SPANISH)
    english, spanish = await read_in(alpha, minutes, "en"), await read_in(alpha, minutes, "es-MX")
    assert "Top floors" in english and "De 31 a 34" not in english
    assert "De 31 a 34" in spanish and "Top floors" not in spanish
    assert '<html lang="es"' in spanish and '<h1 lang="es"' in spanish
    assert await read_in(alpha, minutes, "en, es;q=0.5") == english
    chosen = await read_in(alpha, minutes, "en", "?language=es")
    assert "De 31 a 34" in chosen and '<html lang="en"' in chosen
    assert "Top floors" in await read_in(alpha, minutes, "es", "?language=en")
    assert "Top floors" in await read_in(alpha, minutes, "en", "?language=xx")
    for html in (english, spanish):
        assert 'href="' + minutes.removeprefix(alpha.config.origin) + '?language=es"' in html


async def test_a_language_that_the_interface_does_not_speak_is_served_too(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    await translate(
        alpha, minutes, "so", "---\ntitle: Kulayl\n---\n## Kulaylka\n\nSoddon iyo kow.\n"
    )
    somali = await read_in(alpha, minutes, "so, en;q=0.5")
    assert "Soddon iyo kow." in somali and '<html lang="en"' in somali
    assert "Soomaali" in somali
    # What was not translated stays as it is.
    assert "We carry the Marsh Street kitchen" in somali
    assert "Soddon iyo kow." not in await read_in(alpha, minutes, "fr")


async def test_it_says_who_translated_it_and_from_which_version(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    await translate(alpha, minutes, "es", SPANISH)
    html = await read_in(alpha, minutes, "en", "?language=es")
    assert "Translated from English by members of Harbour Tenants, from version 1." in html
    assert "The text has changed since then" not in html
    await alpha.edit(minutes, ASSEMBLY.replace("Two sets", "Three sets"))
    html = await read_in(alpha, minutes, "en", "?language=es")
    assert "from version 1" in html and "The text has changed since then" in html
    theirs = SPANISH.replace("title: C", 'translated_by: "@mietrat@kiez.example"\ntitle: C')
    await translate(alpha, minutes, "es", theirs)
    html = await read_in(alpha, minutes, "en", "?language=es")
    assert "by @mietrat@kiez.example, from version 3." in html
    assert "The text has changed since then" not in html


async def test_a_translation_does_not_repeat_why_the_text_was_changed_before(
    alpha: Instance,
) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    reason = "---\nchanged: Ben found the note\n"
    await alpha.edit(
        minutes, ASSEMBLY.replace("Two sets", "Three sets").replace("---\n", reason, 1)
    )
    await translate(alpha, minutes, "es", SPANISH)
    assert (await read_in(alpha, minutes, "en")).count("Ben found the note") == 1


async def test_the_history_says_which_languages_came_and_went(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    await translate(alpha, minutes, "es", SPANISH)
    await translate(alpha, minutes, "es", SPANISH.replace("Calor", "Mucho calor"))
    gone = await translate(alpha, minutes, "es", "")
    assert (gone["version"], list(gone["contentMap"])) == (4, ["en"])
    assert "nameMap" not in gone and "summaryMap" not in gone
    page = await alpha.page(minutes)
    for change in ("Spanish added", "Spanish translated anew", "Spanish taken away"):
        assert change in page
    assert "De 31 a 34" not in await read_in(alpha, minutes, "es")


async def test_an_edit_keeps_translations_and_withdrawing_takes_them_along(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    await translate(alpha, minutes, "es", SPANISH)
    await alpha.edit(minutes, ASSEMBLY.replace("Two sets", "Three sets"))
    document = (await alpha.get(minutes)).json()
    assert "Dos juegos" in document["contentMap"]["es"] and "Three sets" in document["content"]
    await alpha.withdraw(minutes)
    assert await alpha.read(lambda tx: translations.of_object(tx, minutes, "public")) == []


async def test_feeds_and_markdown_stay_in_the_words_of_the_group(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    urls = (f"{minutes}.md", "/groups/harbour/feed.atom", "/groups/harbour/decisions/feed.atom")
    before = [(await alpha.get(url, "*/*")).text.count("Marsh Street") for url in urls]
    await translate(alpha, minutes, "es", SPANISH)
    for url, count in zip(urls, before, strict=True):
        text = (await alpha.get(url, "*/*", accept_language="es")).text
        assert (text.count("Marsh Street"), "Sostenemos" in text) == (count, False)


async def test_what_is_for_members_is_in_the_members_translation_alone(alpha: Instance) -> None:
    source = ASSEMBLY.replace("We began late.", "We began late. [[members: The code is 4711.]]")
    minutes = await alpha.publish("minutes", source)
    spanish = SPANISH.replace("De 31 a 34", "[[members: El código es 4711.]] De 31 a 34")
    document = await translate(alpha, minutes, "es", spanish)
    assert "4711" not in str(document) and "De 31 a 34" in document["contentMap"]["es"]
    assert "4711" not in await read_in(alpha, minutes, "es")
    [members] = await alpha.read(lambda tx: translations.of_object(tx, minutes, "members"))
    assert "4711" in members.content


async def test_a_decision_is_read_in_each_language_at_its_own_address(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    before = (await alpha.get(minutes)).json()["decisions"][0]["id"]
    document = await translate(alpha, minutes, "es", SPANISH)
    decision = document["decisions"][0]["id"]
    assert decision == before
    piece = (await alpha.get(decision)).json()
    assert (piece["version"], list(piece["contentMap"])) == (2, ["en", "es"])
    assert piece["contentMap"]["en"] == piece["content"]
    assert "Sostenemos la cocina" in piece["contentMap"]["es"]
    spanish = await read_in(alpha, decision, "es")
    assert "Sostenemos la cocina</h1>" in spanish and "Lo apoyo y no puedo" in spanish
    assert "We carry the Marsh Street kitchen" in await read_in(alpha, decision, "en")
    # Other words than those that were translated are shown as they are.
    await alpha.edit(minutes, ASSEMBLY.replace("until the hearing", "until the end"))
    assert list((await alpha.get(decision)).json()["contentMap"]) == ["en"]
    changed = await read_in(alpha, decision, "es")
    assert "until the end" in changed and "Sostenemos" not in changed
    await translate(alpha, minutes, "es", "")
    for one in document["decisions"] + document["actionItems"]:
        assert list((await alpha.get(one["id"])).json()["contentMap"]) == ["en"]


async def test_every_kind_can_be_translated(alpha: Instance) -> None:
    for kind in ("update", "call", "request"):
        post = await alpha.publish(kind)
        document = await translate(alpha, post, "es", "---\ntitle: Hola\n---\nTraemos la sopa.\n")
        assert "Traemos la sopa." in document["contentMap"]["es"]
        html = await read_in(alpha, post, "es")
        assert "Traemos la sopa." in html and "?language=en" in html


async def test_a_translation_of_decisions_by_their_keys_may_leave_some_out(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    one = "---\ntitle: Calor\ndecisions: [{key: 2027-20, text: Una tercera llave}]\n---\n"
    document = await translate(alpha, minutes, "es", one)
    assert "Una tercera llave" in document["contentMap"]["es"]
    assert "We carry the Marsh Street kitchen" in document["contentMap"]["es"]


@pytest.mark.parametrize(
    ("language", "source", "said"),
    [
        ("en", SPANISH, "The text itself is in en"),
        ("EN", SPANISH, "The text itself is in en"),
        ("español", SPANISH, "is not a language"),
        ("es", SPANISH.replace("title: C", "language: fr\ntitle: C"), "in fr, not in es"),
        (
            "es",
            SPANISH.replace("title: C", "visibility: members\ntitle: C"),
            "Who may see this stays as it is",
        ),
        ("es", "---\ndecisions: []\n---\nHola\n", "needs `title`"),
        ("es", SPANISH.replace("  - Sábanas sin caras\n", ""), "not clear which of the decisions"),
        ("es", SPANISH.replace("title: C", "titel: C"), "no key `titel`"),
        ("fr", "", "There is no translation into fr"),
    ],
)
async def test_what_cannot_be_a_translation_is_refused_whole(
    alpha: Instance, language: str, source: str, said: str
) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    with pytest.raises(Refused, match=said):
        await translate(alpha, minutes, language, source)
    assert (await alpha.get(minutes)).json()["version"] == 1
    assert await alpha.read(lambda tx: translations.of_object(tx, minutes, "public")) == []


async def test_another_group_cannot_translate_for_this_one(alpha: Instance) -> None:
    await alpha.add_group("other", "Other")
    minutes = await alpha.publish("minutes", ASSEMBLY)
    arguments = {"object": minutes, "language": "es", "source": SPANISH, "mentions": {}}
    act = Act("translate", "other", "us", arguments)
    with pytest.raises(FediError):
        await alpha.write(lambda tx: perform(tx, alpha.house.site, act, now_ms()))


def test_the_command_adds_and_removes_a_translation(terminal: Terminal) -> None:
    terminal.write("minutes.md", ASSEMBLY)
    terminal.write("es.md", SPANISH)
    minutes = terminal.fedi("publish", "harbour", "--kind", "minutes", "minutes.md").strip()
    assert terminal.fedi("translate", minutes, "es", "es.md").strip() == minutes

    def languages() -> list[str]:
        return terminal.change(
            lambda tx: [one.language for one in translations.of_object(tx, minutes, "public")]
        )

    assert languages() == ["es"]
    terminal.fedi("translate", minutes, "es", "--remove")
    assert languages() == []
    assert terminal.runs("translate", minutes, "es").exit_code == 2
    wrong = terminal.runs("translate", minutes, "es", "minutes.md")
    assert (wrong.exit_code, "in en, not in es" in wrong.stderr) == (1, True)
    unknown = terminal.runs("translate", minutes + "x", "es", "es.md")
    assert unknown.exit_code == 1


async def test_agenda_titles_left_as_they_are_take_the_headings_of_the_translation(
    alpha: Instance,
) -> None:
    front = "title: Keys\ndate: 2026-12-03T19:00\ntimezone: Europe/London\nagenda: [Heating, Keys]"
    source = f"---\n{front}\n---\n## Heating\n\nCold.\n\n## Keys\n\nTwo.\n"
    minutes = await alpha.publish("minutes", source)
    half = "---\ntitle: Schlüssel\nagenda: [Heating, Keys]\n---\n## Heizung\n\nKalt.\n"
    await translate(alpha, minutes, "de", f"{half}\n## Schlüssel\n\nZwei.\n")
    assert "Heating" not in await read_in(alpha, minutes, "de")
    # With half of the headings nobody knows which is which, so that all of them stand there.
    await translate(alpha, minutes, "de", half)
    assert "Heating" in await read_in(alpha, minutes, "de")
