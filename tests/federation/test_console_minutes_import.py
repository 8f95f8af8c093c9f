"""Minutes written elsewhere: understood as far as they can be, in six languages, and nothing of them is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from doorstep import Browser
from minuting import IMPORT, draft_at, published, taken
from world import Instance

from fedi.publishing.draft import MAX_SOURCE

SAMPLES = {
    "en": """# Heat and keys

Date: Thursday, 3rd June 2027
Time: 19:00 to 21:30
Place: Kingsley Hall
Present: 27 people

## Heat
Top floors read 34 degrees.

## Decisions
- We carry the kitchen
  until 25 June.
- Sheets only, nobody in the picture

## Actions
- [ ] Book the hall (by 10 June 2027)

Next meeting: 10 June 2027, 19:00
""",
    "de": """# Hitze und Schlüssel

**Datum:** 3. Juni 2027
**Uhrzeit:** 19.00 bis 21.30 Uhr
**Ort:** Kingsley Hall
**Anwesend:** 27

## Hitze
Oben sind es 34 Grad.

## Beschlüsse
1. Wir tragen die Küche bis 25. Juni.
2. Nur Laken, niemand im Bild

## Aufgaben
* Halle buchen, bis 10. Juni 2027

Nächstes Treffen: 10.6.2027, 19:00
""",
    "es": """# Calor y llaves

Fecha: jueves, 3 de junio de 2027
Hora: de 19:00 a 21:30
Lugar: Kingsley Hall
Asistentes: 27

## Calor
Arriba hay 34 grados.

## Acuerdos
- Llevamos la cocina hasta el 25 de junio.
- Solo sábanas, nadie en la foto

## Tareas
- Reservar la sala (10/6/2027)

Próxima reunión: 10 de junio de 2027, 19:00
""",
    "fr": """# Chaleur et clés

Date : jeudi 3 juin 2027
Heure : de 19h à 21h30
Lieu : Kingsley Hall
Présents : 27

## Chaleur
En haut il fait 34 degrés.

## Décisions
- Nous portons la cuisine jusqu'au 25 juin.
- Des draps, personne sur la photo

## À faire
- Réserver la salle (pour le 10 juin 2027)

Prochaine réunion : 10/06/2027, 19h00
""",
    "pt": """# Calor e chaves

Data: 3 de junho de 2027
Horário: das 19h às 21h30
Local: Kingsley Hall
Presentes: 27

## Calor
Em cima faz 34 graus.

## Deliberações
- Levamos a cozinha até 25 de junho.
- Só lençóis, ninguém na foto

## Tarefas
- Reservar a sala (10/6/2027)

Próxima reunião: 10 de junho de 2027, 19:00
""",
    "ar": """# الحر والمفاتيح

التاريخ: ٣ يونيو ٢٠٢٧
الوقت: ١٩:٠٠ إلى ٢١:٣٠
المكان: Kingsley Hall
الحضور: ٢٧

## الحر
في الأعلى ٣٤ درجة.

## القرارات
- نتولى المطبخ حتى ٢٥ يونيو.
- ملاءات فقط، لا أحد في الصورة

## المهام
- حجز القاعة (١٠ يونيو ٢٠٢٧)

الاجتماع القادم: ١٠ يونيو ٢٠٢٧، ١٩:٠٠
""",
}


@pytest.mark.parametrize("language", SAMPLES)
async def test_minutes_are_understood_in_six_languages(ann: Browser, language: str) -> None:
    shown = await taken(ann, SAMPLES[language])
    lines = SAMPLES[language].splitlines()
    assert shown["title"] == lines[0].removeprefix("# ")
    assert shown["lang"] == language
    assert (shown["day"], shown["start"], shown["end"]) == ("2027-06-03", "19:00", "21:30")
    assert (shown["place_name"], shown["attendance"]) == ("Kingsley Hall", "27")
    items = [
        re.sub(r"^(?:[-*]|\d\.) ", "", line) for line in lines if re.match(r"(?:[-*]|\d\.) ", line)
    ]
    assert shown["decisions-1-text"] == items[1]
    assert shown["decisions-0-text"].startswith(items[0])
    assert shown["decisions-0-key"] == "2027-1" and "decisions-2-text" not in shown
    what = items[-1].removeprefix("[ ] ")
    assert shown["actions-0-text"] == re.split(r",? (?:\(|bis )", what)[0]
    assert shown["actions-0-due"] == "2027-06-10"
    assert (shown["next_day"], shown["next_hour"]) == ("2027-06-10", "19:00")
    heading = next(number for number, line in enumerate(lines) if line.startswith("## "))
    assert shown["body"].splitlines() == lines[heading : heading + 2], "all else was understood"


async def test_what_is_not_understood_stays_in_the_notes(ann: Browser) -> None:
    text = """# Assembly
Date: 3/6/2027
Weather: hot
Where: https://meet.example/secret-room
Facilitation: M.

We began late.

## Decisions
We could not agree on anything, so:
- The roof comes first

```
Decision: not this one, it is an example
```
## Keys
Decision: A third key is cut
Time: ten minutes
> Date: 1 January 1999
| a | b |
"""
    shown = await taken(ann, text)
    body = shown["body"]
    for left in (
        "Date: 3/6/2027",
        "Weather: hot",
        "Where: https://meet.example/secret-room",
        "We began late.",
        "We could not agree on anything, so:",
        "Decision: not this one, it is an example",
        "## Keys",
        "Time: ten minutes",
        "> Date: 1 January 1999",
        "| a | b |",
    ):
        assert left in body, left
    assert "## Decisions" in body, "somebody wrote more than a list below it"
    assert shown["day"] == "", "the third of June or the sixth of March"
    assert shown["roles-0-role"] == "Facilitation" and shown["roles-0-held_by"] == "M."
    assert shown["decisions-0-text"] == "The roof comes first"
    assert shown["decisions-1-text"] == "A third key is cut" and shown["decisions-1-item"] == "Keys"


async def test_names_of_those_who_were_there_become_a_number(one: Instance, ann: Browser) -> None:
    shown = await taken(ann, "# A\n\nPresent: Ada Long, Ben Short and Cem\n\nWe met.")
    assert shown["attendance"] == "3"
    assert shown["body"] == "[[members: Present: Ada Long, Ben Short and Cem]]\n\nWe met."


async def test_front_matter_of_other_tools_is_understood(ann: Browser) -> None:
    text = """---
title: Assembly
date: 3 June 2027
attendees: [Ada, Ben]
tags: [housing, heat]
mood: {weather: hot}
---
## Decisions
- The roof comes first
"""
    shown = await taken(ann, text)
    assert (shown["title"], shown["day"], shown["attendance"]) == ("Assembly", "2027-06-03", "2")
    assert shown["hashtags"] == "housing heat"
    assert shown["decisions-0-text"] == "The roof comes first"
    assert "[[members: attendees: Ada, Ben]]" in shown["body"]
    assert "mood:\n  weather: hot" in shown["body"].replace("\r", "")


async def test_front_matter_that_nobody_can_read_is_kept_as_text(ann: Browser) -> None:
    text = "---\ntitle: [never closed\n---\nHello"
    shown = await taken(ann, text)
    assert "[never closed" in shown["body"] + shown["title"] and "Hello" in shown["body"]


async def test_what_no_field_can_hold_is_not_dropped(ann: Browser) -> None:
    text = """---
title: Assembly
date: 2027-06-03T19:00
timezone: Europe/London
decisions:
  - {text: The roof, owner: Ada, consent: 3}
actions:
  - Paint it
pictures: [{file: roof.jpg}]
visibility: friends
---
Hello
"""
    shown = await taken(ann, text)
    assert shown["actions-0-text"] == "Paint it" and shown["visibility"] == "public"
    for left in ("The roof", "owner: Ada", "roof.jpg", "visibility: friends", "Hello"):
        assert left in shown["body"], left


async def test_minutes_that_were_taken_along_come_back_whole(one: Instance, ann: Browser) -> None:
    path = await published(one)
    text = (await one.get(f"{path}.md", "text/markdown")).text
    shown = await taken(ann, text)
    assert shown["title"] == "Heat, and who holds the keys"
    assert (shown["decisions-0-key"], shown["decisions-0-consent"]) == ("2027-1", "29")
    assert shown["decisions-0-item"] == "Keys"
    assert shown["decisions-0-why_stand_aside"] == "I shall be away.\nNeither will I be there."
    assert shown["actions-0-due"] == "2027-06-10" and shown["next_agenda"] == "Bread\nRoof"
    assert "K. has the spare one." not in shown["body"]


async def test_a_file_is_taken_over(ann: Browser) -> None:
    await ann.open(IMPORT)
    data = "\ufeff# Assembly\r\nDate: 2027-06-03\r\n".encode()
    await ann.send(IMPORT, files={"file": ("minutes.md", data, "text/markdown")})
    assert ann.status == 200
    shown = ann.form(ann.at.partition("?")[0]).values
    assert shown["title"] == ["Assembly"] and shown["day"] == ["2027-06-03"]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"text": "  \n"}, "There is no text in it."),
        ({"text": "a" * (MAX_SOURCE + 1)}, "This text has more than"),
        ({"files": {"file": ("p.png", b"\x89PNG\xff\xfe", "image/png")}}, "p.png is no text"),
        ({"files": {"file": ("n.md", b"a\0b", "text/plain")}}, "There is no text in it."),
    ],
)
async def test_what_is_no_text_is_refused_and_what_was_pasted_is_kept(
    ann: Browser, sent: dict[str, Any], why: str
) -> None:
    await ann.open(IMPORT)
    pasted = {"text": "# Kept"} if "files" in sent else {}
    await ann.send(IMPORT, **pasted, **sent)
    assert ann.status == 422 and why in ann.page
    assert ann.form(IMPORT).values["text"] == [sent.get("text", "# Kept")]


async def test_an_import_begins_a_draft_that_can_be_checked_at_once(
    one: Instance, ann: Browser
) -> None:
    await taken(ann, SAMPLES["de"])
    path = ann.at.partition("?")[0]
    await ann.send(path, do="check", timezone="Europe/Berlin")
    assert "Checked. It can be published now." in ann.page, ann.page[:6000]
    assert (await draft_at(one, path)).state == "checked"
