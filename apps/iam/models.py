"""Invitations of users. Users and groups themselves are rows of `tenants`, policies rows of `access`."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from apps.accounts.models import Person
from apps.core.ids import hex_id
from apps.tenants.models import Group, TenantOwned


class UserInvitation(TenantOwned):
    """A link that makes one person a user of the tenant, once.

    Only the SHA-256 of the token is stored. Sending again makes the earlier link worthless; revoking deletes the row.
    """

    public_id = models.CharField(max_length=32, unique=True, default=hex_id, editable=False)
    email = models.CharField(max_length=254)
    groups = models.ManyToManyField(Group, related_name="+")
    inviter = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"], condition=models.Q(used_at=None), name="one_open_invitation_per_address"
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()
