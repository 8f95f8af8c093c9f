"""The form for minutes is light enough for a phone in a meeting, in the language whose letters weigh most."""

from __future__ import annotations

from typing import Any

from doorstep import Browser
from minuting import begin

from fedi.web.pages.render import stylesheets

LIGHT = 60_000
MOST_OF_A_DECISION, MOST_OF_A_TASK = 3_750, 800
"""Bytes that one more may weigh in Arabic with a sentence in it; every field has a label and a name, in every row."""
TITLES = ("كم الحر عندكم", "المطبخ في شارع المستنقع", "مفاتيح القاعة", "العرض العالمي")


def meeting(decisions: int, tasks: int) -> dict[str, Any]:
    """A meeting in Arabic of which so much came."""
    typed: dict[str, Any] = {
        "lang": "ar",
        "title": "الحر، ومن يحمل المفاتيح",
        "place_name": "قاعة الحي",
        "body": "\n\n".join(
            f"## {title}\n\nتحدثنا عنه طويلا، ولم نتفق على كل شيء." for title in TITLES
        ),
        "decisions-0-item": TITLES[1],
        **{f"agenda-{n}": title for n, title in enumerate(TITLES)},
    }
    for n in range(decisions):
        typed[f"decisions-{n}-text"] = "نتولى المطبخ حتى نهاية الشهر"
        typed[f"decisions-{n}-consent"] = "29"
        typed[f"decisions-{n}-why_stand_aside"] = "سأكون بعيدا"
    for n in range(tasks):
        typed |= {f"actions-{n}-text": "حجز القاعة", f"actions-{n}-due": "2027-06-10"}
    return typed


async def weighed(ann: Browser, decisions: int, tasks: int) -> int:
    """Weigh the form in which a meeting was written down, with its stylesheets."""
    await begin(ann, **meeting(decisions, tasks))
    return sheets() + len(ann.page.encode())


def sheets() -> int:
    """Weigh the stylesheets behind the sign-in."""
    fedi, _public, console = stylesheets()
    return fedi[1] + console[1]


async def test_a_decision_or_a_task_more_weighs_little_in_arabic(ann: Browser) -> None:
    ann.language = "ar"
    one = await weighed(ann, 1, 1)
    assert await weighed(ann, 5, 1) - one <= 4 * MOST_OF_A_DECISION
    assert await weighed(ann, 1, 5) - one <= 4 * MOST_OF_A_TASK
    await ann.open("/console/harbour/write/minutes")
    assert sheets() + len(ann.page.encode()) <= LIGHT


async def test_a_hint_stands_once_and_describes_the_field_in_every_row(ann: Browser) -> None:
    await begin(ann, **meeting(3, 3))
    for id_ in ("decisions-0-key-h", "actions-0-role-h"):
        assert ann.page.count(f'id="{id_}"') == 1
        assert ann.page.count(f'aria-describedby="{id_}"') == 3
