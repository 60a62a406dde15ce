"""Writes: queueing a mail in the caller's transaction, and delivering what waits."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from apps.core.news import announce
from apps.notify.models import Mail
from apps.tenants import walls
from apps.tenants.models import Tenant

log = logging.getLogger(__name__)
MOST_TRIES = 6
# How long one try may take before another worker may take the mail over.
LEASE = timedelta(minutes=2)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 240, 1440)]


def send_mail(
    *, tenant: Tenant, to: str, subject: str, text: str, html: str = "", key: str = "", secret: bool = False
) -> Mail:
    """Queues a mail; it leaves after commit. The same `key` again returns the mail that is already there."""
    key = key or uuid.uuid4().hex
    mail, created = Mail.objects.get_or_create(
        key=key,
        defaults={
            "tenant": tenant,
            "to": to,
            "subject": " ".join(subject.split())[:200],
            "text": text,
            "html": html,
            "secret": secret,
            "message_id": f"<{uuid.uuid4().hex}@{settings.TAGORA_URL.split('//')[-1].split(':')[0].split('/')[0]}>",
        },
    )
    if created:
        transaction.on_commit(wake)
    return mail


def wake() -> None:
    try:
        current_app.send_task("notify.deliver", retry=False)
    except (BrokerAway, OSError) as error:
        log.warning("broker away, mail waits for the schedule: %s", error)


def _claim() -> Mail | None:
    """The next waiting mail, marked as ours: a compare-and-swap, so that two workers never send one mail."""
    now = timezone.now()
    waiting = Mail.objects.filter(state__in=["queued", "sending"], not_before__lte=now)
    for mail in waiting.order_by("not_before", "pk")[:20]:
        mine = Mail.objects.filter(pk=mail.pk, tries=mail.tries, not_before=mail.not_before, state=mail.state)
        if mine.update(state="sending", tries=F("tries") + 1, not_before=now + LEASE):
            mail.refresh_from_db()
            return mail
    return None


def deliver_waiting() -> int:
    """Sends what waits; returns how many mails left. A mail that fails is tried again with growing pauses."""
    sent = 0
    while (mail := _claim_any()) is not None:
        with walls.behind(mail.tenant_id):
            sent += _deliver(mail)
    return sent


def _claim_any() -> Mail | None:
    with walls.every_tenant("mails of all tenants wait in one line"):
        return _claim()


def _deliver(mail: Mail) -> bool:
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers={"Message-ID": mail.message_id}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    ours = Mail.objects.filter(pk=mail.pk, tries=mail.tries, state="sending")
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a bad address or header is a ValueError
        final = mail.tries >= MOST_TRIES
        pause = PAUSES[min(mail.tries, len(PAUSES)) - 1]
        state = Mail.State.FAILED if final else Mail.State.QUEUED
        ours.update(
            **_without_secret(mail, gone=final), state=state, error=str(error)[:500], not_before=timezone.now() + pause
        )
        log.warning("mail %s not sent (try %d): %s", mail.pk, mail.tries, error)
        return False
    ours.update(**_without_secret(mail, gone=True), state=Mail.State.SENT, sent_at=timezone.now(), error="")
    announce("mail")
    return True


def _without_secret(mail: Mail, *, gone: bool) -> dict[str, str]:
    """Whoever reads the table later finds no link that opens an account."""
    return {"text": "", "html": ""} if mail.secret and gone else {}
