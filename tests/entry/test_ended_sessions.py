"""Sessions that have ended are taken away once a day, and nobody who is signed in notices."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.tenants import walls
from apps.tenants.models import Session
from apps.tenants.tasks import clear_sessions
from tests.factories import Customer


def test_ended_sessions_of_every_tenant_go_and_the_others_stay(acme: Customer, rival: Customer) -> None:
    ended, alive = acme.client(), rival.client()
    with walls.every_tenant("a test"):
        gone = Session.objects.filter(session_key=ended.cookies[settings.SESSION_COOKIE_NAME].value)
        assert gone.update(expire_date=timezone.now() - timedelta(seconds=1)) == 1
    for _time in range(2):
        clear_sessions()
        with walls.every_tenant("a test"):
            assert [row.session_key for row in Session.objects.all()] == [
                alive.cookies[settings.SESSION_COOKIE_NAME].value
            ]
    assert alive.get("/account/").status_code == 200


def test_the_scheduler_asks_for_it_once_a_day() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["clear-sessions"]
    assert (entry["task"], entry["schedule"]) == (clear_sessions.name, 24 * 3600.0)
