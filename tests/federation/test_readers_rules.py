"""For each rule of each reader: a document that keeps it, and one that breaks it."""

from __future__ import annotations

import pytest
from federation.readers import READERS
from federation.readers.breaks_of_posts import POST_BREAKS
from federation.readers.breaks_of_profiles import PROFILE_BREAKS
from federation.readers.subjects import changed, sound

BREAKS = {**PROFILE_BREAKS, **POST_BREAKS}
RULES = [(server, rule.name) for server, reader in READERS.items() for rule in reader.book]


@pytest.mark.parametrize(("server", "name"), RULES)
def test_a_rule_keeps_the_sound_and_refuses_the_broken(server: str, name: str) -> None:
    sample, changes = BREAKS[name]
    rule = READERS[server].book[name]
    assert rule.holds(sound(sample))
    assert not rule.holds(changed(sound(sample), changes))


def test_every_break_belongs_to_a_rule() -> None:
    assert set(BREAKS) == {name for _, name in RULES}


def test_nothing_is_broken_twice_over_by_name() -> None:
    assert len(BREAKS) == len(PROFILE_BREAKS) + len(POST_BREAKS)
