"""What stands at the end of a decision or a task goes into its fields, if all of it is understood."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.web.console.minutes.endings import of_action, of_decision

DAY = {"due": "2026-12-01"}


@pytest.mark.parametrize(
    ("typed", "text", "said"),
    [
        ("We buy a second van (consent)", "We buy a second van", {"how": "consent"}),
        ("We buy a van [by lot].", "We buy a van", {"how": "lot"}),
        ("A van – adopted by consensus", "A van", {"result": "adopted", "how": "consensus"}),
        ("By consent: we buy a van", "we buy a van", {"how": "consent"}),
        ("Wir kaufen (im Konsent)", "Wir kaufen", {"how": "consent"}),
        ("نشتري شاحنة (بالموافقة)", "نشتري شاحنة", {"how": "consent"}),
        ("La camioneta (aplazada)", "La camioneta", {"result": "postponed"}),
        (
            "A van (by consent, 29 consent, 1 stands aside and 0 blocks, review 2027-09-02)",
            "A van",
            {
                "how": "consent",
                "consent": "29",
                "stand_aside": "1",
                "block": "0",
                "review": "2027-09-02",
            },
        ),
        (
            "Comprar (12 a favor, 3 en contra)",
            "Comprar",
            {"how": "vote", "consent": "12", "block": "3"},
        ),
    ],
)
def test_how_a_decision_came_about_leaves_its_text(
    typed: str, text: str, said: dict[str, Any]
) -> None:
    assert of_decision(typed) == {"text": text, **said}


@pytest.mark.parametrize(
    "typed",
    [
        "We buy a van (the red one)",
        "We buy a van (consent, but not the blue one)",
        "We buy a van (12 for, 11 for)",
        "We buy a van (consent, 12 for)",
        "We choose the cook by lot",
        "(consent)",
        "Proposal: a van",
        "A van (review in spring)",
    ],
)
def test_a_decision_with_words_of_its_own_keeps_them(typed: str) -> None:
    assert of_decision(typed) == {"text": typed}


@pytest.mark.parametrize(
    ("typed", "text", "said"),
    [
        ("Book the hall – Ana by 2026-12-01", "Book the hall", {"role": "Ana", **DAY}),
        ("Book the hall due 2026-12-01", "Book the hall", DAY),
        ("Book the hall by Tuesday, 1 December 2026", "Book the hall", DAY),
        ("Book the hall (Ana, due 2026-12-01)", "Book the hall", {"role": "Ana", **DAY}),
        ("Book the hall: Ana by 2026-12-01", "Book the hall", {"role": "Ana", **DAY}),
        ("Ana: book the hall by 2026-12-01", "book the hall", {"role": "Ana", **DAY}),
        ("Book the hall (@ana)", "Book the hall", {"role": "ana"}),
        ("Book the hall (who: Ana)", "Book the hall", {"role": "Ana"}),
        (
            "Book – Notes, by 1 Dec 2026, done",
            "Book",
            {"role": "Notes", **DAY, "done": "yes"},
        ),
        ("Buy milk, bread and butter by 2026-12-01", "Buy milk, bread and butter", DAY),
        ("Halle buchen, bis 1. Dezember 2026", "Halle buchen", DAY),
        ("حجز القاعة – سارة قبل ٢٠٢٦-١٢-٠١", "حجز القاعة", {"role": "سارة", **DAY}),
        ("كتابة (من: عمر، حتى ١ ديسمبر ٢٠٢٦)", "كتابة", {"role": "عمر", **DAY}),
        ("Book it by 2026-12-01 at noon", "Book it by 2026-12-01 at noon", DAY),
        ("Ana by 2026-12-01", "Ana", DAY),
    ],
)
def test_who_does_it_until_when_leaves_the_text_of_a_task(
    typed: str, text: str, said: dict[str, Any]
) -> None:
    assert of_action(typed) == {"text": text, **said}


@pytest.mark.parametrize(
    "typed",
    [
        "Clean the kitchen (upstairs)",
        "Tell everyone: the hall is closed",
        "Ring @ana",
        "Book the hall by the end of 2026",
        "Write (3/6/2027)",
        "due",
        "x " * 900 + "by 2026-12-01 or so",
    ],
)
def test_a_task_with_words_of_its_own_keeps_them(typed: str) -> None:
    assert of_action(typed)["text"] == typed and "role" not in of_action(typed)
