"""Collects the texts that people read into locale/, and compiles the catalogs; needs no gettext programs.

`collect` reads Python, templates and TypeScript and keeps every translation that is there; `compile` writes .mo files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("zh_Hans",)
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Text = tuple[str, str | tuple[str, ...], str | None]


def _read(path: Path, method: str, content: bytes) -> Iterator[Text]:
    name = path.relative_to(ROOT).as_posix()
    # Texts also stand inside the placeholders of TypeScript's template strings.
    options = {"parse_template_string": True}
    for _line, message, _comments, context in extract(method, BytesIO(content), keywords=KEYWORDS, options=options):
        yield name, message, context


def _template(path: Path) -> bytes:
    """The template as lines of Python calls: Django's own reading, without the indentation that Python would mind."""
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in source.splitlines()).encode()


def server_texts() -> Iterator[Text]:
    """Texts of the domain `django`: Python sources and templates."""
    for folder in ("apps", "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _read(path, "python", path.read_bytes())
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield from _read(path, "python", _template(path))


def page_texts() -> Iterator[Text]:
    """Texts of the domain `djangojs`: the labelling tools."""
    for path in sorted((ROOT / "static" / "src").rglob("*.ts")):
        if not path.name.endswith(".test.ts"):
            yield from _read(path, "javascript", path.read_bytes())


DOMAINS = {"django": server_texts, "djangojs": page_texts}


def catalog_of(texts: Iterator[Text]) -> Catalog:
    catalog = Catalog(project="Tagora", charset="utf-8", fuzzy=False)
    for name, message, context in texts:
        catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def collect() -> None:
    settings.configure()
    for domain, texts in DOMAINS.items():
        template = catalog_of(texts())
        for language in LANGUAGES:
            path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog = Catalog(locale=language, project="Tagora", fuzzy=False)
            if path.exists():
                with path.open("rb") as file:
                    catalog = read_po(file, locale=language, domain=domain)
            catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
            with path.open("wb") as file:
                write_po(file, catalog, width=110, include_lineno=False, sort_output=True)
            missing = sum(1 for message in catalog if message.id and not message.string)
            print(f"{path.relative_to(ROOT)}: {len(catalog)} texts, {missing} without a translation")


def compile_catalogs() -> None:
    for path in sorted(LOCALE.rglob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parent.parent.name, domain=path.stem, abort_invalid=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect"]:
            collect()
        case ["compile"]:
            compile_catalogs()
        case _:
            sys.exit("usage: messages.py collect|compile")
