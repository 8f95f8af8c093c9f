"""What tests of pages and of commands start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from commanding import Terminal, a_terminal
from consoling import group as group
from consoling import three as three
from consoling import two as two
from for_some import at as at
from minuting import ann as ann
from minuting import ben as ben
from minuting import one as one
from open_house import house as house
from scribing import wren as wren
from talking import robin as robin
from talking import town as town


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Somebody at the command line of an instance with the group harbour, beside a village."""
    return a_terminal(tmp_path / "here", monkeypatch)
