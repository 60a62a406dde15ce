"""Loads the person of a session together with their tenant: one query a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import BigIntegerField

from apps.accounts.models import Person
from apps.core.prepared import Prepared, Slot

# Every request asks this; building the query each time would cost more than answering it.
_person_of_session = Prepared(
    lambda: Person.objects.select_related("tenant_user__tenant").filter(
        pk=Slot("pk", BigIntegerField()), is_active=True
    )
)


class PersonBackend(BaseBackend):
    """Only reads: passwords are checked by `accounts.services.check_password`, permissions by `access`."""

    def authenticate(self, request: Any, **credentials: Any) -> Person | None:
        return None

    def get_user(self, user_id: int) -> Person | None:
        return _person_of_session.first(pk=user_id)
