"""A tenant's own OpenID provider, and who of the tenant is whom there."""

from __future__ import annotations

from django.db import models

from apps.accounts.models import Person
from apps.core.ids import hex_id
from apps.tenants.models import TenantOwned


class SignInProvider(TenantOwned):
    """Where the tenant's people may sign in instead of here. The client's secret is sealed: the server must send it.

    `groups` maps a value of the claim `groups_claim` to the public id of a group of the tenant.
    """

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    sealed_secret = models.CharField(max_length=1000, blank=True)
    groups_claim = models.CharField(max_length=64, blank=True)
    groups = models.JSONField(default=dict, blank=True)
    creates_users = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_sign_in_provider_per_tenant")]

    def __str__(self) -> str:
        return self.name


class ProviderIdentity(TenantOwned):
    """Whom the provider calls `subject`. It never calls anybody else so, whatever becomes of names and addresses."""

    provider = models.ForeignKey(SignInProvider, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["tenant"])]
        constraints = [models.UniqueConstraint(fields=["provider", "subject"], name="subject_of_provider")]
