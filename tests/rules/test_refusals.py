"""Every refusal and every report can be read in the reader's language: no sentence is written past the translation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.sources import python_files, short, tree

# The call -> which of its arguments is the sentence.
SENTENCES = {
    **dict.fromkeys(("TagoraError", "Invalid", "Denied", "TooMany", "NotFound", "Conflict", "Refused"), 0),
    "Problem": 1,
    "report": 0,
    "_report": 1,
}
# The worker decodes pictures in a process of its own and answers with codes.
NOT_FOR_PEOPLE = {"apps/storage/picture_worker.py"}


def untranslated(code: ast.AST) -> Iterator[int]:
    for node in ast.walk(code):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = SENTENCES.get(name)
        if place is not None and len(node.args) > place:
            sentence = node.args[place]
            if isinstance(sentence, ast.JoinedStr) or (isinstance(sentence, ast.Constant) and sentence.value):
                yield node.lineno


def test_no_sentence_is_written_past_the_translation() -> None:
    found = [
        f"{short(path)}:{line}"
        for path in python_files("apps", "config")
        if short(path) not in NOT_FOR_PEOPLE
        for line in untranslated(tree(path))
    ]
    assert not found, "say _(...) % {...} instead"


def test_the_rule_sees_what_it_is_for() -> None:
    code = "raise Invalid(f'no {x}')\nself.report('bad', 'code')\nInvalid(_('good'))\nProblem(place, 'bad', 'code')"
    assert list(untranslated(ast.parse(code))) == [1, 2, 4]
