"""However marks are nested, whatever brackets stand among them: nobody sees a word that is not for them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi import practices
from fedi.publishing.draft import read
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.kinds import kind
from fedi.publishing.projections import AUDIENCES, audiences_in, project

practices.load()


@dataclass(frozen=True)
class Mark:
    """Something kept for an audience, with what stands in it."""

    audience: str
    inside: tuple[Piece, ...]
    opening: str


Piece: TypeAlias = "str | Mark"
WORD = "w"
"""Stands for a word of its own, which tells who may see it."""
BALANCED = (
    " ",
    "\n",
    "\n\n",
    ". ",
    "`",
    "**",
    "[a](https://a.example)",
    "[[page]]",
    "x[y[0]]",
    "- ",
)
CLOSING = ("]", "]]", ":-]", "]]]")
OPENINGS = ("[[{}: ", "[[{}:", "[[ {} :\n", "[[{}：")


def pieces(others: Iterable[str]) -> st.SearchStrategy[tuple[Piece, ...]]:
    text = st.lists(st.sampled_from((WORD, *others)), max_size=4).map(tuple)
    return st.recursive(
        text,
        lambda inner: st.lists(
            st.one_of(
                text,
                st.builds(
                    lambda audience, inside, opening: (Mark(audience, inside, opening),),
                    st.sampled_from(("members", "partners", "Members")),
                    inner,
                    st.sampled_from(OPENINGS),
                ),
            ),
            max_size=4,
        ).map(lambda parts: tuple(piece for part in parts for piece in part)),
        max_leaves=12,
    )


def written(tree: tuple[Piece, ...], words: list[str], level: int = 0) -> str:
    """The source of a tree; each word says in its last letter from which audience on it is seen."""
    text = ""
    for piece in tree:
        if isinstance(piece, Mark):
            inner = max(level, AUDIENCES.index(piece.audience.lower()))
            text += (
                piece.opening.format(piece.audience) + written(piece.inside, words, inner) + "]]"
            )
        elif piece == WORD:
            words.append(f"word{len(words)}{'zyx'[level]}")
            text += f" {words[-1]} "
        else:
            text += piece
    return text


def seen(source: str) -> dict[str, list[str]]:
    return {name: re.findall(r"word\d+[xyz]", project(source, name)) for name in AUDIENCES}


@given(pieces(BALANCED))
def test_everybody_sees_the_words_that_are_for_them_in_their_order(tree: tuple[Piece, ...]) -> None:
    words: list[str] = []
    source = written(tree, words)
    assert seen(source) == {
        "public": [word for word in words if word[-1] == "z"],
        "partners": [word for word in words if word[-1] in "zy"],
        "members": words,
    }


@given(pieces((*BALANCED, *CLOSING)))
def test_a_mark_that_ends_too_early_is_refused_and_shows_nothing(tree: tuple[Piece, ...]) -> None:
    words: list[str] = []
    source = written(tree, words)
    try:
        found = seen(source)
    except FrontMatterError:
        return
    assert all(word[-1] == "z" for word in found["public"])
    assert all(word[-1] in "zy" for word in found["partners"])


@given(pieces(BALANCED), pieces(BALANCED))
def test_front_matter_and_text_are_kept_apart(
    title: tuple[Piece, ...], body: tuple[Piece, ...]
) -> None:
    words: list[str] = []
    first = written(title, words).replace("\n", "\n  ")
    source = f"---\nwarning: |\n  x {first}\n---\nx {written(body, words)}"
    found = read(kind("update"), source)
    for name, draft in (("public", found), *found.others):
        allowed = "zyx"[: AUDIENCES.index(name) + 1]
        there = re.findall(r"word\d+[xyz]", f"{draft.warning} {draft.body} {draft.source}")
        assert all(word[-1] in allowed for word in there), name


@given(st.text(alphabet="[]\\\\:\n -`members partners：\ufdd0\ufdd1", max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        found = {name: project(source, name) for name in AUDIENCES}
    except FrontMatterError:
        return
    if not audiences_in(source):
        assert len(set(found.values())) == 1
    assert not {"\ufdd0", "\ufdd1"} & set("".join(found.values()))


@pytest.mark.parametrize(
    "unit", ["[[members: a]] ", "[[", "[[ \n", "[", "]", "\\\\[", "[[members:", "[[x " + " " * 50]
)
def test_the_time_grows_with_the_length(unit: str) -> None:
    def steps(times: int) -> int:
        return _steps(unit * times)

    assert steps(2_000) < 3 * steps(1_000) + 500


def _steps(source: str) -> int:
    """How many lines of the program run until a text is taken apart."""
    count = 0

    def watch(*_: object) -> object:
        nonlocal count
        count += 1
        return watch

    sys.settrace(watch)  # pyright: ignore[reportArgumentType]
    try:
        project(source, "public")
    except FrontMatterError:
        pass
    finally:
        sys.settrace(None)
    return count
