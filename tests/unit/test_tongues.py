"""Which language a reader gets: what they want, what there is, and that few headers stand for many."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from fedi.publishing.languages import spelt
from fedi.web.i18n import choose, languages
from fedi.web.tongues import best_of, narrowed, wanted


def test_what_a_reader_wants_is_read_with_the_best_first() -> None:
    assert wanted("en;q=0.5, so, es;q=0.8, fr;q=0, ;q=1, de;q=x") == ("so", "es", "en")
    assert wanted("") == ()


@pytest.mark.parametrize(
    ("wish", "there", "found"),
    [
        ("es", ("en", "es"), "es"),
        ("pt-BR, en", ("en", "pt"), "pt"),
        ("pt", ("pt-PT", "en"), "pt-PT"),
        ("pt-BR", ("pt-PT", "pt-BR"), "pt-BR"),
        ("PT-br", ("pt-PT", "pt-BR"), "pt-BR"),
        ("so, en", ("es", "en"), "en"),
        ("zu", ("es", "en"), ""),
        ("*", ("es", "en"), ""),
    ],
)
def test_the_nearest_of_the_languages_there_are_is_found(
    wish: str, there: tuple[str, ...], found: str
) -> None:
    assert best_of(wanted(wish), there) == found


def test_a_narrowed_header_chooses_the_same_twice() -> None:
    tags = ("en", "es", "so", "ar-EG", "zu", "pt-BR", "*")
    texts = (("en", "es"), ("so", "en"), ("ar", "so", "zu"), ("pt-PT", "pt-BR", "xx"), ("xx",))
    narrow: set[str] = set()
    for wish, there in product(permutations(tags, 3), texts):
        header = ", ".join(wish)
        spoken = choose(header)
        short = narrowed(header, spoken, there)
        assert choose(short) == spoken, (header, there, short)
        full = best_of((*wanted(header), spoken), there)
        assert best_of((*wanted(short), spoken), there) == full, (header, there, short)
        narrow.add(short)
    assert len(narrow) < len(languages()) * 8


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("ES", "es"),
        ("pt-br", "pt-BR"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("e", ""),
        ("es_MX", ""),
        ("", ""),
    ],
)
def test_a_language_is_spelt_in_one_way(written: str, tag: str) -> None:
    assert spelt(written) == tag
