"""Start the demo, print what to open, and stop cleanly with Ctrl-C; `python -m demo`, or `make demo`."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from demo.content import fill

FOLDER = Path(os.environ.get("FEDI_DEMO", ".demo")).absolute()
PATIENCE = 60.0


@dataclass(frozen=True)
class Instance:
    """One of the two instances; `domain` is also where it listens."""

    name: str
    domain: str
    listen: str

    @property
    def origin(self) -> str:
        return f"http://{self.domain}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FEDI_")}
        return {
            **kept,
            "FEDI_DATA": str(FOLDER / self.name),
            "FEDI_DOMAIN": self.domain,
            "FEDI_LISTEN": self.listen,
            "FEDI_ALLOW_PRIVATE": "127.0.0.0/8,::1/128",
            "FEDI_LOG": "warning",
        }

    def fedi(self, *words: str) -> str:
        """Run a command on this instance and return what it printed."""
        command = [sys.executable, "-m", "fedi", *words]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"fedi {' '.join(words)} on {self.name}: {done.stderr.strip()}")
        return done.stdout.strip()

    def serve(self) -> subprocess.Popen[bytes]:
        """Start answering."""
        command = [sys.executable, "-m", "fedi", "serve"]
        # A session of its own: Ctrl-C reaches us alone, and we stop both in order.
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the first answer."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if process.poll() is not None:
                raise SystemExit(f"{self.name} did not start; is something else at {self.listen}?")
            try:
                with urllib.request.urlopen(f"{self.origin}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise SystemExit(f"{self.name} did not answer within {PATIENCE:.0f} seconds.")


NORTH = Instance("north", os.environ.get("FEDI_DEMO_NORTH", "localhost:8000"), "127.0.0.1:8000")
SOUTH = Instance("south", os.environ.get("FEDI_DEMO_SOUTH", "127.0.0.1:8001"), "127.0.0.1:8001")


def _at(instance: Instance) -> Instance:
    """Listen at the port of the domain."""
    return Instance(
        instance.name, instance.domain, f"127.0.0.1:{instance.domain.rpartition(':')[2]}"
    )


def main() -> None:
    """Run until Ctrl-C."""
    north, south = _at(NORTH), _at(SOUTH)
    is_new = not (FOLDER / "filled").exists()
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    for instance in (north, south):
        instance.fedi("init")
    running = [instance.serve() for instance in (north, south)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        for instance, process in zip((north, south), running, strict=True):
            instance.wait_until_ready(process)
        if is_new:
            print("Two instances are up; the groups get to know each other …", flush=True)
            asyncio.run(fill(north.environment, south.environment))
            (FOLDER / "filled").touch()
        print(
            f"\n  Open  {north.origin}/groups/riverbank\n"
            f"  and   {south.origin}/groups/mietrat\n\n"
            f"Both live in {FOLDER}; remove that folder to begin anew. Ctrl-C stops them.",
            flush=True,
        )
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
        print("\nBoth instances have stopped.", flush=True)


if __name__ == "__main__":
    main()
