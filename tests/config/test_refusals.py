"""Which status an error of a rule gets on the wire."""

from __future__ import annotations

import pytest

from apps.core.errors import Conflict, Denied, Invalid, NotFound, TagoraError
from config.refusals import api_refusal


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Conflict("taken", code="ModelArts.4351"), 400, "ModelArts.4351"),
        (Conflict("changed meanwhile"), 409, "ModelArts.0101"),
        (Invalid("wrong"), 400, "ModelArts.0104"),
        (Denied("no"), 403, "ModelArts.0203"),
        (NotFound("none", code="ModelArts.4352"), 404, "ModelArts.4352"),
    ],
)
def test_a_conflict_with_a_code_of_the_contract_answers_400(error: TagoraError, status: int, code: str) -> None:
    response = api_refusal(error, {})
    assert response is not None
    assert (response.status_code, response.data["error_code"]) == (status, code)
