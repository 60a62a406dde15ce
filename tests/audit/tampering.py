"""Doing what nobody may: changing the log as somebody who owns the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import connection

from apps.audit.digests import sign_everything
from apps.audit.events import Event
from apps.audit.guards import drop_guards, raise_guards
from apps.audit.models import AuditSeal
from apps.audit.sealing import seal_everything
from apps.audit.services import record
from apps.audit.verification import Report, verify
from apps.tenants.models import Tenant
from tests.factories import Customer


@contextmanager
def as_superuser() -> Iterator[Any]:
    """A cursor of somebody whom no trigger, role or wall holds back."""
    owner = connection.as_owner() if connection.vendor == "postgresql" else nullcontext()  # type: ignore[attr-defined]
    with owner, connection.cursor() as cursor:
        for statement in drop_guards(connection.vendor):
            cursor.execute(statement)
        yield cursor
        for statement in raise_guards(connection.vendor):
            cursor.execute(statement)


def happened(customer: Customer, count: int, *, sign: bool = True) -> None:
    """`count` more events, sealed, and signed unless told otherwise."""
    for number in range(count):
        record(customer.actor, Event.UPDATE_PERSON, customer.admin, request={"number": number})
    seal_everything()
    if sign:
        sign_everything(force=True)


def found(tenant: Tenant) -> Report:
    return verify(tenant.pk, tenant.name)


def event_at(tenant: Tenant, seq: int) -> Any:
    """The id of an event by its place, as the database writes it."""
    event_id = AuditSeal.objects.get(tenant_id=tenant.pk, seq=seq).event_id
    return event_id if connection.vendor == "postgresql" else event_id.hex
