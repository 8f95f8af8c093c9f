"""publish, edit, withdraw and pin: ids alone on standard output, every wrong line named, nothing half done."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from build import a_follow
from commanding import Terminal
from PIL import Image
from written import SOURCES

from fedi.storage import objects, streams

ID = re.compile(r"https://groups\.example/(updates|minutes|calls|requests|polls)/[0-9a-z]{26}\n")


def stored(terminal: Terminal) -> int:
    """How many objects there are."""
    return terminal.change(lambda tx: len(tx.all("SELECT id FROM objects")))


def pictures(terminal: Terminal) -> list[Path]:
    return list(terminal.config.media.iterdir())


def a_picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_a_file_is_published_and_its_id_alone_printed(terminal: Terminal, kind: str) -> None:
    terminal.write("post.md", SOURCES[kind])
    published = terminal.runs("publish", "harbour", "--kind", kind, "post.md")
    assert (published.exit_code, published.stderr) == (0, "")
    assert ID.fullmatch(published.stdout)


def test_standard_input_is_published_for_a_group_by_its_handle(terminal: Terminal) -> None:
    published = terminal.fedi(
        "publish", "@harbour@groups.example", "--kind", "update", "-", given="Soup is on."
    )
    found = terminal.change(lambda tx: objects.find(tx, published))
    assert found and found.actor == terminal.site.group("harbour")


def test_pictures_are_looked_for_beside_the_file(terminal: Terminal) -> None:
    (terminal.folder / "posts").mkdir()
    terminal.write("posts/door.png", a_picture())
    text = "---\npictures:\n  - {file: door.png, description: A door}\n---\nLook.\n"
    terminal.write("posts/post.md", text)
    terminal.fedi("publish", "harbour", "--kind", "update", "posts/post.md")
    assert len(pictures(terminal)) == 1


def test_who_is_mentioned_hears_of_it_and_who_is_not_found_is_named(terminal: Terminal) -> None:
    anna = terminal.village.person()
    text = "Thank you @anna@home.example and @nobody@home.example and @bo@gone.example!"
    published = terminal.runs("publish", "harbour", "--kind", "update", "-", given=text)
    assert ID.fullmatch(published.stdout)
    assert published.stderr.splitlines() == [
        "@nobody@home.example was not found; it stays plain text.",
        "@bo@gone.example was not found; it stays plain text.",
    ]
    [create] = terminal.delivers()
    assert [tag["href"] for tag in create["object"]["tag"] if tag["type"] == "Mention"] == [anna.id]


def test_every_wrong_line_is_named_with_its_cure_and_nothing_is_published(
    terminal: Terminal,
) -> None:
    text = (
        "---\ntitle: Hello\ncolour: red\ndate: yesterday\nvisibility: secret\n"
        "pictures:\n  - file: x.png\n---\nText\n"
    )
    terminal.write("wrong.md", text)
    said = terminal.refuses("publish", "harbour", "--kind", "minutes", "wrong.md")
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == "fedi: wrong.md cannot be published as it is:"
    assert [line[:7] for line in lines[1:-1]] == [f"Line {n}:" for n in (2, 3, 4, 5, 7)]
    assert "no key `colour`. The keys are: " in lines[2]
    assert "Write them like 2027-06-19T17:00" in lines[3]
    assert lines[-1] == "Nothing was published. Mend it and try again."
    assert stored(terminal) == 0


def test_every_picture_that_cannot_be_used_is_named_and_none_is_kept(terminal: Terminal) -> None:
    terminal.write("door.png", a_picture())
    terminal.write("words.txt", "words")
    listed = "".join(
        f"  - {{file: {name}, description: x}}\n" for name in ("door.png", "none.png", "words.txt")
    )
    terminal.write("post.md", f"---\npictures:\n{listed}---\nLook.\n")
    said = terminal.refuses("publish", "harbour", "--kind", "update", "post.md")
    assert "Line 4: none.png: No such file or directory. Paths begin at the file." in said
    assert "Line 5: words.txt cannot be read as a picture." in said
    assert (stored(terminal), pictures(terminal)) == (0, [])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nobody", "--kind", "update", "post.md"), "There is no group nobody here."),
        (
            ("harbour", "--kind", "poem", "post.md"),
            "The kinds are: call, minutes, poll, request, update.",
        ),
        (("harbour", "--kind", "update", "none.md"), "none.md cannot be read: No such file"),
        (("harbour", "--kind", "update", "."), ". cannot be read: Is a directory."),
        (("harbour", "--kind", "update", "bytes.md"), "bytes.md is not UTF-8 text."),
        (("harbour", "--kind", "update", "long.md"), "more than 100000 characters"),
        (("harbour", "--kind", "update", "nul.md"), "There is nothing to publish."),
    ],
)
@pytest.mark.parametrize("check", [(), ("--check",)], ids=["", "check"])
def test_what_cannot_be_published_is_refused_and_so_it_is_by_a_check(
    terminal: Terminal, words: tuple[str, ...], complaint: str, check: tuple[str, ...]
) -> None:
    terminal.write("post.md", "Hello\n")
    terminal.write("bytes.md", b"bin\xff\xfe\x00")
    terminal.write("long.md", "word " * 100_000)
    terminal.write("nul.md", "\x00\n")
    assert complaint in terminal.refuses("publish", *words, *check)
    assert stored(terminal) == 0


def test_empty_standard_input_is_refused_at_its_first_line(terminal: Terminal) -> None:
    said = terminal.refuses("publish", "harbour", "--kind", "update", "-", given="")
    assert "What came on standard input cannot be published as it is:" in said
    assert "Line 1: There is nothing to publish." in said


def test_bytes_on_standard_input_are_refused(terminal: Terminal) -> None:
    said = terminal.refuses("publish", "harbour", "--kind", "update", "-", given=b"\xff\xfe")
    assert "What came on standard input is not UTF-8 text." in said


def test_a_title_may_be_long_but_not_endless(terminal: Terminal) -> None:
    terminal.publish(f"---\ntitle: {'x' * 200}\n---\nText\n")
    said = terminal.refuses(
        *("publish", "harbour", "--kind", "update", "-"), given=f"---\ntitle: {'x' * 201}\n---\nT\n"
    )
    assert "Line 2" in said


def test_a_kind_or_file_left_out_is_wrong_usage(terminal: Terminal) -> None:
    assert "--kind" in terminal.misuses("publish", "harbour", "post.md")
    assert "FILE" in terminal.misuses("publish", "harbour", "--kind", "update")


def test_a_check_shows_all_that_others_would_get_and_leaves_nothing(terminal: Terminal) -> None:
    anna = terminal.knows(terminal.village.person())
    terminal.change(lambda tx: a_follow(tx, by=anna.id, of=terminal.site.group("harbour")))
    terminal.write("door.png", a_picture())
    text = (
        "---\ntitle: The lift\nlanguage: en\nhashtags: [housing]\nwarning: Noise\n"
        "visibility: unlisted\npictures:\n  - {file: door.png, description: A door}\n---\n"
        "It **works**, @anna@home.example and @nobody@home.example! #heat\n"
    )
    terminal.write("post.md", text)
    checked = terminal.runs("publish", "harbour", "--kind", "update", "--check", "post.md")
    assert checked.exit_code == 0
    shown = checked.stdout.splitlines()
    assert shown[:4] == ["kind: update", "title: The lift", "language: en", "visibility: unlisted"]
    assert {"hashtags: #heat #housing", "mentions: @anna@home.example"} <= set(shown)
    assert "picture: 64 × 48, A door" in shown
    assert "It works, @anna and @nobody@home.example! #heat" in checked.stdout
    assert "@nobody@home.example was not found" in checked.stderr
    assert "This can be published, to 1 follower." in checked.stderr
    assert (stored(terminal), pictures(terminal), terminal.delivers()) == (0, [], [])


def test_a_check_shows_what_a_kind_adds_to_the_text(terminal: Terminal) -> None:
    shown = terminal.fedi(
        *("publish", "harbour", "--kind", "minutes", "--check", "-"), given=SOURCES["minutes"]
    )
    assert "title: Thursday assembly" in shown
    assert "We host the kitchen." in shown


PRIVATE = """---
language: en
---
Ring 020 7946 0018. [[members: Or 01632 960 001, a@b.example.]]
Present: Anna Mbeki.
"""


def test_what_looks_private_is_said_beside_the_id_and_in_a_check(terminal: Terminal) -> None:
    said = [
        "Line 4: this looks like a telephone number: 020 7946 0018",
        "Line 5: this looks like the full name of somebody who was there or was taken: Anna Mbeki",
    ]
    checked = terminal.runs("publish", "harbour", "--kind", "update", "--check", "-", given=PRIVATE)
    assert checked.stderr.splitlines()[:2] == said
    published = terminal.runs("publish", "harbour", "--kind", "update", "-", given=PRIVATE)
    assert published.stderr.splitlines() == said
    post = published.stdout.strip()
    edited = terminal.runs("edit", post, "-", given=PRIVATE.replace("Ring", "Phone"))
    assert (edited.stdout.strip(), edited.stderr.splitlines()) == (post, said)
    quiet = PRIVATE.replace("language", "visibility: members\nlanguage")
    assert terminal.runs("publish", "harbour", "--kind", "update", "-", given=quiet).stderr == ""


def test_a_later_version_is_published_under_the_same_id(terminal: Terminal) -> None:
    post = terminal.publish("One\n")
    assert terminal.fedi("edit", post, "-", given="Two\n") == post
    found = terminal.change(lambda tx: objects.find(tx, post))
    assert found and found.version == 2


def test_an_edit_that_cannot_be_is_refused(terminal: Terminal) -> None:
    post = terminal.publish("One\n")
    assert "Nothing has changed." in terminal.refuses("edit", post, "-", given="One\n")
    assert "Line 2" in terminal.refuses("edit", post, "-", given="---\ncolour: red\n---\nTwo\n")
    assert "There is nothing of ours at" in terminal.refuses("edit", f"{post}x", "-", given="Two\n")
    said = terminal.refuses("edit", post, "-", given="---\nvisibility: followers\n---\nTwo\n")
    assert "Who may see this stays as it is" in said
    assert "cannot be read" in terminal.refuses("edit", post, "none.md")


def test_what_is_withdrawn_is_gone_and_can_neither_be_edited_nor_pinned(terminal: Terminal) -> None:
    post = terminal.publish()
    assert "Withdrawn." in terminal.says("withdraw", post)
    for words in (("withdraw", post), ("edit", post, "-"), ("pin", post)):
        assert "This was withdrawn" in terminal.refuses(*words, given="Two\n")


def test_a_post_is_pinned_and_taken_off_again(terminal: Terminal) -> None:
    post = terminal.publish()

    def is_pinned() -> bool:
        return bool(
            terminal.change(
                lambda tx: streams.pinned(tx, terminal.site.group("harbour"), ("public",))
            )
        )

    assert terminal.says("pin", post) == "Pinned."
    assert is_pinned()
    assert terminal.says("pin", "--off", post) == "No longer pinned."
    assert not is_pinned()


@pytest.mark.parametrize("command", ["withdraw", "pin"])
def test_what_is_not_ours_cannot_be_withdrawn_or_pinned(terminal: Terminal, command: str) -> None:
    for address in ("https://home.example/notes/1", "https://groups.example/updates/x", "nonsense"):
        assert "There is nothing of ours at" in terminal.refuses(command, address)


def test_what_is_for_followers_alone_is_not_pinned(terminal: Terminal) -> None:
    post = terminal.publish("---\nvisibility: followers\n---\nQuietly.\n")
    assert "Only what is public can be pinned" in terminal.refuses("pin", post)
