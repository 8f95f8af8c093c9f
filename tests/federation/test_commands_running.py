"""What holds for every command: help, wrong settings, no instance there, Ctrl-C, and what nobody foresaw."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from commanding import Terminal

from fedi import opening
from fedi.commands import cli, queue, running
from fedi.errors import Unreachable
from fedi.storage import deliveries
from fedi.storage.migrations import MIGRATIONS


def paths(group: click.Group, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command there is, as one types it."""
    context, found = click.Context(group), list[tuple[str, ...]]()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        here = (*above, name)
        found += paths(command, here) if isinstance(command, click.Group) else [here]
    return found


EVERY = paths(cli)


@pytest.mark.parametrize("words", [(), *EVERY], ids=" ".join)
def test_every_command_says_how_it_is_used(words: tuple[str, ...]) -> None:
    helped = CliRunner().invoke(cli, [*words, "--help"])
    assert helped.exit_code == 0
    assert helped.stdout.startswith("Usage: ")


def test_the_list_of_commands_says_what_each_does() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).stdout
    for path in EVERY:
        assert f"  {path[0]} " in shown


def test_a_command_that_is_misspelt_is_wrong_usage_and_the_nearest_is_named(
    terminal: Terminal,
) -> None:
    assert "No such command 'publsh'. Did you mean publish?" in terminal.misuses("publsh")
    assert "Did you mean show?" in terminal.misuses("group", "shw", "harbour")
    assert "No such command 'x'." in terminal.misuses("x")


@pytest.mark.parametrize(
    "words",
    [
        ("group", "list"),
        ("group", "add", "coop", "--title", "Co-op"),
        ("publish", "harbour", "--kind", "update", "-"),
        ("deliveries",),
        ("doctor",),
        ("migrate",),
        ("work",),
    ],
    ids=lambda words: words[0],
)
def test_a_command_never_begins_an_instance_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    terminal = Terminal(tmp_path, None, monkeypatch, {"data": str(tmp_path / "typo")})  # type: ignore[arg-type]
    said = terminal.refuses(*words)
    assert "There is no " in said
    assert "fedi init" in said
    assert not (tmp_path / "typo").exists()


def test_a_database_of_another_name_is_refused(terminal: Terminal) -> None:
    terminal.settings["domain"] = "other.example"
    for words in (("group", "list"), ("init",), ("serve",), ("work",)):
        said = terminal.refuses(*words)
        assert "belongs to groups.example, and the settings say other.example." in said
        assert "FEDI_DOMAIN=groups.example" in said
    terminal.settings |= {"domain": "groups.example", "origin": "https://ids.example"}
    assert "groups.example with ids at ids.example" in terminal.refuses("group", "list")


def test_a_newer_database_is_refused(terminal: Terminal) -> None:
    terminal.change(
        lambda tx: tx.execute("INSERT INTO schema_versions VALUES (9999, 'of tomorrow', 0)")
    )
    for words in (("group", "list"), ("init",), ("serve",), ("work",), ("migrate",), ("doctor",)):
        said = terminal.refuses(*words)
        assert "The database has version 9999, and this program knows only" in said
        assert "Install the version of fedi" in said


def test_a_command_does_not_migrate_below_a_server_that_runs(terminal: Terminal) -> None:
    last = MIGRATIONS[-1].version
    terminal.change(
        lambda tx: tx.execute("UPDATE schema_versions SET version = 0 WHERE version = :n", n=last)
    )
    if last > 1:
        assert "older than this program" in terminal.refuses("group", "list")
    else:
        assert "There is no instance" in terminal.refuses("group", "list")


def test_what_is_no_database_is_refused(terminal: Terminal) -> None:
    path = Path(terminal.config.database)
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    path.write_text("this is not a database, not at all, by no means" * 50)
    for words in (("group", "list"), ("serve",), ("migrate",)):
        assert "cannot be opened: file is not a database" in terminal.refuses(*words)


@pytest.mark.parametrize("words", [("group", "list"), ("init",), ("serve",)])
def test_a_wrong_setting_is_refused_with_where_it_stands(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    (terminal.folder / "data" / "fedi.toml").write_text("signed_fetch = 'perhaps'\n")
    said = terminal.refuses(*words)
    assert f"`signed_fetch` in {terminal.folder}/data/fedi.toml is 'perhaps'." in said
    assert "Write on or off." in said


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for words in (["init"], ["serve"]):
        failed = CliRunner(env={"FEDI_DATA": str(tmp_path / "file")}).invoke(cli, words)
        assert failed.exit_code == 1
        assert "cannot be made: File exists." in failed.stderr
        assert "Set FEDI_DATA to a folder you may write to." in failed.stderr


def test_an_instance_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    runner = CliRunner(env={"FEDI_DATA": str(tmp_path / "data")})
    first, again = runner.invoke(cli, ["init"]), runner.invoke(cli, ["init"])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "This link lets the first person in" in first.stdout
    assert first.stdout.splitlines()[:-1] == again.stdout.splitlines()[:-1]
    assert first.stdout != again.stdout  # the link is another one
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "fedi.sqlite").stat().st_mode) == 0o600


def test_a_file_of_authorities_that_is_none_is_refused(terminal: Terminal) -> None:
    terminal.settings["ca_file"] = str(terminal.folder / terminal.write("ca.pem", "nothing"))
    terminal.monkeypatch.undo()
    assert "is not a file of certificates." in terminal.refuses("lookup", "@anna@home.example")


def test_ctrl_c_ends_a_command_quietly(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(tx: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(queue.rows, "overview", interrupted)
    ended = terminal.runs("deliveries")
    assert (ended.exit_code, ended.output) == (130, "")


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (OSError(28, "No space left", "/data/x"), "did not succeed. /data/x: No space left."),
        (sqlite3.OperationalError("disk is full"), "The database did not take it: disk is full."),
        (ValueError("strange"), "nobody foresaw why: ValueError: strange."),
    ],
)
def test_what_nobody_foresaw_is_a_sentence_too(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, error: Exception, complaint: str
) -> None:
    def fails(tx: object) -> None:
        raise error

    monkeypatch.setattr(deliveries, "overview", fails)
    failed = CliRunner(env=terminal.environment).invoke(cli, ["deliveries"])
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert failed.stderr.startswith("fedi: ")
    assert complaint in failed.stderr
    shown = CliRunner(env={**terminal.environment, "FEDI_LOG": "debug"}).invoke(cli, ["deliveries"])
    assert shown.exception is error


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("home.example refuses connections", "home.example refuses connections."),
        ("that is not a URL to fetch from", "That is not a URL to fetch from."),
        ("It is done.", "It is done."),
    ],
)
def test_what_is_said_of_another_server_is_made_a_sentence(said: str, sentence: str) -> None:
    assert running.sentence(Unreachable(said)) == sentence


def test_hints_can_be_copied(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "DOMAIN", "ORIGIN"):
        monkeypatch.delenv(f"FEDI_{name}", raising=False)
    monkeypatch.chdir(terminal.folder)
    monkeypatch.setenv("PATH", "/nowhere")
    for given, called in (
        (f"{terminal.folder}/.venv/bin/fedi", ".venv/bin/fedi"),
        ("/usr/bin/pytest", "fedi"),
        ("/x/fedi/__main__.py", "fedi"),
    ):
        monkeypatch.setattr("sys.argv", [given])
        assert running.called() == called
    monkeypatch.setenv("FEDI_DATA", "/srv/my data")
    monkeypatch.setenv("FEDI_DOMAIN", "localhost:9000")
    assert running.called() == "FEDI_DATA='/srv/my data' FEDI_DOMAIN=localhost:9000 fedi"


def test_a_house_is_opened_without_making_anything(terminal: Terminal) -> None:
    assert opening.open_house  # what the commands that ask elsewhere use
    before = sorted(path.name for path in terminal.config.data.iterdir())
    terminal.runs("lookup", "@nobody@home.example")
    assert sorted(path.name for path in terminal.config.data.iterdir()) == before
