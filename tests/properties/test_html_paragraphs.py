"""What is passed by the parser because it is clean already is what the parser would have made of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub import html

TEXT = st.text(max_size=20)
PIECES = st.sampled_from(
    ["<p>", "</p>", "<br>", "<br/>", "<P>", "<p >", "&amp;", "<", ">", "\r", "\n"]
)
NOTHING = re.compile(r"(?!)")


def parsed(text: str) -> str:
    """What becomes of HTML when nothing passes the parser by."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "_PARAGRAPHS", NOTHING)
        return html.clean(text)


@given(st.lists(st.lists(TEXT, min_size=1).map("<br>".join), max_size=5), TEXT)
def test_paragraphs_come_out_as_the_parser_gives_them_back(
    written: list[str], between: str
) -> None:
    text = between.join(f"<p>{paragraph}</p>" for paragraph in written)
    assert html.clean(text) == parsed(text)


@given(st.lists(TEXT | PIECES).map("".join))
def test_so_does_everything_that_looks_like_them(text: str) -> None:
    assert html.clean(text) == parsed(text)


@pytest.mark.parametrize(
    "text",
    ["<p>a", "a</p>", "<p><p>a</p></p>", "<p>a<script>b</p>", "<p onclick=x>a</p>", "<b>a</b>"],
)
def test_what_only_resembles_paragraphs_is_parsed(text: str) -> None:
    assert not html._PARAGRAPHS.fullmatch(text)
