"""deliveries, retry and drop; block, limit and allow; block lists in and out."""

from __future__ import annotations

import pytest
from build import a_follow
from commanding import Terminal

from fedi.storage import blocks


def queue_something(terminal: Terminal) -> None:
    """Let something wait for home.example, whose inbox has just been out of order."""
    anna = terminal.knows(terminal.village.person())
    terminal.change(lambda tx: a_follow(tx, by=anna.id, of=terminal.site.group("harbour")))
    terminal.publish()
    terminal.change(
        lambda tx: tx.execute(
            "UPDATE hosts SET failures = 1, last_error = 'broke off', next_at = 1"
        )
    )


def blocked(terminal: Terminal) -> list[tuple[str, str]]:
    return terminal.change(blocks.list_)


def test_what_waits_is_listed_by_host_with_the_last_error(terminal: Terminal) -> None:
    assert terminal.says("deliveries") == "Everything is delivered."
    assert terminal.json("deliveries") == []
    queue_something(terminal)
    [row] = terminal.json("deliveries")
    assert (row["host"], row["waiting"], row["failed"]) == ("home.example", 1, 0)
    assert row["last_error"] == "broke off"
    head, line = terminal.fedi("deliveries").splitlines()
    assert head.split()[:3] == ["host", "waiting", "failed"]
    assert line.split() == ["home.example", "1", "0", "now", "broke", "off"]


@pytest.mark.parametrize("host", [(), ("Home.example",)])
def test_what_waits_is_tried_again(terminal: Terminal, host: tuple[str, ...]) -> None:
    queue_something(terminal)
    terminal.change(lambda tx: tx.execute("UPDATE hosts SET next_at = :at", at=2**60))
    assert terminal.says("retry", *host) == "1 delivery is tried again now."
    assert [activity["type"] for activity in terminal.delivers()] == ["Create"]


def test_what_waits_is_given_up(terminal: Terminal) -> None:
    queue_something(terminal)
    assert terminal.says("drop", "home.example") == "1 delivery to home.example is given up."
    assert terminal.delivers() == []


def test_a_host_that_nothing_waits_for_is_refused(terminal: Terminal) -> None:
    for command in ("retry", "drop"):
        assert "Nothing waits for gone.example." in terminal.refuses(command, "gone.example")
    assert terminal.says("retry") == "0 deliveries are tried again now."


def test_a_domain_is_blocked_limited_and_allowed(terminal: Terminal) -> None:
    assert terminal.says("block", "*.Spam.example") == "spam.example is blocked."
    assert terminal.says("limit", "Grün.example") == "xn--grn-ioa.example is limited."
    assert blocked(terminal) == [("spam.example", "block"), ("xn--grn-ioa.example", "limit")]
    assert terminal.says("limit", "spam.example") == "spam.example is limited."
    assert terminal.says("allow", "spam.example") == "spam.example is allowed again."
    assert "is neither blocked nor limited" in terminal.refuses("allow", "spam.example")


@pytest.mark.parametrize("command", ["block", "limit", "allow"])
def test_what_is_not_a_domain_is_refused(terminal: Terminal, command: str) -> None:
    for text in ("spam example", "https://spam.example/", "", "a" * 300):
        assert "is not a domain." in terminal.refuses(command, text)


def test_nobody_blocks_themselves(terminal: Terminal) -> None:
    assert "is this server itself." in terminal.refuses("block", "groups.example")
    terminal.says("blocks", "import", "-", given="groups.example\nspam.example\n")
    assert blocked(terminal) == [("spam.example", "block")]


def test_what_is_blocked_is_written_as_others_read_it_and_read_again(terminal: Terminal) -> None:
    terminal.says("block", "spam.example")
    terminal.says("limit", "loud.example")
    assert terminal.says("blocks", "export", "list.csv") == "2 domains written."
    text = (terminal.folder / "list.csv").read_text()
    assert text.splitlines() == [
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate",
        "loud.example,silence,False,False,,False",
        "spam.example,suspend,False,False,,False",
    ]
    assert terminal.fedi("blocks", "export", "-") == text.strip()
    terminal.says("allow", "spam.example")
    assert terminal.says("blocks", "import", "list.csv") == "2 domains read."
    assert blocked(terminal) == [("loud.example", "limit"), ("spam.example", "block")]


def test_a_plain_list_and_what_is_nothing_to_be_done_about_are_read(terminal: Terminal) -> None:
    text = "\ufeff# these\n\nspam.example\r\nquiet.example,noop\n*.loud.example,silence\n"
    assert terminal.says("blocks", "import", "-", given=text) == "2 domains read."
    assert blocked(terminal) == [("loud.example", "limit"), ("spam.example", "block")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"spam.example\nnot a domain,suspend\n", "Line 2: 'not a domain' is not a domain."),
        (b"spam.example,perhaps\n", "Line 1: 'perhaps' is not a severity."),
        (b"spam.example\n" + b"no good\n" * 12, "2 more lines are wrong."),
        (b"\xff\xfe", "list is not UTF-8 text."),
        (b"a\x00b,x\n", "Line 1:"),
    ],
)
def test_a_list_with_wrong_lines_is_refused_whole(
    terminal: Terminal, text: bytes, complaint: str
) -> None:
    terminal.write("list", text)
    assert complaint in terminal.refuses("blocks", "import", "list")
    assert blocked(terminal) == []


def test_files_that_cannot_be_used_are_refused(terminal: Terminal) -> None:
    assert "No such file or directory." in terminal.refuses("blocks", "import", "none")
    assert "none/list cannot be written" in terminal.refuses("blocks", "export", "none/list")
    assert "FILE" in terminal.misuses("blocks", "import")


@pytest.mark.parametrize(
    "who", ["@Anna@home.example", "https://home.example/users/anna", "home.example"]
)
def test_a_group_decides_for_itself_about_a_domain_or_somebody(
    terminal: Terminal, who: str
) -> None:
    terminal.knows(terminal.village.person())
    harbour = terminal.site.group("harbour")
    assert "is blocked." in terminal.says("block", who, "--group", "harbour")
    assert blocked(terminal) == []
    assert len(terminal.change(lambda tx: blocks.list_(tx, harbour))) == 1
    assert "is allowed again." in terminal.says("allow", who, "--group", "harbour")
    assert terminal.change(lambda tx: blocks.list_(tx, harbour)) == []


def test_somebody_whom_a_group_blocks_is_told_and_told_again_when_it_ends(
    terminal: Terminal,
) -> None:
    terminal.knows(terminal.village.person())
    for command in ("block", "block", "allow"):
        terminal.says(command, "anna@home.example", "--group", "harbour")
    assert [said["type"] for said in terminal.delivers()] == ["Block", "Undo"]


def test_somebody_nobody_knows_or_a_group_that_is_not_there_is_refused(terminal: Terminal) -> None:
    said = terminal.refuses("block", "@nobody@home.example", "--group", "harbour")
    assert "@nobody@home.example is not known here." in said
    assert "no group nobody" in terminal.refuses("block", "home.example", "--group", "nobody")
    assert "is not a domain" in terminal.refuses("block", "@anna@home.example")
