"""What a program shows to prove for whom it works. Secrets are stored as hashes, or sealed where they must be read."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.actions import Action
from apps.access.resources import ResourceKind
from apps.accounts.models import Person
from apps.core.ids import public_id
from apps.tenants.models import Project, TenantOwned

CREDENTIAL = ResourceKind("credential", Action.CREDENTIAL_VIEW, service="iam")


class AccessKey(TenantOwned):
    """A pair of keys that signs requests. The secret is sealed, not hashed: checking a signature needs it."""

    resource = CREDENTIAL
    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    access_key = models.CharField(max_length=20, unique=True)
    secret = models.CharField(max_length=255)
    description = models.CharField(max_length=128, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "person"])]

    def __str__(self) -> str:
        return self.access_key

    @property
    def name(self) -> str:
        return self.description


class PersonalToken(TenantOwned):
    """A token that a person made for a program of theirs: for a time, and for few actions where they said so.

    `scope` holds the policy documents (JSON, a list) that narrow it; empty means all that the person may do.
    """

    resource = CREDENTIAL
    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    # The password's fingerprint at issue: a changed password ends the token.
    password_mark = models.CharField(max_length=64)
    scope = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="personal_token_name_per_person")]
        indexes = [models.Index(fields=["tenant", "person"])]

    def __str__(self) -> str:
        return self.name


class AccessToken(TenantOwned):
    """A token as Keystone gives them. It dies with `expires_at`, with its row, and with what it was issued for."""

    class Scope(models.TextChoices):
        PROJECT = "project", _("project")
        DOMAIN = "domain", _("tenant")
        NONE = "none", _("nothing")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.PROJECT)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    # The password's fingerprint at issue: a changed password ends every token.
    password_mark = models.CharField(max_length=64)
    # How the person was recognised, in Keystone's words, with a blank between two.
    methods = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    # What it was issued for, where that is not a password: it ends with each of them.
    issued_for = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    personal_token = models.ForeignKey(PersonalToken, on_delete=models.CASCADE, null=True, related_name="+")
    access_key = models.ForeignKey(AccessKey, on_delete=models.CASCADE, null=True, related_name="+")
    # As whom the person acts (`tenants.standing_in`): the tenant is then the person's own, the project is not kept.
    acting = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["tenant"]), models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_scope_display()}"
