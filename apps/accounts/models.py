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
    """`login` is `tenant/user` for the users of a tenant and the e-mail address for invited workers, in lower case."""

    class Kind(models.TextChoices):
        USER = "user", _("user of a tenant")
        WORKER = "worker", _("invited worker")

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    login = models.CharField(max_length=320, unique=True)
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=128, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    language = models.CharField(max_length=16, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name or self.login
