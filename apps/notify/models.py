"""Mails that wait, mails that were sent."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tenants.models import TenantOwned


class Mail(TenantOwned):
    """`key` says what the mail is about, so that a second writing is harmless; `message_id` stays over all tries.

    A `secret` mail opens an account: it is on no page, and its body goes as soon as it has left.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    message_id = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "id"]),
            models.Index(
                fields=["not_before"], condition=models.Q(state__in=["queued", "sending"]), name="mail_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} -> {self.to}"
