"""The command line: one file for each subject, all on the same house as the server."""

from __future__ import annotations

import click

from fedi import __version__
from fedi.commands import (
    conversation,
    doctor,
    follows,
    groups,
    lookup,
    policy,
    publish,
    queue,
    server,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fedi")
def cli() -> None:
    """Run a fediverse server for groups that organise. Settings: fedi.toml or FEDI_* variables."""


for _part in (server, groups, publish, follows, conversation, queue, policy, lookup, doctor):
    for _command in _part.COMMANDS:
        cli.add_command(_command)
