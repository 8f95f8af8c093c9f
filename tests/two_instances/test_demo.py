"""`make demo`: two instances start, their groups hear each other, and Ctrl-C stops both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from running import free_port

ROOT = Path(__file__).resolve().parents[2]
SIGNS = ("1 reply", "1 share", "1 like", "2 followers")


@pytest.mark.slow
def test_the_demo_fills_two_instances_and_stops_cleanly(tmp_path: Path) -> None:
    north, south = f"localhost:{free_port()}", f"127.0.0.1:{free_port()}"
    folder = tmp_path / "demo"
    environment = {
        **os.environ,
        "FEDI_DEMO": str(folder),
        "FEDI_DEMO_NORTH": north,
        "FEDI_DEMO_SOUTH": south,
    }
    command = [sys.executable, "-m", "demo"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        end = time.monotonic() + 180
        while (
            not (folder / "filled").exists() and process.poll() is None and time.monotonic() < end
        ):
            time.sleep(0.2)
        page = _page(f"http://{north}/groups/riverbank")
        while not all(sign in page for sign in SIGNS) and time.monotonic() < end:
            time.sleep(0.5)
            page = _page(f"http://{north}/groups/riverbank")
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert f"http://{north}/groups/riverbank" in said
    assert f"http://{south}/groups/mietrat" in said
    assert [sign for sign in SIGNS if sign not in page] == []


def _page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()
