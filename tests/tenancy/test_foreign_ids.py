"""Every id that the table's bodies name, swapped for another tenant's: like one that does not exist."""

from __future__ import annotations

import re

import pytest

from tests.tenancy.asking import Asker, values_of
from tests.tenancy.operations import operations
from tests.tenancy.world import ABSENT_HEX, ABSENT_ID, SENTINEL, World, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]

ABSENT = {"team_id": ABSENT_ID, "bucket": "no-such-bucket", "email": "no@body.example", "dataset_name": "none"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|X-CSRFToken&quot;: ?&quot;\w+')


def test_a_foreign_id_in_a_body_is_like_none(acme_world: World, rival_world: World) -> None:
    """The rival's admin names what is acme's, in requests about their own things."""
    asker, wrong, tried = Asker(rival_world.customer.admin), [], 0
    before = rows_of(acme_world)
    for operation in operations():
        for part in set(re.findall(r"{(\w+)}", operation.body)) - set(operation.address.parts):
            tried += 1
            own, foreign = values_of(operation, rival_world), values_of(operation, acme_world)[part]
            absent = ABSENT.get(part, ABSENT_HEX)
            seen = []
            for value in (foreign, absent):
                answer = asker.ask(operation, rival_world, values={**own, part: value})
                assert SENTINEL not in answer.text.replace(foreign, "") + answer.said, operation
                text = TOKEN.sub("", (answer.text + answer.said).replace(value, "NAMED"))
                seen.append((answer.status, answer.changed, text))
            if seen[0] != seen[1]:
                wrong.append(f"{operation} {part}: {seen[0][:2]} against {seen[1][:2]}")
    assert tried > 20
    assert not wrong, "\n".join(wrong)
    assert rows_of(acme_world) == before
