"""Tenants and what belongs to them directly."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.core.ids import hex_id


class Tenant(models.Model):
    """A customer. `name` is the domain of its users' sign-in names."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)
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
    """A person who belongs to a tenant. Admins may do everything in it; others what was granted to them."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="tenant_user")
    is_admin = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["tenant"])]

    def __str__(self) -> str:
        return str(self.person)


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
