"""The rows of the log. None of them is ever changed: what is learnt later stands in a table of its own.

No row refers to a row of another app: ids and names are kept as they were, so that whatever is erased elsewhere, the
log stays as it is. `tenant_id` is 0 in the log of the platform itself.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now

from apps.core.ids import ordered_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLATFORM = 0


class AuditEvent(models.Model):
    """One thing that happened, written in the transaction of the change.

    The id is the trace's id, and its first 48 bits are the time: pages are ranges of the key. `mark` is a keyed hash of
    everything else that the server wrote, so that a row which the server did not write is known as such.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=ordered_id, editable=False)
    tenant_id = models.BigIntegerField(default=PLATFORM)
    name = models.CharField(max_length=64)
    level = models.CharField(max_length=8, default="normal")
    via = models.CharField(max_length=8)
    service = models.CharField(max_length=16, blank=True)
    resource_type = models.CharField(max_length=32, blank=True)
    resource_id = models.CharField(max_length=64, blank=True)
    resource_name = models.CharField(max_length=256, blank=True)
    user_id = models.CharField(max_length=32, blank=True)
    user_name = models.CharField(max_length=320, blank=True)
    user_domain = models.CharField(max_length=64, blank=True)
    agency = models.CharField(max_length=64, blank=True)
    credential = models.CharField(max_length=64, blank=True)
    source_ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=256, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    request_body = models.TextField(blank=True)
    response_body = models.TextField(blank=True)
    code = models.PositiveSmallIntegerField(default=200)
    api_version = models.CharField(max_length=8, blank=True)
    read_only = models.BooleanField(default=False)
    action = models.CharField(max_length=64, blank=True)
    target = models.CharField(max_length=320, blank=True)
    decision = models.CharField(max_length=8, blank=True)
    statement = models.CharField(max_length=320, blank=True)
    mark = models.CharField(max_length=32)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "id"], name="audit_by_time"),
            models.Index(fields=["tenant_id", "name", "id"], name="audit_by_name"),
            models.Index(fields=["tenant_id", "resource_type", "id"], name="audit_by_type"),
            models.Index(fields=["tenant_id", "resource_id", "id"], name="audit_by_resource"),
            models.Index(fields=["tenant_id", "resource_name", "id"], name="audit_by_resource_name"),
            models.Index(fields=["tenant_id", "user_name", "id"], name="audit_by_user"),
            models.Index(fields=["tenant_id", "source_ip", "id"], name="audit_by_address"),
            # Nearly every event is normal, of the biggest service, by a page or the API: the others are looked for.
            models.Index(
                fields=["tenant_id", "level", "id"], condition=~models.Q(level="normal"), name="audit_by_level"
            ),
            models.Index(
                fields=["tenant_id", "service", "id"], condition=~models.Q(service="ModelArts"), name="audit_by_service"
            ),
            models.Index(fields=["tenant_id", "id"], condition=models.Q(via="system"), name="audit_by_system"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.resource_type} {self.resource_id}"

    @property
    def milliseconds(self) -> int:
        return self.id.int >> 80

    @property
    def at(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.milliseconds)

    @property
    def request(self) -> Any:
        return json.loads(self.request_body) if self.request_body else {}

    @property
    def response(self) -> Any:
        return json.loads(self.response_body) if self.response_body else {}


class AuditPending(models.Model):
    """An event that is not sealed yet. A trigger writes it with the event: whatever commits is found, in order."""

    event_id = models.UUIDField()
    tenant_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "id"], name="audit_pending")]


class AuditSeal(models.Model):
    """The place of an event in its tenant's chain: `seq` has no gap, `hash` covers the event and the hash before it."""

    append_only = True

    event_id = models.UUIDField(primary_key=True)
    tenant_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "seq"], name="audit_seq")]


class AuditChain(models.Model):
    """How far a tenant's chain is sealed. Locked by whoever seals; `mark` is a keyed hash of the other fields.

    `signed` is the last `seq` that a digest covers.
    """

    tenant_id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))
    signed = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField(db_default=Now())
    mark = models.CharField(max_length=32, blank=True)


class AuditDigest(models.Model):
    """A signed statement of what the chain was. The same text lies in the tenant's bucket, out of the database's reach.

    `kind` is "span" for new events and "purge" for events that were removed because they were old enough.
    """

    append_only = True

    tenant_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, default="span")
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "number"], name="audit_digest_number")]
        indexes = [models.Index(fields=["tenant_id", "kind", "last_seq"], name="audit_digest_by_seq")]
