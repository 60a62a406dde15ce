"""Reads of the outbox."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.access.selectors import visible_to
from apps.core.errors import NotFound
from apps.notify.models import Mail
from apps.tenants.actors import Actor


def mails_of(actor: Actor) -> QuerySet[Mail]:
    """The tenant's mails; what is in them (links to sign in with) is for admins only, and secret ones for nobody."""
    return visible_to(actor, Mail.objects.filter(secret=False)) if actor.is_admin else Mail.objects.none()


def get_mail(actor: Actor, pk: int) -> Mail:
    mail = mails_of(actor).filter(pk=pk).first()
    if mail is None:
        raise NotFound(_("There is no such mail."))
    return mail
