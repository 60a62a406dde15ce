"""The shape of the code base: who imports whom, how big a file is, what it may be called, what it may never call."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.rules.sources import APPS, ROOT, python_files, short, tree

LONGEST_FILE = 400
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "manager"}
# Code is never made out of data, and the server never fetches an address.
FORBIDDEN_MODULES = {
    *("pickle", "cPickle", "dill", "shelve", "marshal", "multiprocessing"),
    *("requests", "urllib3", "httpx", "aiohttp", "urllib.request", "http.client", "ftplib", "telnetlib"),
    *("xml.etree", "xml.dom", "xml.sax.expatreader", "xml.sax.make_parser", "xmlrpc"),
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {"yaml.load", "yaml.unsafe_load", "os.system", "os.popen"}

# The one module that speaks to another server, and only to those that the operator has named.
SPEAKS_TO_PROVIDERS = "apps/entry/outside.py"
PICTURES_ARE_DECODED_IN = "apps/storage/picture_worker.py"


def imported(module: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def starts_with(name: str, prefixes: set[str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def test_apps_import_downwards_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_app_is_a_package_with_a_sentence() -> None:
    silent = [
        short(path / "__init__.py")
        for path in sorted(APPS.iterdir())
        if path.is_dir() and path.name != "__pycache__" and not ast.get_docstring(tree(path / "__init__.py"))
    ]
    assert not silent, "these apps do not say in one sentence what they are for"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        short(path)
        for path in python_files("apps", "config", "bench", "scripts", "tests")
        if path.stat().st_size > 0 and path.name != "apps.py" and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_no_file_is_longer_than_a_person_can_keep_in_mind() -> None:
    sources = [*python_files("apps", "config", "bench", "scripts", "tests"), *(ROOT / "static" / "src").rglob("*.ts")]
    sources += (ROOT / "templates").rglob("*.html")
    long = {short(path): count for path in sources if (count := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert not long


def test_no_file_has_a_name_that_says_nothing() -> None:
    sources = [*python_files("apps", "config", "bench", "scripts", "tests"), *(ROOT / "static" / "src").rglob("*.ts")]
    assert not [short(path) for path in sources if path.stem in NAMES_THAT_SAY_NOTHING]


def test_nothing_is_unpickled_evaluated_or_fetched() -> None:
    found = []
    for path in python_files("apps", "config"):
        for name, line in imported(tree(path)):
            if name == "http.client" and short(path) == SPEAKS_TO_PROVIDERS:
                continue
            if starts_with(name, FORBIDDEN_MODULES):
                found.append(f"{short(path)}:{line} imports {name}")
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
                found.append(f"{short(path)}:{node.lineno} calls {node.func.id}")
            elif ast.unparse(node.func) in FORBIDDEN_ATTRIBUTES:
                found.append(f"{short(path)}:{node.lineno} calls {ast.unparse(node.func)}")
    assert not found


def test_pictures_of_users_are_decoded_in_the_sandboxed_worker_only() -> None:
    opened = {
        short(path)
        for path in python_files("apps", "config")
        if any(starts_with(name, {"PIL.Image", "PIL.ImageFile"}) for name, _ in imported(tree(path)))
    }
    assert opened <= {PICTURES_ARE_DECODED_IN, "apps/demo/pictures.py"}


def test_rules_stay_out_of_signals_and_model_methods() -> None:
    """A write is a service function, so that permission, audit and transaction have one place."""
    found = []
    for path in python_files("apps"):
        for name, line in imported(tree(path)):
            if starts_with(name, {"django.db.models.signals", "django.dispatch"}):
                found.append(f"{short(path)}:{line} uses signals")
        if path.name == "models.py" or path.parent.name == "models":
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "clean", "full_clean"}:
                    found.append(f"{short(path)}:{node.lineno} overrides {node.name}")
    assert not found
