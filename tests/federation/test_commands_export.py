"""group export, as an admin types it: the same file that members get, and what is refused."""

from __future__ import annotations

import stat
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from commanding import Terminal

from fedi.governing import export

UPDATE = "---\nlanguage: en\n---\nThe lift works. [[members: Ann has the key.]]\n"


def test_everything_a_group_has_is_in_one_file_that_only_its_owner_reads(
    terminal: Terminal,
) -> None:
    terminal.publish(UPDATE)
    told = terminal.says("group", "export", "@harbour@groups.example", "harbour.zip")
    assert told.startswith("harbour.zip has everything of harbour, ") and "keep it safe" in told
    place = terminal.folder / "harbour.zip"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with ZipFile(place) as file:
        assert file.testzip() is None
        within = {info.filename: file.read(info) for info in file.infolist()}
    group = orjson.loads(within["group.json"])
    assert group["handle"] == "@harbour@groups.example" and within["README.txt"]
    texts = [data for name, data in within.items() if name.endswith(".md")]
    assert UPDATE.encode() in texts
    assert not any(b"PRIVATE KEY" in data for data in within.values())
    assert sorted(one.name for one in terminal.folder.glob("harbour*")) == ["harbour.zip"]


def test_what_is_there_already_is_not_overwritten(terminal: Terminal) -> None:
    terminal.write("mine.zip", "mine")
    assert "mine.zip is there already." in terminal.refuses(
        "group", "export", "harbour", "mine.zip"
    )
    assert (terminal.folder / "mine.zip").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "file", "why"),
    [
        ("harbor", "out.zip", "There is no group harbor here."),
        ("harbour", "nowhere/out.zip", "There is no folder nowhere."),
    ],
)
def test_an_export_that_cannot_be_is_refused_and_leaves_nothing(
    terminal: Terminal, name: str, file: str, why: str
) -> None:
    assert why in terminal.refuses("group", "export", name, file)
    assert not list(terminal.folder.glob("**/out.zip*"))


def test_a_group_that_was_removed_has_nothing_to_export(terminal: Terminal) -> None:
    terminal.says("group", "remove", "harbour", "--yes")
    assert "was removed" in terminal.refuses("group", "export", "harbour", "out.zip")


def test_nothing_is_left_of_a_file_that_could_not_be_finished(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(part: Path, place: Path) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_finish", full)
    assert "No space left on device" in terminal.refuses("group", "export", "harbour", "out.zip")
    assert not list(terminal.folder.glob("out.zip*"))


def test_without_a_file_it_is_wrong_usage(terminal: Terminal) -> None:
    assert "FILE" in terminal.misuses("group", "export", "harbour")
