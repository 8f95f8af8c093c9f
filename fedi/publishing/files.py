"""Files that are served: written whole or not at all, under names that say nothing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def store(folder: Path, data: bytes, suffix: str) -> str:
    """Write a file under a new name that says nothing about it, the person or the time; return the name."""
    name = f"{secrets.token_hex(16)}.{suffix}"
    write(folder, name, data)
    return name


def write(folder: Path, name: str, data: bytes) -> None:
    """Write a file, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}.part"
    with partial.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)


def discard(folder: Path, name: str) -> None:
    """Remove a file with its thumbnail; one that is already gone is no error."""
    (folder / Path(name).name).unlink(missing_ok=True)
    (folder / thumbnail_of(Path(name).name)).unlink(missing_ok=True)


def thumbnail_of(name: str) -> str:
    """Return the name that the thumbnail of a picture has, if it has one."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.small.{suffix}"


def original_of(name: str) -> str:
    """Return the name of the picture that a file shows, itself or small."""
    return name.replace(".small.", ".", 1)
