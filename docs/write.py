"""Write the parts of the docs that follow from the code: the tree in architecture.md, and reference/commands.md.

`make docs` runs this; tests/unit/test_architecture.py fails when the result would differ from what is there.
"""

from __future__ import annotations

import ast
from pathlib import Path

import click

from fedi.commands import cli

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURE = ROOT / "docs" / "architecture.md"
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
BEGIN, END = "<!-- tree -->\n", "<!-- /tree -->\n"

INTRODUCTION = """# Commands

Every command works on a live server. Errors are one sentence and a cure on standard error, with exit
status 1; wrong usage exits with 2. This page is written from the program itself.
"""


def tree() -> str:
    """Write every module of the package with the sentence that its docstring begins with."""
    lines = ["```text"]
    for path in sorted((ROOT / "fedi").rglob("*.py"), key=_place):
        inner = path.relative_to(ROOT)
        depth = len(inner.parts) - 1
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        sentence = " ".join(docstring.split("\n\n")[0].split())
        if path.name == "__init__.py":
            lines.append(f"{'  ' * (depth - 1)}{inner.parent.name}/  {sentence}")
        else:
            lines.append(f"{'  ' * depth}{path.stem}  {sentence}")
    return "\n".join([*lines, "```", ""])


def _place(path: Path) -> tuple[str, ...]:
    """Sort a folder's own line before what is in it."""
    parts = path.relative_to(ROOT).parts
    return (*parts[:-1], "") if parts[-1] == "__init__.py" else parts


def commands() -> str:
    """Write every command with its arguments, its sentence and its options."""
    lines = [INTRODUCTION]
    _walk(cli, "fedi", lines)
    return "\n".join(lines).rstrip() + "\n"


def _walk(command: click.Command, path: str, lines: list[str]) -> None:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(command.list_commands(context)):
            inner = command.get_command(context, name)
            if inner is not None:
                _walk(inner, f"{path} {name}", lines)
        return
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)[1:]])
    lines += [f"## `{usage}`", "", " ".join((command.help or "").split()), ""]
    options = [option for option in command.params if isinstance(option, click.Option)]
    if options:
        lines += ["| option | |", "| --- | --- |"]
        for option in options:
            said = option.help or "the same for scripts, as JSON"
            lines.append(f"| `{', '.join(option.opts)}` | {said} |")
        lines.append("")


def architecture() -> str:
    """Return architecture.md with the tree as it is now."""
    text = ARCHITECTURE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + tree() + END + rest.partition(END)[2]


if __name__ == "__main__":
    ARCHITECTURE.write_text(architecture(), "utf-8")
    COMMANDS.write_text(commands(), "utf-8")
