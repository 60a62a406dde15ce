"""Loads the person of a session together with their tenant: one query a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from apps.accounts.models import Person


class PersonBackend(BaseBackend):
    """Only reads: passwords are checked by `accounts.services.check_password`, permissions by `access`."""

    def authenticate(self, request: Any, **credentials: Any) -> Person | None:
        return None

    def get_user(self, user_id: int) -> Person | None:
        return Person.objects.select_related("tenant_user__tenant").filter(pk=user_id, is_active=True).first()
