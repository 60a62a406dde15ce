"""Tenants and what belongs to them directly."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.contrib.auth.models import Group as Holder
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.core.ids import hex_id


def rights_stamp() -> int:
    """A number that no other state of a tenant's rights ever had, not even one that was rolled back."""
    return secrets.randbits(62)


class Tenant(models.Model):
    """A customer. `name` is the domain of its users' sign-in names.

    `rights_stamp` changes with anybody's rights in the tenant: what was worked out under it holds as long as it does.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        ERASING = "erasing", _("being erased")

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)
    rights_stamp = models.BigIntegerField(default=rights_stamp, editable=False)
    # Users who sign in with a password must show a second factor, and set one up first if they have none.
    demands_second_factor = models.BooleanField(default=False)
    # Whether an operator's visit opens only when an admin of the tenant agrees.
    approves_visits = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TenantOwned(models.Model):
    """Base of every row that belongs to a tenant. The foreign key has no index of its own: the app's indexes serve."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Project(TenantOwned):
    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="project_name_per_tenant")]

    def __str__(self) -> str:
        return self.name


class Bucket(TenantOwned):
    """A bucket of the object store; its name is unique on the whole server, as in any object store."""

    name = models.CharField(max_length=63, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "name"])]

    def __str__(self) -> str:
        return self.name


class TenantUser(TenantOwned):
    """A person who belongs to a tenant. Admins may do everything in it; others what policies and grants allow them."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="tenant_user")
    is_admin = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["tenant"])]

    def __str__(self) -> str:
        return str(self.person)


class Group(TenantOwned):
    """A user group of a tenant. `holder` is Django's group of the same people, so that objects can be granted to it.

    New users of the tenant join its `is_default` group, of which there is one at most.
    """

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True, default="")
    is_default = models.BooleanField(default=False)
    holder = models.OneToOneField(Holder, on_delete=models.CASCADE, related_name="tenant_group")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="group_name_per_tenant"),
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_default=True), name="one_default_group_per_tenant"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """A browser's session. `person` repeats who is signed in, so that one statement brings both.

    So do `signed_in_at`, `address` and `agent` (what the browser called itself), for the list of one's sessions.
    `seen_at` is coarse: it is written every few minutes at most.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)

    @property
    def public_id(self) -> str:
        """Names the session on pages; the key itself, which opens it, cannot be told from it."""
        return hashlib.sha256(f"session:{self.session_key}".encode()).hexdigest()[:32]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from apps.tenants.sessions import SessionStore

        return SessionStore
