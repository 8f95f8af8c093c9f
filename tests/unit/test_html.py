"""Foreign HTML is shown only after it was cleaned; our own keeps a little more (interop §6.13)."""

from __future__ import annotations

import pytest

from fedi.activitypub.html import clean, excerpt, from_text, own, plain, strip_controls
from fedi.errors import Refused


@pytest.mark.parametrize(
    ("html", "result"),
    [
        (
            "<p>Hello, <b>you</b> &amp; <em>all</em></p>",
            "<p>Hello, <b>you</b> &amp; <em>all</em></p>",
        ),
        ("one<br/>two<br>three", "one<br>two<br>three"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        (
            '<ol start="5" reversed><li value=3>a</ol>',
            '<ol start="5" reversed="reversed"><li value="3">a</li></ol>',
        ),
        ('<ol start="1e9"><li value="x">a</ol>', "<ol><li>a</li></ol>"),
        ('<p lang="ar" dir="RTL">x</p>', '<p lang="ar" dir="rtl">x</p>'),
        ('<p lang="javascript:" dir="up">x</p>', "<p>x</p>"),
        (
            "<ruby>x<rp>(</rp><rt>y</rt><rp>)</rp></ruby>",
            "<ruby>x<rp>(</rp><rt>y</rt><rp>)</rp></ruby>",
        ),
        ("<pre>\n\n  a\n b</pre>", "<pre>  a\n b</pre>"),
        ("<h1>Title</h1><h5>Less</h5>text", "<h4>Title</h4><h4>Less</h4>text"),
        ('<blockquote class="quote-inline" cite="x">q</blockquote>', "<blockquote>q</blockquote>"),
    ],
)
def test_what_people_write_stays(html: str, result: str) -> None:
    assert clean(html) == result


def test_a_mention_of_mastodon_keeps_its_shape() -> None:
    html = (
        '<p><span class="h-card" translate="no"><a href="https://a.example/@u" class="u-url mention">'
        '@<span>u</span></a></span> <a href="https://b.example/x" target="_blank" rel="me">'
        '<span class="invisible">https://</span><span class="ellipsis">b.example</span></a></p>'
    )
    assert clean(html) == (
        '<p><span class="h-card"><a href="https://a.example/@u" class="u-url mention" '
        'rel="nofollow noopener ugc">@<span>u</span></a></span> '
        '<a href="https://b.example/x" rel="nofollow noopener ugc">'
        '<span class="invisible">https://</span><span class="ellipsis">b.example</span></a></p>'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt:alert(1)">x</a>',
        '<a href=" &#106;avascript:alert(1)">x</a>',
        '<a href="java\tscript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<a href="vbscript:x">x</a>',
        '<a href="//evil.example">x</a>',
        '<a href="/inbox">x</a>',
        '<a href="mailto:a@b.example">x</a>',
        '<a href="https:\\\\evil.example">x</a>',
        '<a href="">x</a>',
        '<a name="top" onclick="x()">x</a>',
    ],
)
def test_a_link_that_is_not_to_the_web_becomes_its_text(html: str) -> None:
    assert clean(html) == "x"


def test_classes_of_ours_cannot_be_borrowed() -> None:
    html = '<span class="mention button h-entry admin u-x" style="color:red" id="x">a</span>'
    assert clean(html) == '<span class="mention h-entry u-x">a</span>'


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<script>alert(1)",
        "<style>p{}</style>",
        "<STYLE><img src=x onerror=alert(1)></STYLE>",
        "<svg><script>alert(1)</script></svg>",
        "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<!-- <b>x</b> -->",
        "<!-- never closed <b>x",
        "<!doctype html>",
        "<?php echo 1 ?>",
        "<img src=x onerror=alert(1)>",
        "</title></textarea></script><img src=x onerror=alert(1)>",
        '<iframe src="https://evil.example"></iframe>',
        "<object><embed></object><base href=//x><meta http-equiv=refresh><link rel=x>",
        '<form action="https://evil.example"><input name="password"></form>',
    ],
)
def test_what_runs_or_draws_is_gone_with_its_content(html: str) -> None:
    assert "<" not in clean(html).replace("<p>", "").replace("</p>", "")
    assert "alert" not in clean(html).replace("onerror=alert(1)&gt;", "")
    assert "text" in clean(f"text {html}")


def test_blocks_that_are_not_kept_leave_their_line_ends() -> None:
    assert clean("foo<div>bar</div><div>baz</div>") == "foo<br>bar<br>baz"
    assert clean("<div><p>a</p><p>b</p></div>") == "<p>a</p><p>b</p>"
    assert clean("<table><tr><td>a<td>b</table>") == "a<br>b"
    assert clean("a<hr>b") == "a<br>b"


def test_direction_overrides_and_controls_are_taken_out() -> None:
    assert clean("a\u202eb\x00c\x08d\x9fe\u202df") == "abcdef"


def test_forty_levels_are_kept_and_more_become_plain_text() -> None:
    assert clean("<b>" * 40 + "x" + "</b>" * 40) == "<b>" * 40 + "x" + "</b>" * 40
    assert clean("<b>" * 41 + "x" + "</b>" * 41) == "<p>x</p>"


def test_a_thousand_tags_are_kept_and_more_become_plain_text() -> None:
    assert clean("<i>x</i>" * 500) == "<i>x</i>" * 500
    assert clean("<i>x</i>" * 500 + "<br>") == f"<p>{'x' * 500}</p>"


def test_forty_thousand_characters_are_kept_and_more_become_shorter_plain_text() -> None:
    assert clean("<p>" + "x" * 39_993 + "</p>") == "<p>" + "x" * 39_993 + "</p>"
    long = clean("<p>" + "word " * 9_000 + "</p>")
    assert long.startswith("<p>word word")
    assert "word" in long
    assert 10_000 < len(long) < 40_000


def test_heavy_html_loses_scripts_as_plain_text_too() -> None:
    assert (
        clean("<b>" * 50 + "a<script>alert(1)</script>b<style>x</style>c<!-- d -->e")
        == "<p>abce</p>"
    )


def test_own_html_keeps_headings_tables_and_trusted_links() -> None:
    html = (
        '<h1>A</h1><h3>B</h3><table><tr><th colspan="2">x</th></tr></table><hr>'
        '<p><a href="mailto:a@b.example" rel="me evil">mail</a> <a class="hashtag" rel="tag" '
        'href="https://a.example/tags/x">#x</a></p>'
    )
    assert own(html) == (
        '<h2>A</h2><h3>B</h3><table><tbody><tr><th colspan="2">x</th></tr></tbody></table><hr>'
        '<p><a href="mailto:a@b.example" rel="me noopener">mail</a> <a class="hashtag" '
        'href="https://a.example/tags/x" rel="tag noopener">#x</a></p>'
    )


def test_own_html_is_not_trusted_with_more_than_that() -> None:
    html = '<img src="https://x.example/p.png"><script>x</script><a href="javascript:x">y</a><p onclick=x>z</p>'
    assert own(html) == "y<p>z</p>"


def test_own_html_that_is_too_long_is_refused_not_cut() -> None:
    assert own("<p>x</p>" * 3_000)
    for html in ("x" * 200_001, "<b>" * 41, "<br>" * 8_001):
        with pytest.raises(Refused):
            own(html)


def test_plain_text_has_the_lines_and_paragraphs_of_the_html() -> None:
    html = "<h2>T</h2><p>a<br>b &amp; c</p><ul><li>one</li><li>two</li></ul><p>d</p>"
    assert plain(html) == "T\n\na\nb & c\n\none\ntwo\n\nd"


def test_plain_text_has_no_scripts_comments_or_tags() -> None:
    assert (
        plain("a<script>x</script>b<!-- c -->d<style>e</style>f<img alt='g'>h < i") == "abdfh < i"
    )
    assert plain("a<script>never closed") == "a"


def test_text_becomes_paragraphs_and_stays_clean() -> None:
    html = from_text("a <b>\nline\n\n\n\nnext & last\r\n")
    assert html == "<p>a &lt;b&gt;<br>line</p><p>next &amp; last</p>"
    assert clean(html) == html


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("  Ana \n\t María  ", "Ana María"),
        ("\u202egro.live\u202c", "gro.live"),
        ("a\u2066b\u2069c\u200bd\ufefe\u2060f", "abcd\ufefef"),
        ("admin\u00ad\u200b\u200e", "admin"),
        ("\u3164\u115f", ""),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("a\u200d\u200c\u200db", "ab"),
        ("x\x00y\x1b[31m", "xy[31m"),
        ("tag\U000e0041\U000e0001", "tag\U000e0041"),
    ],
)
def test_names_cannot_turn_hide_or_imitate(name: str, result: str) -> None:
    assert strip_controls(name) == result


def test_an_excerpt_ends_at_a_word() -> None:
    assert excerpt("short enough", 20) == "short enough"
    assert excerpt("one two three, four five", 16) == "one two three…"
    assert excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert excerpt("one " + "x" * 50, 10) == "one xxxxx…"
    assert excerpt("abcde " + "x" * 50, 10) == "abcde xxx…"
    assert excerpt("abcdef " + "x" * 50, 10) == "abcdef…"
    assert len(excerpt("word " * 50, 40)) <= 40
