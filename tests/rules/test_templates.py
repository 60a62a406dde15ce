"""What stands in templates: no inline code, no outside address, no text without a translation."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.rules.sources import ROOT, TEMPLATES, short

PAGES = sorted(TEMPLATES.rglob("*.html"))
EVERY_PAGE = pytest.mark.parametrize("path", PAGES, ids=short)
# Mails are read in programs that know no style sheets.
MAILS = {path for path in PAGES if path.is_relative_to(TEMPLATES / "mail")}
TEXT_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "data-confirm"}
# Words that are the same in every language.
NAMES = re.compile(r"Tagora|UTC|obs://|English|中文|简体中文|,#[\w-]+")
WORD = re.compile(r"[^\W\d_]{2,}")
TEMPLATE_CODE = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}"
    r"|{%\s*blocktrans\b.*?{%\s*endblocktrans\s*%}|{%.*?%}|{{.*?}}|{#.*?#}",
    re.DOTALL,
)


class Page(HTMLParser):
    """Collects what the rules look at."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.inline: list[str] = []
        self.outside: list[str] = []
        self.texts: list[str] = []
        self._silent = 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "style" in values or any(name.startswith(("on", "hx-on")) for name in values):
            self.inline.append(self.get_starttag_text() or tag)
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") != "application/json"):
            self.inline.append(self.get_starttag_text() or tag)
        for name in ("src", "href", "action", "hx-get", "hx-post", "poster", "srcset"):
            if re.match(r"(?i)\s*(https?:|//|javascript:|data:)", values.get(name, "")):
                self.outside.append(f"{name}={values[name]}")
        self.texts += [values[name] for name in TEXT_ATTRIBUTES if values.get(name)]
        if tag in {"script", "style", "code", "kbd", "svg"}:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "code", "kbd", "svg"}:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def page(path: Path) -> Page:
    # A template tag inside a start tag would end it for the parser, so code goes first; one blank keeps words apart.
    return Page(TEMPLATE_CODE.sub(" ", path.read_text(encoding="utf-8")))


@EVERY_PAGE
def test_a_template_compiles(path: Path) -> None:
    get_template(path.relative_to(TEMPLATES).as_posix())


@pytest.mark.parametrize("path", [path for path in PAGES if path not in MAILS], ids=short)
def test_a_page_holds_no_inline_code_or_style(path: Path) -> None:
    assert not page(path).inline


@EVERY_PAGE
def test_a_page_names_no_outside_address(path: Path) -> None:
    assert not page(path).outside


@EVERY_PAGE
def test_every_text_can_be_translated(path: Path) -> None:
    plain = [text.strip() for text in page(path).texts if WORD.search(NAMES.sub("", text))]
    assert not plain


@EVERY_PAGE
def test_nothing_is_marked_safe(path: Path) -> None:
    source = re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    # Help texts are written by us and by Django's password rules, which write a list.
    source = source.replace("field.help_text|safe", "")
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", source)


def test_every_text_has_a_chinese_translation() -> None:
    from babel.messages.pofile import read_po

    for domain in ("django", "djangojs"):
        path = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po"
        with path.open("rb") as file:
            catalog = read_po(file, locale="zh_Hans", domain=domain)
        assert len(catalog) > 0
        assert not [message.id for message in catalog if message.id and not message.string]
        assert not [message.id for message in catalog if message.fuzzy and message.id]
