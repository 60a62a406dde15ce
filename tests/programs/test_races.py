"""The same at the same moment: one of them counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.core.errors import Conflict
from apps.programs import services
from apps.programs.models import AccessKey
from apps.teams.models import Team
from tests.factories import Customer
from tests.programs.signing import signed

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def together(act: Callable[[], str]) -> Counter[str]:
    """What each of several simultaneous tries came to."""
    start = Barrier(AT_ONCE)

    def one() -> str:
        try:
            start.wait(30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        tries = [pool.submit(one) for _ in range(AT_ONCE)]
        return Counter(one.result() for one in tries)


def test_a_signed_change_that_is_sent_many_times_at_once_counts_once(acme: Customer) -> None:
    key = services.create_access_key(actor=acme.actor)
    body = json.dumps({"workforce_name": "crew"}).encode()
    path = f"/v2/{acme.project.public_id}/workforces"
    request = signed(key.row.access_key, key.secret, "POST", path, body=body)
    assert together(lambda: str(request.send().status_code)) == {"201": 1, "401": AT_ONCE - 1}
    assert Team.objects.count() == 1


def test_two_keys_are_active_however_many_are_made_at_once(acme: Customer) -> None:
    def make() -> str:
        try:
            services.create_access_key(actor=acme.actor)
        except Conflict:
            return "refused"
        return "made"

    assert together(make) == {"made": 2, "refused": AT_ONCE - 2}
    assert AccessKey.objects.filter(is_active=True).count() == 2
