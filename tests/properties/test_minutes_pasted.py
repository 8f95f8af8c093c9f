"""Whatever way minutes are written that somebody pastes: no word that they typed is lost."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from fedi.practices.minutes.rules import KIND
from fedi.web.console.minutes.paper import MinutesForm
from fedi.web.console.minutes.taking_over import typed_in
from fedi.web.console.writing import read_form
from fedi.web.i18n import Speech

LINES = (
    "",
    "# {}",
    "## {}",
    "## {} {}",
    "{}\n=====",
    "{} {}\n---",
    "{}",
    "**{}**",
    "## Decisions",
    "## Actions ##",
    "**Beschlüsse:**",
    "Tareas:",
    "# Agenda",
    "## Attendance",
    "Present:",
    "## Next meeting",
    "## Notes",
    "## القرارات",
    "Title: {}",
    "Date: 3 June 2027",
    "Date: 3 June 2027, 19:00 {}",
    "Date: {}",
    "Time: 19:00 to {}",
    "Time: 7pm - 9pm",
    "Until: 21:30 {}",
    "Place: {}",
    "Place: https://meet.example/{}",
    "Where: online",
    "Present: 12",
    "Present: 12 {}",
    "Present (12): {}, {} and {}",
    "Anwesend: {}, {}",
    "Remote: 3 {}",
    "Time zone: {}",
    "Language: {}",
    "Tags: {}, {}",
    "Facilitation: {}",
    "Note taker: {} {}",
    "Next meeting: 10 June 2027 at {}",
    "Date : 3 juin 2027 {}",
    "التاريخ: ٣ يونيو ٢٠٢٧ {}",
    "Decision: {}",
    "Decision 3 (by vote): {} {}",
    "Decision 2027-3 ({}): {}",
    "Agreed by consent: {}",
    "Action ({}): {}",
    "- {}",
    "- {} (consent)",
    "- {} (consent, {})",
    "- {} [12 for, 3 {}]",
    "- {} – by vote · 12 for · 3 against",
    "- {} – {} by 2026-12-01",
    "- {} by 2026-12-01 {}",
    "- {}, {} due 1 December 2026",
    "- {}: {}",
    "* [x] {} (@{})",
    "- [ ] {} ({}, {}, done)",
    "☐ {}",
    "1. {} | {}",
    "  - {}",
    "  - {} by 2026-12-01",
    "    {} (consent)",
    "| What | Who | When |\n|---|---|---|\n| {} | {} | {} |\n| {} | | 2026-12-01 |",
    "| Decision | Result |\n|---|:-:|\n| {} | by consent |\n| {} | {} |",
    "| {} | {} |\n|---|---|\n| {} | {} | {} |",
    "| {} | {} |",
    "```\nDecision: {}\n```",
    "```",
    "> {}",
    "“{}”: {}",
    "---",
    "{}: {}",
)


@given(st.lists(st.sampled_from(LINES), max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_word_of_what_is_pasted_is_lost(lines: list[str], end: str) -> None:
    numbers = count(1)
    words: list[str] = []

    def word() -> str:
        words.append(f"wo{next(numbers)}rd")
        return words[-1]

    text = "\n".join(line.format(*(word() for _one in range(line.count("{}")))) for line in lines)
    typed = typed_in(text.replace("\n", end))
    form = read_form(KIND.name, typed, Speech("en"))
    assert isinstance(form, MinutesForm)
    kept = "\n".join(value for values in form.typed().values() for value in values)
    assert [word for word in words if word not in kept] == []
