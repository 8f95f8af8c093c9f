"""Markdown: what is linked, what is left alone, and what never gets through."""

from __future__ import annotations

import time

import pytest

from fedi.publishing.markdown import Mentioned, Rendered, find_mentions, plain_to_markdown, render

ANN = Mentioned("ann@home.example", "https://home.example/users/ann", "https://home.example/@ann")
TAG = '<a href="https://groups.example/tags/{}" class="mention hashtag" rel="tag noopener">#<span>{}</span></a>'


def rendered(source: str) -> Rendered:
    return render(
        source,
        mentions={ANN.handle: ANN},
        tag_page=lambda tag: f"https://groups.example/tags/{tag.lower()}",
    )


def test_somebody_who_was_found_is_linked_as_other_servers_do_it() -> None:
    made = rendered("Thanks @Ann@Home.example, and @ann@home.example.")
    link = (
        '<span class="h-card"><a href="https://home.example/@ann" class="u-url mention" rel="noopener">'
        "@<span>{}</span></a></span>"
    )
    assert made.html == f"<p>Thanks {link.format('Ann')}, and {link.format('ann')}.</p>"
    assert made.mentions == (ANN,)


def test_handles_are_found_in_text_and_nowhere_else() -> None:
    source = (
        "@a@home.example `@b@home.example` [@c@home.example](https://x.example) \\@d@home.example "
        "mail@home.example **@e@localhost:8000** https://x.example/@f@g.example @a@HOME.example\n\n"
        "    @h@home.example"
    )
    assert find_mentions(source) == ["a@home.example", "e@localhost:8000"]


def test_who_was_not_found_stays_text() -> None:
    assert rendered("Dear @nobody@none.example!").html == "<p>Dear @nobody@none.example!</p>"


def test_hashtags_are_linked_in_every_script() -> None:
    made = rendered("#OpenTheWindows, #हिन्दी and (#heat)")
    assert made.hashtags == ("OpenTheWindows", "हिन्दी", "heat")
    assert TAG.format("openthewindows", "OpenTheWindows") in made.html
    assert TAG.format("heat", "heat") + ")" in made.html


@pytest.mark.parametrize(
    "source",
    ["#1", "`#x`", "\\#x", "a#x", "[#x](https://x.example)", "https://x.example/#x", "&#x", "# x", "#-x"],
)  # fmt: skip
def test_what_is_no_hashtag_is_left_alone(source: str) -> None:
    assert rendered(source).hashtags == ()


def test_addresses_are_linked_without_the_marks_around_them() -> None:
    made = rendered("See https://x.example/a_b_c?d=1&e=2#f, (https://y.example/(z)).")
    assert '<a href="https://x.example/a_b_c?d=1&amp;e=2#f" rel="noopener">' in made.html
    assert ">https://x.example/a_b_c?d=1&amp;e=2#f</a>, (" in made.html
    assert ">https://y.example/(z)</a>).</p>" in made.html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ('<img src=x onerror="alert(1)">', "&lt;img src=x onerror="),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,y)", "[x](data:text/html,y)"),
        ("![A boat](https://x.example/b.png)", '<a href="https://x.example/b.png" rel="noopener">A boat</a>'),
        ("# Title", "<h2>Title</h2>"),
        ("~~no~~ **yes** *so*", "<s>no</s> <strong>yes</strong> <em>so</em>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ],
)  # fmt: skip
def test_only_harmless_html_comes_out(source: str, html: str) -> None:
    made = rendered(source).html
    assert html in made
    assert "<script" not in made and "<img" not in made and 'href="javascript' not in made


def test_a_table_stays_a_table_with_its_hashtags() -> None:
    made = rendered("| need | of |\n|---|---|\n| #beds | 30 |")
    assert "<table>" in made.html and TAG.format("beds", "beds") in made.html


def test_a_plain_text_looks_the_same_after_escaping() -> None:
    text = "*Not* _this_ #tag @ann@home.example <b> [x](y) 1. `code` https://x.example"
    made = rendered(plain_to_markdown(text))
    assert made.html == (
        "<p>*Not* _this_ #tag @ann@home.example &lt;b&gt; [x](y) 1. `code` https://x.example</p>"
    )


@pytest.mark.parametrize("piece", ["@", "@a", "#", "#a ", "@a@b ", "https://x)", "[", "*_", "`"])
def test_nothing_one_repeats_takes_for_ever(piece: str) -> None:
    started = time.perf_counter()
    find_mentions(piece * (20_000 // len(piece)))
    assert time.perf_counter() - started < 5
