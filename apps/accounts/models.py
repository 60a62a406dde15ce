"""A person who can sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.ids import hex_id


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """`login`, in lower case, is `tenant/user` for the users of a tenant, the e-mail address for invited workers, and
    a name that begins with a slash for operators of the platform.
    """

    class Kind(models.TextChoices):
        USER = "user", _("user of a tenant")
        WORKER = "worker", _("invited worker")
        OPERATOR = "operator", _("operator of the platform")

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    login = models.CharField(max_length=320, unique=True)
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=128, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    language = models.CharField(max_length=16, blank=True)
    is_active = models.BooleanField(default=True)
    # Somebody else knows the password: until the person has chosen one of their own, they can do nothing else.
    must_change_password = models.BooleanField(default=False)
    # Repeats whether a confirmed `SecondFactor` exists: it comes with the person, without a statement of its own.
    has_second_factor = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name or self.login


class SecondFactor(models.Model):
    """What a person's authenticator app knows. Sealed: a copy of the database makes no codes."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.CharField(max_length=255)
    # The latest time step whose code was used: neither it nor an earlier one is good again.
    last_step = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person)


class RecoveryCode(models.Model):
    """Stands in for the app once. Only a keyed hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_of_person")]


class ResetLink(models.Model):
    """A link to choose a new password. Only its hash is kept; it ends with its use, with the next one, or in time."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
