"""The code base as data for the rules: which files there are and what they contain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "apps"
TEMPLATES = ROOT / "templates"


def python_files(*folders: str) -> list[Path]:
    """Python sources below the folders, without migrations."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def service_files() -> list[Path]:
    return [path for path in python_files("apps") if path.name == "services.py" or path.parent.name == "services"]


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """The module's own functions."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node


def parameters(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    return {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node with the last part of the name that is called: `rows.filter(x).update()` is `update`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute):
                yield inner.func.attr, inner
            elif isinstance(inner.func, ast.Name):
                yield inner.func.id, inner
