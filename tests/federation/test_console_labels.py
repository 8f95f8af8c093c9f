"""What members asked for is told to each in their own language: where it waits, on the home page, and in the log."""

from __future__ import annotations

import pytest
from consoling import Browser, browsers
from open_house import OpenHouse

from fedi.catalogues import catalogue
from fedi.clock import now_ms
from fedi.errors import Named
from fedi.governing import log
from fedi.publishing.labels import counted, filled, label, told


def test_a_line_is_told_in_the_language_of_whoever_reads_it() -> None:
    kept = label("Withdraw: %(title)s", title="100 % & [[x]] %(title)s")
    assert told(kept, catalogue("en")) == "Withdraw: 100 % & [[x]] %(title)s"
    assert told(kept, catalogue("de")) == "Zurückziehen: 100 % & [[x]] %(title)s"
    assert filled(kept, "title") == "100 % & [[x]] %(title)s"


def test_a_name_of_ours_in_a_line_is_translated_with_it_and_one_of_theirs_is_not() -> None:
    kept = label("Take the role %(role)s", role=Named("Facilitation"))
    assert told(kept, catalogue("de")) == "Die Rolle Gesprächsleitung übernehmen"
    theirs = label("Take the role %(role)s", role="Facilitation")
    assert told(theirs, catalogue("de")) == "Die Rolle Facilitation übernehmen"
    nameless = label("Take the role %(role)s", role=Named(""))
    assert told(nameless, catalogue("de")) == "Die Rolle  übernehmen"


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 Person einladen"), (12, "12 Personen einladen")]
)
def test_a_line_about_so_many_has_the_form_of_the_number(number: int, said: str) -> None:
    kept = counted("Invite %(count)s person", "Invite %(count)s people", number)
    assert told(kept, catalogue("de")) == said


@pytest.mark.parametrize("kept", ["Publish: 100 %", "", "{}", "Zurückziehen: a"])
def test_a_line_that_was_kept_in_somebodys_language_stays_as_it_is(kept: str) -> None:
    assert told(kept, catalogue("de")) == kept
    assert filled(kept, "title") == ""


def test_each_member_reads_in_their_language_what_waits_and_what_was_done(
    house: OpenHouse, two: list[Browser], group: str
) -> None:
    ann, _ben = two
    waits = ann.post(f"/console/{group}/export").partition("?")[0]
    ann.post(f"/console/{group}/people/invite", uses=3, days=7, status=200)
    actor = house.config.site.group(group)
    house.write(lambda tx: log.note(tx, actor, "pin", ann.person, "", "An old line", now_ms()))
    with browsers(house, group, f"ben {group}", language="de") as (ben,):
        for path in ("", "/waiting", waits.removeprefix(f"/console/{group}"), "/log"):
            page = ben.get(f"/console/{group}{path}")
            assert "Alles exportieren" in page, path
            assert "Export everything" not in page and "\x1f" not in page, path
        assert "3 Personen einladen" in page and "An old line" in page
    page = ann.get(f"/console/{group}/log")
    assert "Export everything" in page and "Invite 3 people" in page
