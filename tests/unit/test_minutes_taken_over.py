"""Minutes as groups paste them: what can be understood stands in its field, all else in the notes."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from fedi.practices.minutes.rules import KIND
from fedi.publishing.draft import MAX_SOURCE
from fedi.web.console.minutes.paper import MinutesForm
from fedi.web.console.minutes.taking_over import typed_in

PASTED = {
    "club": """Riverbank Tenants – monthly meeting
Thursday 3 December 2026, 7pm–9pm, Kingsley Hall

Present: 12
Apologies: Ben, Cem

1. Welcome
We went round.

2. Heating
Boiler is broken again. “Nobody came,” said K.
Decision: We write to the council (consent)
Action: Ana to draft the letter by 10 December 2026

3. Van
DECISION – we buy a second van
- [ ] Get quotes – Ben by 2026-12-10
- [x] Ask the neighbours (Cem)

AOB
none

Next meeting: Thursday 7 January 2027, 7pm, Kingsley Hall
""",
    "bare": """MINUTES
=======

**Date:** 2026-12-03
**Attendees:**
* Ana
* Ben
* Cem

Agenda
------
1. Heat
2. Keys
   - who has one

Decisions
---------
1. We buy a second van (by consensus)
2. Keys stay with Cem
   Consent: 12
   Stand aside: 1
   Review: 2027-03-01

Action items
------------
| What | Who | When | Status |
|------|-----|------|--------|
| Book hall | Ana | 2026-12-10 | open |
| Buy keys | Ben | next week | done |
""",
    "arabic": """\u200fمحضر الاجتماع

\u200fالتاريخ: ٣ كانون الأول ٢٠٢٦
\u200fالحضور: ١٢ شخصًا
\u200fالمكان: قاعة الحي

القرارات:
- نشتري شاحنة ثانية (بالموافقة)
- نؤجل السقف (أُجّل)

المهام:
- حجز القاعة – سارة قبل 2026-12-10
- كتابة الرسالة (من: عمر، حتى ١٠ ديسمبر ٢٠٢٦)

الاجتماع القادم: ٧ يناير ٢٠٢٧
""",
    "nothing": """Lorem ipsum dolor sit amet.
Nothing here, nothing: there.

* one
* two
""",
    "plenum": """# Plenum 3.12.2026

Anwesend (12): Ana, Ben, Cem
Ort: Küche
Moderation: A.
Protokollführung: B.

## TOP 1: Heizung
Kaputt.
**Beschluss:** Wir schreiben der Hausverwaltung (im Konsens, 1 Enthaltung)

## Aufgaben
- Ana: Brief schreiben bis 10.12.2026
- Brot kaufen (Ben, bis 5. Dezember 2026)

Nächstes Treffen: 7.1.2027, 19 Uhr
""",
}
UNDERSTOOD: dict[str, dict[str, str]] = {
    "club": {
        "title": "Riverbank Tenants – monthly meeting",
        "day": "2026-12-03",
        "start": "19:00",
        "end": "21:00",
        "attendance": "12",
        "decisions-0-text": "We write to the council",
        "decisions-1-text": "we buy a second van",
        "actions-0-text": "Ana to draft the letter",
        "actions-0-due": "2026-12-10",
        "actions-1-text": "Get quotes",
        "actions-1-role": "Ben",
        "actions-1-due": "2026-12-10",
        "actions-2-text": "Ask the neighbours (Cem)",
        "actions-2-done": "y",
        "next_day": "2027-01-07",
        "next_hour": "19:00",
    },
    "bare": {
        "title": "MINUTES",
        "day": "2026-12-03",
        "attendance": "3",
        "agenda-0": "Heat",
        "agenda-1": "Keys",
        "decisions-0-text": "We buy a second van",
        "decisions-0-how": "consensus",
        "decisions-1-text": "Keys stay with Cem",
        "decisions-1-consent": "12",
        "decisions-1-stand_aside": "1",
        "decisions-1-review": "2027-03-01",
        "actions-0-text": "Book hall (open)",
        "actions-0-role": "Ana",
        "actions-0-due": "2026-12-10",
        "actions-1-text": "Buy keys (next week)",
        "actions-1-role": "Ben",
        "actions-1-done": "y",
        "body": "[[members: Attendees: Ana, Ben, Cem]]\n\n## Keys\n\n- who has one",
    },
    "arabic": {
        "title": "محضر الاجتماع",
        "attendance": "12",
        "place_name": "قاعة الحي",
        "decisions-0-text": "نشتري شاحنة ثانية",
        "decisions-1-text": "نؤجل السقف",
        "decisions-1-result": "postponed",
        "actions-0-text": "حجز القاعة",
        "actions-0-role": "سارة",
        "actions-0-due": "2026-12-10",
        "actions-1-text": "كتابة الرسالة",
        "actions-1-role": "عمر",
        "actions-1-due": "2026-12-10",
        "next_day": "2027-01-07",
        "body": "التاريخ: ٣ كانون الأول ٢٠٢٦",
    },
    "nothing": {"body": PASTED["nothing"].strip()},
    "plenum": {
        "title": "Plenum 3.12.2026",
        "day": "2026-12-03",
        "attendance": "12",
        "place_name": "Küche",
        "roles-0-role": "Moderation",
        "roles-0-held_by": "A.",
        "roles-1-role": "Protokollführung",
        "roles-1-held_by": "B.",
        "decisions-0-text": "Wir schreiben der Hausverwaltung",
        "decisions-0-item": "TOP 1: Heizung",
        "decisions-0-how": "consensus",
        "decisions-0-abstain": "1",
        "actions-0-text": "Brief schreiben",
        "actions-0-role": "Ana",
        "actions-0-due": "2026-12-10",
        "actions-1-text": "Brot kaufen",
        "actions-1-role": "Ben",
        "actions-1-due": "2026-12-05",
        "next_day": "2027-01-07",
        "next_hour": "19:00",
        "body": "[[members: Anwesend: 12: Ana, Ben, Cem]]\n\n## TOP 1: Heizung\nKaputt.",
    },
}
NOTES = (
    "Thursday 3 December 2026, 7pm–9pm, Kingsley Hall",
    "Apologies: Ben, Cem",
    "1. Welcome\nWe went round.",
    "Boiler is broken again. “Nobody came,” said K.",
    "AOB\nnone",
    "Next meeting: Thursday 7 January 2027, 7pm, Kingsley Hall",
)


def filled(text: str) -> dict[str, Any]:
    """What stands in the fields, without the language and who can read it."""
    assert MinutesForm.kind == KIND.name
    typed = {name: values[0] for name, values in typed_in(text).items() if any(values)}
    return {name: value for name, value in typed.items() if name not in ("lang", "visibility")}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", UNDERSTOOD)
def test_minutes_of_many_kinds_are_understood(name: str, end: str) -> None:
    shown = filled(PASTED[name].replace("\n", end))
    if name == "club":
        notes = shown.pop("body")
        assert all(line in notes for line in NOTES), notes
    assert shown == UNDERSTOOD[name]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Date: 3 June 2027 at the river", "Date: 3 June 2027 at the river"),
        ("Date: 3 June 2027\nTime: 19:00 to late", "Time: 19:00 to late"),
        ("Present: 12 and a dog", "[[members: Present: 12 and a dog]]"),
        ("Next meeting: 7 January 2027 at Ana's", "Next meeting: 7 January 2027 at Ana's"),
    ],
)
def test_a_line_that_says_more_than_its_field_holds_stays(typed: str, left: str) -> None:
    assert filled(f"# A\n\n{typed}\n")["body"] == left


def test_a_list_behind_other_words_is_none_of_decisions() -> None:
    shown = filled("# A\n\nDecisions:\n- A van\n\nThen we had:\n- bread\n")
    assert shown == {"title": "A", "decisions-0-text": "A van", "body": "Then we had:\n- bread"}


def test_what_stands_below_a_decision_belongs_to_it() -> None:
    shown = filled("## Decisions\n- A van\n  that is red (by vote)\n  - not before May\n- Bread\n")
    assert shown["decisions-0-text"] == "A van that is red" and shown["decisions-0-how"] == "vote"
    assert (shown["decisions-0-note"], shown["decisions-1-text"]) == ("not before May", "Bread")


def test_ticks_below_decisions_are_decisions_and_elsewhere_tasks() -> None:
    shown = filled("## Decisions\n- [x] A van\n## Talk\n☑ Bread\n☐ Salt\n")
    assert shown["decisions-0-text"] == "A van"
    assert (shown["actions-0-text"], shown["actions-0-done"]) == ("Bread", "y")
    assert shown["actions-1-text"] == "Salt" and "actions-1-done" not in shown


def test_what_stands_beside_front_matter_goes_into_the_notes() -> None:
    head = "title: A\ndate: 2027-06-03T19:00\ntimezone: UTC\n# ask Ana about this"
    assert filled(f"---\n{head}\n---\nHello")["body"] == "# ask Ana about this\n\nHello"
    assert "never" in str(filled("---\n# never\n---\n"))


@pytest.mark.parametrize("piece", ["a, ", "a – ", "a: ", "by ", "(a", "1 for, "])
def test_a_text_of_nothing_but_ends_is_read_in_no_time(piece: str) -> None:
    line = f"- {piece * (990 // len(piece))}\n"
    lines = line * (MAX_SOURCE // len(line) // 2)
    began = process_time()
    typed_in(f"## Actions\n{lines}## Decisions\n{lines}")
    assert process_time() - began < 10


def test_a_table_with_a_column_nobody_knows_stays_in_the_notes() -> None:
    table = "| What | Who | Price |\n|---|---|---|\n| Bread | Ana | 3 |"
    assert filled(f"## Actions\n\n{table}") == {"body": f"## Actions\n{table}"}
