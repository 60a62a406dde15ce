"""Policies of a tenant, their versions, and to whom they are attached."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Person
from apps.core.ids import hex_id
from apps.tenants.models import Group, Project, TenantOwned


class Policy(TenantOwned):
    """A policy that the tenant wrote; `document` is the text of its newest version."""

    class Scope(models.TextChoices):
        """Whether its services exist once for the whole tenant or in each project; one policy never mixes them."""

        GLOBAL = "global", _("global services")
        PROJECT = "project", _("project services")

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True, default="")
    scope = models.CharField(max_length=8, choices=Scope.choices)
    document = models.TextField()
    number = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="policy_name_per_tenant")]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(TenantOwned):
    """What a policy said from one save to the next. Never changed."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number_once")]

    def __str__(self) -> str:
        return f"{self.policy_id} v{self.number}"


class Attachment(TenantOwned):
    """A policy given to a group or to one user: for one project, or for all of them when `project` is empty.

    The policy is one of the tenant's own, or a system policy by its name.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, null=True, related_name="attachments")
    system = models.CharField(max_length=64, blank=True, default="")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="attachments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(policy__isnull=False, system="")
                | (models.Q(policy__isnull=True) & ~models.Q(system="")),
                name="attachment_of_one_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(group__isnull=False, person__isnull=True)
                | models.Q(group__isnull=True, person__isnull=False),
                name="attachment_to_one_holder",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "person"]), models.Index(fields=["tenant", "group"])]

    def __str__(self) -> str:
        return self.system or str(self.policy_id)
