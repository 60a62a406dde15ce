"""What the style sheets and templates promise: contrast, tokens, icons, and nothing that the content policy drops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# A mail is read in a mail program, which knows neither our style sheets nor our policy.
PAGES = [template for template in TEMPLATES if "mail" not in template.relative_to(ROOT / "templates").parts[:1]]

SURFACES = [
    "surface-page",
    "surface",
    "surface-raised",
    "surface-sunken",
    "surface-hover",
    "surface-pressed",
    "surface-selected",
]
TONES = ["neutral", "info", "success", "warning", "danger"]
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent-ink", "danger-ink") for ground in SURFACES),
    *((f"{tone}-ink", f"{tone}-soft") for tone in TONES),
    *((f"{tone}-ink", "surface") for tone in TONES),
    *(("on-accent", ground) for ground in ("accent", "accent-hover", "accent-pressed")),
    *(("on-danger", ground) for ground in ("danger", "danger-hover")),
]
BOUNDS = [
    *(("line-strong", ground) for ground in ("surface", "surface-page", "surface-raised", "surface-sunken")),
    *((mark, ground) for mark in ("focus", "accent") for ground in SURFACES),
]


def colors() -> dict[str, tuple[str, str]]:
    """Each colour token with its light and its dark value."""
    text = (ROOT / "static" / "css" / "tokens.css").read_text()
    return {
        found[1]: (found[2], found[3])
        for found in re.finditer(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text)
    }


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb" as WCAG 2 defines it."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("mark", "ground", "least"), [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in BOUNDS]
)
def test_text_and_bounds_stand_out_from_every_ground(mark: str, ground: str, least: float, theme: int) -> None:
    values = colors()
    assert contrast(values[mark][theme], values[ground][theme]) >= least


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


def test_every_variable_that_a_style_sheet_uses_is_defined() -> None:
    texts = {sheet.name: without_comments(sheet) for sheet in SHEETS}
    defined = {name for text in texts.values() for name in re.findall(r"(--[\w-]+)\s*:", text)}
    used = {(sheet, name) for sheet, text in texts.items() for name in re.findall(r"var\((--[\w-]+)\s*\)", text)}
    assert {(sheet, name) for sheet, name in used if name not in defined} == set()


def test_no_style_sheet_asks_another_host_for_anything() -> None:
    assert [
        sheet.name for sheet in SHEETS if re.search(r"@import|url\(\s*['\"]?(https?:)?//", without_comments(sheet))
    ] == []


def test_style_sheets_use_logical_properties() -> None:
    physical = re.compile(
        r"^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|float)\s*:", re.MULTILINE
    )
    assert [
        (sheet.name, found[0].strip()) for sheet in SHEETS for found in physical.finditer(without_comments(sheet))
    ] == []


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_holds_inline_style_script_or_handler(template: Path) -> None:
    text = template.read_text()
    assert re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text) is None
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_template_compiles_and_so_does_what_it_includes(template: Path) -> None:
    get_template(str(template.relative_to(ROOT / "templates")))
    for name in re.findall(r"{%\s*(?:include|extends)\s+\"([^\"]+)\"", template.read_text()):
        get_template(name)


def icons() -> set[str]:
    """The names in the sprite."""
    return {symbol.get("id") for symbol in etree.parse(ROOT / "static" / "img" / "icons.svg").iterfind("{*}symbol")}


def named_icons() -> Iterator[tuple[str, str]]:
    for template in TEMPLATES:
        text = template.read_text()
        for tag in re.findall(r"{%\s*include\s+\"components/[^%]+%}", text):
            pattern = r"\bname=\"([^\"]+)\"" if "components/icon.html" in tag else r"\bicon=\"([^\"]+)\""
            for name in re.findall(pattern, tag):
                yield str(template.relative_to(ROOT)), name


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    known = icons()
    assert [(template, name) for template, name in named_icons() if name not in known] == []


def test_no_class_of_a_component_is_left_without_a_style() -> None:
    defined = {name for sheet in SHEETS for name in re.findall(r"\.([a-z][\w-]*)", without_comments(sheet))}
    used = {
        name
        for template in (ROOT / "templates" / "components").glob("*.html")
        for value in re.findall(r"class=\"([^\"{]*)", template.read_text())
        for name in value.split()
    }
    assert used - defined == set()
