"""A real browser before a real instance; where there is no Chromium, its tests say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from furnished import furnished as furnished
from open_house import house as house
from playwright.sync_api import Browser, expect, sync_playwright

# A busy machine takes its time; who waits in vain waits a little longer.
expect.set_options(timeout=20_000)
HOW_TO_GET_IT = "There is no Chromium here: apt install chromium"
# Nothing that the browser would like to know from its makers.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen; while it is there, no test can have an event loop of its own."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("FEDI_TEST_REQUIRE_ALL") == "1":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()
