"""Tenants and what belongs to them directly."""

from __future__ import annotations

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

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)
    rights_stamp = models.BigIntegerField(default=rights_stamp, editable=False)
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


class AccessToken(TenantOwned):
    """A token of the API, bound to one project. Only its hash is stored; it dies with `expires_at` or its row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    # The password's fingerprint at issue: a changed password ends every token.
    password_mark = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant"])]


class Session(AbstractBaseSession):
    """A browser's session. `person` repeats who is signed in, so that one statement brings both."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")

    @classmethod
    def get_session_store_class(cls) -> Any:
        from apps.tenants.sessions import SessionStore

        return SessionStore
