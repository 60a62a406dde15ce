"""The refusal of a policy document: where in the text, and why."""

from __future__ import annotations

from apps.core.errors import Invalid
from apps.policies.phrases import N_, Phrase, render


class PolicyRefused(Invalid):
    """A text that is no policy. `line` and `column` count from 1; `phrase` is the reason, to be translated."""

    def __init__(self, template: str, *, line: int, column: int, **params: str | int) -> None:
        self.line = line
        self.column = column
        self.phrase = Phrase(template, params)
        self.placed = Phrase(
            N_("Line %(line)s, column %(column)s: %(reason)s"), {"line": line, "column": column, "reason": self.phrase}
        )
        super().__init__(render(self.placed), field="policy")

    @property
    def reason(self) -> str:
        return render(self.phrase)
