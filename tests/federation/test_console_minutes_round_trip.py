"""Minutes that somebody took along as Markdown and brings back: the same stands in every field, in any language."""

from __future__ import annotations

from typing import Any

import pytest
from doorstep import Browser
from minuting import TYPED, published, taken
from world import Instance

EVERYTHING: dict[str, Any] = {
    **TYPED,
    "body": "## How hot is it\n\nTop floors read *34* degrees.\n\n- [ ] not a task\n\nDecision: not one\n\n"
    "## Keys\n\nDate: 1 May 1999",
    "warning": "Talk of eviction",
    "hashtags": "heat keys",
    "is_online": "y",
    "attendance_remote": "4",
    "roles-0-note": "for the first hour",
    "decisions-0-text": "We carry the kitchen (consent), “as it is”",
    "decisions-0-why_block": "Not by 2026-12-01.",
    "decisions-1-text": "By vote: the roof – withdrawn",
    "decisions-1-how": "vote",
    "decisions-1-result": "rejected",
    "decisions-1-abstain": "3",
    "decisions-1-key": "2027-9",
    "decisions-1-note": "It comes back (review 2027-09-02)",
    "actions-0-done": "y",
    "actions-1-text": "Ana: ask @ben by 2026-12-01 (done)",
    "next_place": "Somewhere else",
    "next_online": "y",
    "mirror_note": "What they did: “rent strike”",
    "mirror_title": "Berlin",
    "mirror_by": "K.",
    "mirror_next": "L.",
}
ARABIC: dict[str, Any] = {
    **TYPED,
    "lang": "ar",
    "title": "الحر، ومن يحمل المفاتيح",
    "timezone": "Asia/Beirut",
    "place_name": "قاعة الحي",
    "body": "## الحر\n\nفي الأعلى ٣٤ درجة.\n\nالقرارات: لا شيء\n\n## المفاتيح\n\nعند ك.",
    "roles-0-role": "التيسير",
    "decisions-0-text": "نتولى المطبخ (بالموافقة) حتى ٢٥ يونيو",
    "decisions-0-item": "المفاتيح",
    "decisions-0-why_stand_aside": "سأكون «بعيدا».",
    "actions-0-text": "حجز القاعة – سارة قبل ١ ديسمبر ٢٠٢٦",
    "actions-0-role": "الملاحظات",
    "next_agenda": "الخبز\nالسقف",
}
PLAIN: dict[str, Any] = {
    "title": "Kurz: Beschlüsse (im Konsent)",
    "lang": "de",
    "visibility": "unlisted",
    "day": "2027-06-03",
    "start": "19:00",
    "end": "01:30",
    "timezone": "Europe/Berlin",
    "body": "Beschluss: keiner.\n\nAufgaben:\n- keine (bis 10. Juni 2027)\n\nAnwesend: alle",
    **{name: "" for name in TYPED if "-" in name or name.startswith(("next", "place", "att"))},
}

UNASKED = {
    *("agenda-0", "agenda-1", "decisions-0-key", "actions-0-key", "actions-1-key"),
    *("visibility", "lang", "csrf", "version", "publish_zone"),
}
"""What nobody typed: what follows from the rest, and what the form itself needs."""


@pytest.mark.parametrize("typed", [EVERYTHING, ARABIC, PLAIN], ids=["all", "arabic", "plain"])
async def test_minutes_that_were_taken_along_come_back_the_same(
    one: Instance, ann: Browser, typed: dict[str, Any]
) -> None:
    path = await published(one, **typed)
    text = (await one.get(f"{path}.md", "text/markdown")).text
    for end in ("\n", "\r\n"):
        shown = await taken(ann, text.replace("\n", end))
        expected = {name: value for name, value in typed.items() if value}
        kept = {name: value.replace("\r", "").strip() for name, value in shown.items() if value}
        assert {name: kept.get(name) for name in expected} == expected
        assert kept.keys() - expected.keys() <= UNASKED
