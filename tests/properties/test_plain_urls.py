"""The short cut for URLs as nearly everybody writes them changes nothing about where a request goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub.client import PLAIN, normalised


@given(st.from_regex(PLAIN, fullmatch=True))
def test_a_plain_inbox_goes_over_the_wire_as_it_is(inbox: str) -> None:
    assert normalised(inbox) == inbox


@given(
    st.sampled_from("%?#\\ :;@\t.é"),
    st.sampled_from(["https://far.example/a{}b", "https://{}far.example/a"]),
)
def test_what_could_be_read_in_two_ways_is_not_plain(strange: str, inbox: str) -> None:
    plain = PLAIN.fullmatch(inbox.format(strange))
    assert plain is None or normalised(inbox.format(strange)) == inbox.format(strange)
