"""The rows of the log."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from apps.accounts.models import Person
from apps.tenants.models import Tenant


class AuditEvent(models.Model):
    """One thing that happened. Written in the transaction of the change, never changed afterwards."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=64)
    level = models.CharField(max_length=8, default="normal")
    via = models.CharField(max_length=8)
    resource_type = models.CharField(max_length=32, blank=True)
    resource_id = models.CharField(max_length=64, blank=True)
    resource_name = models.CharField(max_length=256, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    person_name = models.CharField(max_length=320, blank=True)
    source_ip = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    request = models.JSONField(default=dict)
    code = models.PositiveSmallIntegerField(default=200)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["tenant", "id"])]

    def __str__(self) -> str:
        return f"{self.name} {self.resource_type} {self.resource_id}"
