"""A group of commands that knows their names without reading their files, which takes up to a second."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

Parts = Mapping[str, Mapping[str, tuple[str, str]]]
"""Commands by subject, each with the module whose COMMANDS has it and what a list says about it."""


class Outline(click.Group):
    """A group whose commands are read when they are asked for."""

    def __init__(self, *args: Any, parts: Parts, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parts = parts

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the outline."""
        return [name for part in self.parts.values() for name in part]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, read from its file; None if there is none of that name."""
        modules = (part[cmd_name][0] for part in self.parts.values() if cmd_name in part)
        module = next(modules, None)
        if module is None:
            return None
        commands = import_module(f"fedi.commands.{module}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, or say which one is nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]}?", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their subjects."""
        for subject, part in self.parts.items():
            with formatter.section(subject):
                formatter.write_dl([(name, said) for name, (_, said) in part.items()], col_max=12)
