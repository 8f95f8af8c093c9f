"""The `fedi` command."""

from __future__ import annotations

from fedi.commands import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="fedi")


if __name__ == "__main__":
    main()
