"""The command line: one file for each subject; a file is read when one of its commands is asked for."""

from __future__ import annotations

import click

from fedi import __version__
from fedi.commands.outline import Outline, Parts

OUTLINE: Parts = {
    "Run it": {
        "init": ("preparing", "Make the data folder, keys and database."),
        "serve": ("serving", "Answer the web, deliver, and do what is due."),
        "work": ("serving", "Deliver and do what is due, without answering the web."),
        "migrate": ("preparing", "Bring the database to this version."),
        "doctor": ("doctor", "Check what an instance needs, each finding with its cure."),
    },
    "Groups, their people, and who follows them": {
        "group": ("groups", "Add, list, show, set, export, rotate-keys, remove."),
        "person": ("person", "Invite, list, reset, disable, enable, remove; begin."),
        "follow": ("follows", "Let a group follow somebody elsewhere."),
        "unfollow": ("follows", "Let a group no longer follow somebody."),
        "requests": ("follows", "Who waits to follow a locked group; accept or refuse."),
    },
    "Publish": {
        "publish": ("publish", "Publish a Markdown file with front matter."),
        "edit": ("publish", "Publish a later version."),
        "translate": ("publish", "Add a text in another language."),
        "withdraw": ("publish", "Take something down."),
        "pin": ("publish", "Keep something at the top of its group's page."),
    },
    "Converse": {
        "replies": ("heard", "What was said to a group; hide or show a reply."),
        "reply": ("conversation", "Answer a post with a Markdown file."),
        "like": ("conversation", "Like a post."),
        "boost": ("conversation", "Share a post with a group's followers."),
        "undo": ("conversation", "Take back a like or share."),
        "quotes": ("heard", "Who may quote a post; revoke a permission."),
        "report": ("heard", "Report a post to its author's server."),
        "reports": ("heard", "Reports from other servers."),
    },
    "Look after it": {
        "instance": ("instance", "What this server is called."),
        "deliveries": ("queue", "What waits or failed, by host, with the last error."),
        "retry": ("queue", "Try again now."),
        "drop": ("queue", "Give up what waits for a host."),
        "block": ("policy", "Take nothing from a domain and send nothing there."),
        "limit": ("policy", "Take what comes from a domain, but do not show it."),
        "allow": ("policy", "Lift a block or limit."),
        "blocks": ("policy", "Block lists: import and export."),
        "lookup": ("lookup", "Fetch as the server would; say what was understood."),
    },
}


@click.group(
    cls=Outline,
    parts=OUTLINE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="fedi COMMAND --help says more. Settings: fedi.toml in the data folder, or FEDI_* variables.",
)
@click.version_option(__version__, prog_name="fedi")
def cli() -> None:
    """Run a fediverse server for groups that organise."""
