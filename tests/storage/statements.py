"""Collects every SQL statement of the code, and finds those that are not written down as they run.

The first argument of `tx.execute`, `tx.executemany`, `tx.one` and `tx.all` is a string literal, a constant of
a module in capitals, a variable to which the same function once assigned such a text, several of these added
up, or a choice (`a if … else b`) of two of them; so nothing from outside can get into SQL, and every statement
can be prepared by a test.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CALLS = {"execute", "executemany", "one", "all"}


class NotWrittenDown(Exception):
    """A statement is put together when it runs."""


@dataclass(frozen=True)
class Statement:
    """One statement and where it stands."""

    sql: str
    where: str


@dataclass
class Module:
    """The text constants of one module, and where it has those of others from."""

    constants: dict[str, ast.expr] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)


Local = dict[str, ast.expr | None]
"""The variables of a function: what was assigned, None if that cannot be known."""


class Finder(ast.NodeVisitor):
    """Walks through one module and keeps its statements."""

    def __init__(self, name: str, module: Module) -> None:
        self.name = name
        self.module = module
        self.local: Local = {}
        self.found: list[Statement] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.enter(node, node.args)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.enter(node, node.args)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.enter(node, node.args)

    def enter(self, node: ast.AST, arguments: ast.arguments) -> None:
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for parameter in parameters:
            match parameter.annotation:
                case ast.Name(id="Tx") if parameter.arg != "tx":
                    raise NotWrittenDown(f"{self.name}:{parameter.lineno}: a Tx is called tx")
                case _:
                    pass
        outer, self.local = self.local, {**self.local, **_assigned(node)}
        self.local |= dict.fromkeys(parameter.arg for parameter in parameters)
        self.generic_visit(node)
        self.local = outer

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="tx"), attr=attr) if attr in CALLS:
                where = f"{self.name}:{node.lineno}"
                if not node.args:
                    raise NotWrittenDown(f"{where}: the statement comes first, without a name")
                try:
                    texts = _texts(node.args[0], self.module, self.local)
                except NotWrittenDown as error:
                    raise NotWrittenDown(f"{where}: {error}") from error
                self.found += [Statement(text, where) for text in texts]
            case _:
                pass
        self.generic_visit(node)


def statements_of(source: str, name: str) -> list[Statement]:
    """Return the statements of one module; raise NotWrittenDown with the line of one that is put together."""
    tree = ast.parse(source)
    finder = Finder(name, _module(tree))
    finder.visit(tree)
    return finder.found


def all_statements() -> list[Statement]:
    """Return every statement of the program."""
    found: list[Statement] = []
    for path in sorted((ROOT / "fedi").rglob("*.py")):
        found += statements_of(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    return found


def _assigned(function: ast.AST) -> Local:
    """Return what a function assigns to its variables; one that gets a second value is nothing to rely on."""
    assigned: Local = {}
    known: set[int] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                assigned[name] = None if name in assigned else value
                known.add(id(target))
            case ast.Name(id=name, ctx=ast.Store()) if id(node) not in known:
                assigned[name] = None
            case _:
                pass
    return assigned


def _texts(node: ast.expr, module: Module, local: Local) -> list[str]:
    """Return the texts an expression can be."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            firsts, lasts = _texts(left, module, local), _texts(right, module, local)
            return [first + last for first in firsts for last in lasts]
        case ast.IfExp(body=body, orelse=orelse):
            return _texts(body, module, local) + _texts(orelse, module, local)
        case ast.Name(id=name) if (value := local.get(name)) is not None:
            return _texts(value, module, {**local, name: None})
        case ast.Name(id=name) if name in module.constants and name not in local:
            return _texts(module.constants[name], module, {})
        case ast.Name(id=name) if name in module.imported and name not in local:
            return _constant(*module.imported[name])
        case ast.Attribute(value=ast.Name(id=where), attr=name) if where in module.modules:
            return _constant(module.modules[where], name)
        case _:
            raise NotWrittenDown(ast.unparse(node))


def _constant(module: str, name: str) -> list[str]:
    known = _module_named(module)
    if name not in known.constants:
        raise NotWrittenDown(f"{module}.{name} is no constant")
    return _texts(known.constants[name], known, {})


@cache
def _module_named(name: str) -> Module:
    path = ROOT.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return _module(ast.parse(file.read_text("utf-8")))


def _module(tree: ast.Module) -> Module:
    module = Module()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
                module.constants[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if (
                name.isupper()
            ):
                module.constants[name] = value
            case ast.ImportFrom(module=str(where), names=names, level=0) if where.startswith(
                "fedi"
            ):
                for alias in names:
                    module.imported[alias.asname or alias.name] = (where, alias.name)
                    module.modules[alias.asname or alias.name] = f"{where}.{alias.name}"
            case _:
                pass
    return module
