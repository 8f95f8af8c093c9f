"""group, which has add, list, show, set, export, rotate-keys and remove."""

from __future__ import annotations

import click

from fedi.commands.outline import Outline, Parts

PARTS: Parts = {
    "Commands": {
        "add": ("group_changes", "Add a group; its name is for ever."),
        "list": ("group_facts", "List the groups here."),
        "show": ("group_facts", "Show a group's profile and counts."),
        "set": ("group_profile", "Change a group's profile."),
        "export": ("group_export", "Write everything a group has here into a file."),
        "rotate-keys": ("group_changes", "Give a group new keys."),
        "remove": ("group_changes", "Take a group away for ever."),
    }
}


@click.group(cls=Outline, parts=PARTS)
def group() -> None:
    """Groups: each is one fediverse account."""


COMMANDS = (group,)
