"""What doctor sees on this machine: settings, files and the queue."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from commanding import Terminal
from running import LOOPBACK

from fedi.commands import examine_here
from fedi.config import load
from fedi.storage.deliveries import HostQueue

MINUTE = 60_000


def settings(**given: str) -> dict[str, str]:
    """What is not well with some settings, with the cures."""
    environment = {f"FEDI_{name.upper()}": value for name, value in given.items()}
    listed = examine_here.settings(load(environment), environment)
    return {one.what: one.cure for one in listed if one.state != "ok"}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"origin": "https://ids.example"}, "Handles and ids have different hosts"),
        ({"origin": "http://north.example"}, "The origin is plain http"),
        ({"allow_private": "10.0.0.0/8"}, "Fetches may reach private networks: 10.0.0.0/8."),
        ({"rate_limits": "off"}, "Rate limits are off."),
        ({"trusted_proxies": "0.0.0.0/0"}, "Everybody counts as a proxy"),
        ({"listen": "0.0.0.0:80"}, "0.0.0.0:80 can be reached without TLS."),
        ({"listen": "9.9.9.9:80"}, "9.9.9.9:80 can be reached without TLS."),
        ({"domian": "x"}, "There is no setting FEDI_DOMIAN."),
    ],
)
def test_a_setting_that_works_against_its_admin_is_said(
    given: dict[str, str], complaint: str
) -> None:
    listed = settings(domain="north.example", **given)
    assert [cure for what, cure in listed.items() if what.startswith(complaint)] != [""]
    assert any(what.startswith(complaint) for what in listed)


def test_settings_that_are_well_are_not_complained_about() -> None:
    assert settings(domain="north.example") == {}
    assert settings(domain="north.example", listen="10.0.0.3:8000") == {}
    assert (
        settings(domain="a.onion", origin="http://a.onion", proxy="socks5://127.0.0.1:9050") == {}
    )
    assert len(settings(allow_private=LOOPBACK)) == 1


def test_files_that_others_can_read_are_said(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = terminal.config.data
    assert all(one.state == "ok" for one in examine_here.files(terminal.config))
    (data / "fedi.toml").write_text("")
    (data / "fedi.toml").chmod(0o644)
    assert all(one.state == "ok" for one in examine_here.files(terminal.config))
    data.chmod(0o755)
    wrong = {one.what: one.cure for one in examine_here.files(terminal.config) if one.cure}
    for path in (data, data / "fedi.toml"):
        assert wrong[f"Others on this machine can read {path}."] == f"chmod go-rwx {path}"
    assert not any("fedi.sqlite" in what for what in wrong)


def test_files_that_this_user_cannot_use_and_files_of_another_are_said(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, how: Path(path) != terminal.config.media)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    wrong = [one.what for one in examine_here.files(terminal.config) if one.state != "ok"]
    assert wrong == [
        f"{terminal.config.media} cannot be used by this user.",
        f"{terminal.config.data} belongs to another user than the one who runs this command.",
    ]


def test_a_disk_that_is_nearly_full_is_said(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100_000_000))
    [finding] = [one for one in examine_here.files(terminal.config) if one.state != "ok"]
    assert (finding.what, finding.state) == ("0.1 GB free where the data is.", "bad")


def a_queue(waiting: int = 1, **more: Any) -> HostQueue:
    usual = {"failed": 0, "next_at": 100 * MINUTE, "last_error": None, "asleep": False}
    return HostQueue(host="home.example", waiting=waiting, **(usual | more))


@pytest.mark.parametrize(
    ("queued", "now", "state", "said"),
    [
        ([], 0, "ok", "Everything is delivered."),
        ([a_queue(3)], 101, "ok", "3 deliveries wait."),
        ([a_queue(1)], 120, "bad", "1 delivery waits, some since 1970-01-01T01:40:00Z, and nobody"),
        ([a_queue(2, last_error="full")], 90, "warn", "2 deliveries wait; failing: home.example."),
    ],
)
def test_the_queue_is_looked_at(queued: list[HostQueue], now: int, state: str, said: str) -> None:
    [finding] = examine_here.queue(queued, now * MINUTE)
    assert (finding.state, finding.what.startswith(said)) == (state, True)


def test_servers_that_sleep_are_counted() -> None:
    *_, finding = examine_here.queue([a_queue(1, asleep=True)], 0)
    assert finding.what == "1 server has not answered for a week."
