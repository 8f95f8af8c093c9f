"""The index of security rules names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
INDEX = TESTS.parent / "docs" / "security-rules.md"
RULES = 35


def _functions(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_every_rule_has_tests_and_every_test_it_names_is_there() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", INDEX.read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, RULES + 1))
    missing: list[str] = []
    for number, row in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)
        assert named, f"rule {number} has no test"
        missing += [
            f"{file}::{test}" for file, test in named if test not in _functions(TESTS / file)
        ]
    assert missing == []


def test_every_test_named_after_a_rule_is_in_the_index() -> None:
    text = INDEX.read_text("utf-8")
    for file in TESTS.glob("*/test_security_*.py"):
        for name in _functions(file):
            rule = re.match(r"test_rule_(\d\d)_", name)
            if rule:
                (row,) = re.findall(rf"^\| {int(rule[1])} \|.*$", text, re.MULTILINE)
                assert name in row, f"{name} is not in the row of its rule"
