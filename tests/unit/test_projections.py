"""What is marked for some is cut out for everybody else, whatever stands around it and within it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fedi import practices
from fedi.publishing.draft import Draft, read
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.kinds import kind
from fedi.publishing.projections import audiences_in, project
from fedi.publishing.written import write
from fedi.web.console import compose
from fedi.web.console.writing import read_form, source_of, typed_from
from fedi.web.i18n import Speech

practices.load()
assert compose.WRITTEN, "the forms are known"


def seen(source: str) -> tuple[str, str, str]:
    """A text as the public, partners and members see it."""
    return project(source, "public"), project(source, "partners"), project(source, "members")


def draft(front: str, body: str = "Text.", name: str = "update") -> Draft:
    return read(kind(name), f"---\n{front}\n---\n{body}\n")


@pytest.mark.parametrize(
    ("source", "public", "partners", "members"),
    [
        ("a [[members: b]] c", "a c", "a c", "a b c"),
        ("a [[partners: b]] c", "a c", "a b c", "a b c"),
        ("a [[members: b [[partners: c]] d]] e", "a e", "a e", "a b c d e"),
        ("a [[partners: b [[members: c]] d]] e", "a e", "a b d e", "a b c d e"),
        ("At [[members: Anna's]].", "At.", "At.", "At Anna's."),
        ("[[members: All of it]]", "", "", "All of it"),
        ("[[ Members : b]] c", "c", "c", "b c"),
        ("[[\nmembers: b]] c", "c", "c", "b c"),
        ("[[members：b]] c", "c", "c", "b c"),
        ("a\n[[members: b\n\nc]]\nd", "a\nd", "a\nd", "a\nb\n\nc\nd"),
        ("a\n\n[[members:\n## b\nc\n]]\n\nd", "a\n\nd", "a\n\nd", "a\n\n## b\nc\n\nd"),
        ("a\n\n[[members: b]]\n\nc\n\n\nd", "a\n\nc\n\n\nd", "a\n\nc\n\n\nd", "a\n\nb\n\nc\n\n\nd"),
        ("- a\n- [[members: b]]\n- c", "- a\n- c", "- a\n- c", "- a\n- b\n- c"),
        ("> [[members: b]]\nc", "c", "c", "> b\nc"),
        ("```\n[[members: b]]\nc\n```", "```\nc\n```", "```\nc\n```", "```\nb\nc\n```"),
        ("`x [[members: b]]`", "`x `", "`x `", "`x b`"),
        ("[[[members: b]]](u)", "[](u)", "[](u)", "[b](u)"),
        ("[[members: see [[page]] b]] c", "c", "c", "see [[page]] b c"),
        ("[[members: [a [b]] c]] d", "d", "d", "[a [b]] c d"),
        ("[[members: [a](u) \\] b]] c", "c", "c", "[a](u) \\] b c"),
        ("[[members: a ] b]] c", "c", "c", "a ] b c"),
        ("a[b[0]] [[members: c]] d", "a[b[0]] d", "a[b[0]] d", "a[b[0]] c d"),
        ("<!-- [[members: b]] -->", "<!-- -->", "<!-- -->", "<!-- b -->"),
        ("[x]([[members: https://b.example]])", "[x]()", "[x]()", "[x](https://b.example)"),
    ],
)
def test_each_audience_sees_its_own(source: str, public: str, partners: str, members: str) -> None:
    assert seen(source) == (public, partners, members)


@pytest.mark.parametrize(
    "source",
    [
        "No mark at all: [[1]](https://a.example), [[page]], a[b[0]], [x], [ ] todo",
        "\\[[members: shown]]",
        "[[https://a.example]]",
        "At [[12:30]]",
        "if [[ $a == b:c ]]; then",
        ":-] and ]] alone",
    ],
)
def test_what_is_no_mark_stays_as_it_is(source: str) -> None:
    assert seen(source) == (source, source, source)
    assert audiences_in(source) == ()


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("a\n[[members: b", 2, "never closed"),
        ("[[members: [a b]]", 1, "never closed"),
        ("[[members: a :-[ b]] c [[members: d]]", 1, "never closed"),
        ("[[members: a [[partners: b]]", 1, "never closed"),
        ("a [[friends: b]]", 1, "Nobody here is called `friends`"),
        ("[[members: a [[miembros: b]] c]]", 1, "Nobody here is called `miembros`"),
        ("[[members: a ]] b]]", 1, "closes nothing"),
        ("c\n[[members: a ]] [b ]]", 2, "closes nothing"),
        ("a\n[[members b]]", 2, "looks like a mark"),
        ("[members: b]", 1, "looks like a mark"),
        ("［［members： b]]", 1, "looks like a mark"),
        ("[\u200b[members: b]]", 1, "looks like a mark"),
        ("[[**members**: b]]", 1, "looks like a mark"),
        ("[[_members_: b]]", 1, "looks like a mark"),
        ("[[“members”: b]]", 1, "looks like a mark"),
        ("[[\\members: b]]", 1, "looks like a mark"),
        ("---\ntitle: a [[members: b\n---\nc ]]", 2, "never closed"),
        ("---\ntitle: a\n---\n\n[[members: b", 5, "never closed"),
        ('---\ntitle: "\\x5b\\x5bmembers: b]]"\n---\nText', 2, "not written plainly"),
    ],
)
def test_a_mark_that_cannot_be_read_is_refused_with_its_line(
    source: str, line: int, sentence: str
) -> None:
    with pytest.raises(FrontMatterError) as raised:
        read(kind("update"), source)
    first = raised.value.problems[0]
    assert (first.line, sentence in first.sentence) == (line, True), first


def test_a_mark_in_front_matter_needs_no_quotes() -> None:
    found = draft("title: Assembly [[members: at Anna's, third floor]]\nwarning: '[[members: x]]'")
    assert (found.title, found.warning) == ("Assembly", "")
    assert found.fullest.title == "Assembly at Anna's, third floor"


@pytest.mark.parametrize(
    "title",
    [
        '"Assembly [[members: \\"at Anna\'s\\"]]"',
        "'Assembly [[members: at Anna''s]]'",
        "|-\n  Assembly [[members:\n  at\n  Anna's]]",
    ],
)
def test_marks_are_cut_out_of_every_kind_of_yaml_text(title: str) -> None:
    found = draft(f"title: {title}")
    assert found.title == "Assembly" and "Anna's" in found.fullest.title


def test_an_escaped_bracket_in_front_matter_is_shown() -> None:
    assert draft("title: See \\[[members").title == "See [[members"


def test_an_escaped_bracket_is_shown_also_where_it_was_typed_into_a_form() -> None:
    title = "How to: \\[[members: text]] hides, it's easy"
    found = read(kind("update"), write({"title": title}, "Text."))
    assert found.title == "How to: [[members: text]] hides, it's easy" and found.others == ()


@pytest.mark.parametrize(
    "front",
    [
        "decisions: [[[members: zq]], b]",
        "decisions: [{text: a, note: [[members: zq]]}]",
        "decisions: [{text: a, reasons: [[[members: zq]], b]}]",
        "warning: a [[ Members : zq]]",
        "warning: 'it''s [[members: [[partners: zq]] b]]'",
        "agenda: [{title: a, notes: [[partners: zq]]}]",
        "place: {name: Hall, street: [[members: zq]], precision: exact}",
    ],
)
def test_what_is_marked_without_quotes_stays_so_when_it_is_changed_in_a_form(front: str) -> None:
    source = f"---\ntitle: T\ndate: 2027-01-02T10:00\ntimezone: UTC\n{front}\n---\nText"
    before = read(kind("minutes"), source)
    form = read_form("minutes", typed_from("minutes", source), Speech("en"))
    after = read(kind("minutes"), source_of(form))
    assert [name for name, _ in after.others] == [name for name, _ in before.others]
    for one in (before, after):
        public, fullest = f"{one.details} {one.warning} {one.body}", str(one.fullest)
        assert "zq" not in public and "zq" in fullest


def test_what_something_answers_is_told_to_nobody_from_whom_it_is_kept() -> None:
    found = draft("reply_to: '[[partners: https://home.example/secret]]'")
    assert (found.reply_to, found.fullest.reply_to) == ("", "https://home.example/secret")
    assert draft("reply_to: https://home.example/1", "a [[members: b]]").reply_to


def test_a_hidden_item_of_a_list_is_not_there_for_others() -> None:
    lines = """decisions:
  - {text: We host.}
  - {text: '[[members: Secret]]', how: vote}
  - text: "[[partners: Half]]"
[[members:
  - {text: Whole}
]]"""
    found = draft(f"title: A\ndate: 2027-01-02T10:00\ntimezone: UTC\n{lines}", name="minutes")
    texts = {
        name: [decision.text for decision in one.details.decisions]
        for name, one in (("public", found), *found.others)
    }
    assert texts == {
        "public": ["We host."],
        "partners": ["We host.", "Half"],
        "members": ["We host.", "Secret", "Half", "Whole"],
    }


def test_what_only_some_could_read_as_a_whole_is_refused_for_the_others() -> None:
    with pytest.raises(FrontMatterError, match=r"As everybody would see it: .*needs `title`"):
        draft("title: '[[members: Secret]]'\ndate: 2027-01-02T10:00\ntimezone: UTC", name="minutes")
    with pytest.raises(FrontMatterError, match="As everybody would see it: There is nothing"):
        draft("", "[[members: Only this]]")


def test_lines_of_problems_are_those_of_the_file() -> None:
    source = "---\ntitle: a [[members: b\n  c\n  d]]\n[[members:\nwarning: x\n]]\nhastags: [a]\n---\nText"
    with pytest.raises(FrontMatterError) as raised:
        read(kind("update"), source)
    assert [problem.line for problem in raised.value.problems] == [8]


def test_who_sees_something_of_their_own_has_a_draft_of_their_own() -> None:
    assert draft("").others == ()
    assert [name for name, _ in draft("", "a [[members: b]]").others] == ["members"]
    assert [name for name, _ in draft("", "a [[partners: b]]").others] == ["partners", "members"]
    assert [name for name, _ in draft("visibility: partners", "a [[partners: b]]").others] == []
    both = draft("visibility: partners", "a [[partners: b]] [[members: c]]")
    assert both.body == "a b" and [name for name, _ in both.others] == ["members"]
    assert both.fullest.body == "a b c"
    alone = draft("visibility: members", "a [[members: b]]")
    assert (alone.body, alone.others) == ("a b", ())


def test_the_source_that_is_kept_for_an_audience_is_what_it_sees() -> None:
    found = draft("title: A [[members: b]]", "c [[partners: d]] e")
    assert found.source == "---\ntitle: A\n---\nc e\n"
    assert dict(found.others)["partners"].source == "---\ntitle: A\n---\nc d e\n"
    assert "[[members: b]]" in found.whole and "[[partners: d]]" in found.whole
    for name, one in (("public", found), *found.others):
        assert read(kind("update"), one.source).body == one.body, name


def test_the_example_of_the_how_to_is_read_by_each_as_it_says() -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "publish.md").read_text("utf-8")
    [example] = re.findall(r"## What only some see\n.*?```markdown\n(.*?)```", text, re.DOTALL)
    when = "date: 2027-01-02T10:00\ntimezone: UTC\n"
    found = read(kind("minutes"), example.replace("---\n", "---\n" + when, 1))
    partners, members = (dict(found.others)[name] for name in ("partners", "members"))
    assert (found.title, found.body) == ("Thursday assembly", "The boiler is theirs to mend.")
    assert [len(one.details.decisions) for one in (found, partners, members)] == [1, 1, 2]
    assert "depot" in partners.details.decisions[0].text and "Kim" in members.body


def test_a_picture_can_be_for_some() -> None:
    pictures = (
        "pictures:\n  - {file: a.jpg, description: 'A [[members: b]]'}\n"
        "  - {file: c.jpg, description: C, audience: partners}\n"
        "  - {file: d.jpg, description: D, audience: members}"
    )
    found = draft(pictures)
    files = {
        name: [(picture.file, picture.description) for picture in one.pictures]
        for name, one in (("public", found), *found.others)
    }
    assert "d.jpg" in found.whole and "d.jpg" not in dict(found.others)["partners"].source
    assert "c.jpg" not in found.source and read(kind("update"), found.source).body == found.body
    assert files == {
        "public": [("a.jpg", "A")],
        "partners": [("a.jpg", "A"), ("c.jpg", "C")],
        "members": [("a.jpg", "A b"), ("c.jpg", "C"), ("d.jpg", "D")],
    }
