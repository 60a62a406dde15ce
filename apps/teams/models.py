"""Teams, members and invitations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.actions import Action
from apps.access.grants import grant_permissions
from apps.access.resources import ResourceKind
from apps.core.ids import hex_id, public_id
from apps.teams import states
from apps.tenants.models import Project, TenantOwned


class Role(models.TextChoices):
    """What a member does in the tasks of their team."""

    LABELER = "labeler", _("Labeler")
    REVIEWER = "reviewer", _("Reviewer")
    TEAM_MANAGER = "team_manager", _("Team manager")


class Team(TenantOwned):
    """A named group of members; its name is unique in the project."""

    resource = ResourceKind("workforce", view=Action.TEAM_VIEW)

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="teams", db_index=False)
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="team_name_unique_in_project")]
        permissions = [*grant_permissions("team")]

    def __str__(self) -> str:
        return self.name


class Member(TenantOwned):
    """An e-mail address on a team's list, and the person behind it once that person has accepted.

    The address of a deleted member is erased; the row stays because answers refer to it.
    """

    resource_parent = "team"

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    email = models.CharField(max_length=254, blank=True, db_index=True)
    description = models.CharField(max_length=256, blank=True, default="")
    role = models.CharField(max_length=16, choices=Role.choices)
    state = models.CharField(max_length=16, default=states.NOT_INVITED)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"], condition=~Q(state=states.DELETED), name="member_email_unique_in_team"
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(role=Role.TEAM_MANAGER) & ~Q(state=states.DELETED),
                name="one_manager_per_team",
            ),
        ]

    def __str__(self) -> str:
        return self.email or self.public_id


class Invitation(models.Model):
    """A link that lets one member set a password, once.

    Only the SHA-256 of the token is stored. Sending again, a change of role and deletion of the
    member all delete the row, and with it the link. `task` is the public id of the team task the
    mail speaks of (or empty): where the person lands afterwards.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    task = models.CharField(max_length=20, blank=True, default="")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"invitation of {self.member_id}"
