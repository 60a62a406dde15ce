"""Agencies, and visits of operators."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.core.ids import hex_id
from apps.tenants.models import Project, Tenant, TenantOwned


class Agency(TenantOwned):
    """`tenant` lets the users of another tenant (`trusted`) do for it what `document`, a policy, allows, until then."""

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True, default="")
    trusted = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    # Repeats the other tenant's name, whose row is behind its own wall.
    trusted_name = models.CharField(max_length=64)
    document = models.TextField()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="agency_name_per_tenant")]

    def __str__(self) -> str:
        return self.name

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()


class Visit(TenantOwned):
    """An operator asks to look at a tenant's data, for a reason and a time; they see it while the visit is open."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for an admin")
        OPEN = "open", _("open")
        REFUSED = "refused", _("refused")
        ENDED = "ended", _("ended")

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    operator = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=512)
    hours = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "id"])]

    def __str__(self) -> str:
        return f"{self.operator} at {self.tenant_id}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.expires_at is not None and self.expires_at > timezone.now()
