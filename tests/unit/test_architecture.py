"""The house stays as it was meant: file lengths, docstrings, imports, and documentation that is true."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fedi import config
from fedi.activitypub.context import ACTIVITY_CONTEXT, OBJECT_CONTEXT, dropped_terms
from fedi.activitypub.parse import parse
from fedi.activitypub.vocabulary import read_activity
from fedi.commands import OUTLINE, cli
from fedi.delivery import activities

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "fedi").rglob("*.py"))
TESTS = [
    path
    for path in sorted((ROOT / "tests").rglob("*.py"))
    if "node_modules" not in path.relative_to(ROOT).parts
]
FEDERATION = (ROOT / "FEDERATION.md").read_text("utf-8")
SAMPLES = re.findall(
    r"^### (Received|Sent): (\w+)\n(.*?)```json\n(.*?)```", FEDERATION, re.M | re.S
)
HEAVY = (
    *("psycopg", "webauthn", "PIL", "pyld", "icalendar", "cryptography.x509", "resvg_py"),
    *("ruamel.yaml", "aiohttp_socks"),
)
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "service", "base", "common", "core"}
FACTORY = r"^def (\w+)\(\s*by: str"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_named_well_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    assert path.stem not in FORBIDDEN_NAMES
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring and docstring.split("\n\n")[0].rstrip().endswith((".", ":")), docstring


def test_a_file_of_tests_is_short_and_says_what_it_is_for() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in TESTS}
    assert len(texts) > 100
    assert [name for name, text in texts.items() if text.count("\n") > 300] == []
    nameless = [name for name, text in texts.items() if not ast.get_docstring(ast.parse(text))]
    assert nameless == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_function_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert not bare


def test_the_written_docs_are_as_the_code_is() -> None:
    written = (ROOT / "docs" / "architecture.md", ROOT / "docs" / "reference" / "commands.md")
    before = [path.read_text("utf-8") for path in written]
    code = (
        "import sys; sys.path.insert(0, 'docs'); import write, json; "
        "print(json.dumps([write.architecture(), write.commands()]))"
    )
    assert json.loads(_python(code)) == before, "run `make docs`"


def test_every_command_and_setting_stands_in_the_reference() -> None:
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert set(re.findall(r"^\| `FEDI_(\w+)`", settings, re.M)) == set(config.SETTINGS)
    commands = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")

    def names(group: click.Group, path: str) -> list[str]:
        found: list[str] = []
        context = click.Context(group)
        for name in group.list_commands(context):
            inner, command = f"{path} {name}", group.get_command(context, name)
            assert command is not None
            found += names(command, inner) if isinstance(command, click.Group) else [inner]
        return found

    for name in names(cli, "fedi"):
        assert re.search(rf"^## `{re.escape(name)}[ `]", commands, re.M), name


def test_every_activity_we_take_in_has_a_heading_and_a_sample() -> None:
    # In a process of its own: other tests register handlers, too.
    code = (
        "import fedi.app; from fedi import practices; from fedi.actors import receive; practices.load(); "
        "print(' '.join(receive._types))"
    )
    handled = set(_python(code).split())
    assert {name for way, name, _, _ in SAMPLES if way == "Received"} == handled


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_every_activity_we_say_has_a_heading_and_a_sample() -> None:
    source = (ROOT / "fedi" / "delivery" / "activities.py").read_text("utf-8")
    builders = {name.split("_")[0].title() for name in re.findall(FACTORY, source, re.M)}
    builders -= {"Addressed"}
    used = {name for name in builders if _is_used(name.lower())}
    assert {name for way, name, _, _ in SAMPLES if way == "Sent"} == used


def _is_used(builder: str) -> bool:
    call = re.compile(rf"\b(?:activities|build)\.{builder}(?:_actor)?\b")
    return any(
        call.search(path.read_text("utf-8")) for path in MODULES if path.name != "activities.py"
    )


@pytest.mark.parametrize(
    ("way", "name", "words", "sample"), SAMPLES, ids=[f"{s[0]} {s[1]}" for s in SAMPLES]
)
def test_a_sample_is_what_it_says(way: str, name: str, words: str, sample: str) -> None:
    assert words.strip()
    document = parse(sample.encode())
    read = read_activity(document)
    assert read.type == name
    assert read.id and read.actor and read.object
    if way == "Sent":
        assert not dropped_terms({"@context": [*ACTIVITY_CONTEXT, *OBJECT_CONTEXT], **document})
        assert set(document) - {"id"} == _keys_of_built(name, document)


def _keys_of_built(name: str, sample: dict[str, object]) -> set[str]:
    """Build the same activity from what the sample says, and return its keys."""
    group, thing = str(sample["actor"]), sample["object"]
    embedded = thing if isinstance(thing, dict) else {}
    about = thing if isinstance(thing, str) else str(embedded.get("id"))
    build = {
        "Create": lambda: activities.create(group, embedded),
        "Update": lambda: activities.update(group, embedded, 0),
        "Delete": lambda: activities.delete(group, about, "Note", "public", 0),
        "Announce": lambda: activities.announce(group, about, "https://a.example/b", 0),
        "Like": lambda: activities.like(group, about, "https://a.example/b"),
        "Undo": lambda: activities.undo(group, embedded),
        "Follow": lambda: activities.follow(group, about),
        "Accept": lambda: activities.accept(group, embedded),
        "Reject": lambda: activities.reject(group, embedded),
        "Ignore": lambda: activities.ignore(group, {"id": about, "actor": "https://a.example/b"}),
        "Block": lambda: activities.block(group, about),
        "Flag": lambda: activities.flag(group, "https://a.example/b", [], "words"),
        "Add": lambda: activities.add(group, about, f"{group}/featured"),
        "Remove": lambda: activities.remove(group, about, f"{group}/featured"),
    }
    return set(build[name]())


def test_heavy_modules_are_not_imported_at_start() -> None:
    # Neither by the server nor by any command before it runs.
    modules = {module for part in OUTLINE.values() for module, _ in part.values()}
    imports = ", ".join(f"fedi.commands.{module}" for module in sorted(modules))
    code = f"import sys, fedi.app, {imports}; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert _python(code).strip() == "[]"


@pytest.mark.parametrize("words", ["--help", "--version", "deliveries --help", "group list --help"])
def test_what_asks_nobody_elsewhere_loads_neither_the_web_nor_the_client(words: str) -> None:
    code = (
        f"import sys; from fedi.commands import cli; cli({words.split()}, standalone_mode=False); "
        "print([name for name in ('quart', 'aiohttp', 'httpx', 'bleach') if name in sys.modules])"
    )
    assert _python(code).splitlines()[-1] == "[]"


def test_the_links_of_the_docs_lead_somewhere() -> None:
    broken: list[str] = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if (
                not target.startswith(("http://", "https://"))
                and not (page.parent / target).exists()
            ):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken
