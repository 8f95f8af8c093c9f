"""The short cut for inboxes as nearly everybody writes them changes nothing about where a delivery goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub.client import wire
from fedi.delivery.sender import PLAIN_INBOX


@given(st.from_regex(PLAIN_INBOX, fullmatch=True))
def test_a_plain_inbox_goes_over_the_wire_as_it_is(inbox: str) -> None:
    assert wire(inbox) == inbox


@given(
    st.sampled_from("%?#\\ :;@\t.é"),
    st.sampled_from(["https://far.example/a{}b", "https://{}far.example/a"]),
)
def test_what_could_be_read_in_two_ways_is_not_plain(strange: str, inbox: str) -> None:
    plain = PLAIN_INBOX.fullmatch(inbox.format(strange))
    assert plain is None or wire(inbox.format(strange)) == inbox.format(strange)
