"""The log: sentences on a terminal, JSON lines elsewhere; never an address of a visitor."""

from __future__ import annotations

import logging
import sys

import orjson

from fedi.clock import iso


class JsonLines(logging.Formatter):
    """One JSON object a line, for whoever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": iso(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def configure_logging(level: str) -> None:
    """Set up the log of a long-running command."""
    handler = logging.StreamHandler(sys.stderr)
    if sys.stderr.isatty():
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
        )
    else:
        handler.setFormatter(JsonLines())
    names = logging.getLevelNamesMapping()
    logging.basicConfig(
        level=names.get(level.upper(), logging.INFO), handlers=[handler], force=True
    )
    # These log every URL or connection, which says who speaks with whom.
    for name in (
        "httpx",
        "httpcore",
        "aiohttp",
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "asyncio",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
