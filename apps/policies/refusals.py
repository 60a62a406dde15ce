"""The refusal of a policy document: where in the text, and why."""

from __future__ import annotations

from apps.core.errors import Invalid
from apps.core.texts import Text
from apps.policies.phrases import N_


class PolicyRefused(Invalid):
    """A text that is no policy. `line` and `column` count from 1; `reason` leaves them out, the message has them."""

    def __init__(self, template: str, *, line: int, column: int, **params: str | int) -> None:
        self.line = line
        self.column = column
        self.reason = Text(template, params)
        place = {"line": line, "column": column, "reason": self.reason}
        super().__init__(Text(N_("Line %(line)s, column %(column)s: %(reason)s"), place), field="policy")
