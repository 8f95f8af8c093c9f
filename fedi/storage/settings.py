"""What those who run the instance set while it runs, by name."""

from __future__ import annotations

from fedi.storage.tx import Tx


def get(tx: Tx, name: str, default: str = "") -> str:
    """Return what a setting was set to, or the default."""
    row = tx.one("SELECT value FROM settings WHERE name = :name", name=name)
    return row["value"] if row else default


def put(tx: Tx, name: str, value: str) -> None:
    """Set a setting; what stood there is replaced."""
    tx.execute(
        "INSERT INTO settings (name, value) VALUES (:name, :value) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=name,
        value=value,
    )
