"""Operators at a tenant: asked for with a reason, seen by the tenant, short, and looking only."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.agencies.models import Visit
from apps.agencies.policies import authorize_operator
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid, NotFound
from apps.notify.services import send_mail
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant, TenantUser
from apps.tenants.rights import rights_changed

MOST_HOURS = 4


@transaction.atomic
def ask_visit(*, actor: Actor, tenant: Tenant, reason: str, hours: int) -> Visit:
    """An operator asks to look at a tenant's data; where the tenant does not ask to agree first, the visit is open.

    The tenant's log has it as an incident, its admins get a mail. Invalid without a reason, or for more than 4 hours.
    """
    authorize_operator(actor)
    assert actor.person is not None
    if len(reason.strip()) < 10:
        raise Invalid(_("Say why, in a sentence: the tenant will read it."), field="reason")
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid(_("A visit lasts one to four hours."), field="hours")
    with walls.every_tenant("an operator asks a tenant to be let in"):
        visit = Visit.objects.create(tenant=tenant, operator=actor.person, reason=reason.strip()[:512], hours=hours)
        record(actor, Event.ASK_VISIT, tenant, request={"reason": visit.reason, "hours": hours}, tenant=tenant)
        if not tenant.approves_visits:
            _open(actor, visit)
        for user in TenantUser.objects.filter(tenant=tenant, is_admin=True, person__is_active=True):
            _tell(visit, user)
    return visit


def _tell(visit: Visit, user: TenantUser) -> None:
    if not user.person.email:
        return
    with translation.override(user.person.language or translation.get_language()):
        context = {"visit": visit, "tenant": visit.tenant, "open": visit.is_open}
        send_mail(
            tenant=visit.tenant,
            to=user.person.email,
            subject=_("An operator asks to look at your data"),
            text=render_to_string("mail/visit.txt", context),
            key=f"visit:{visit.public_id}:{user.person.public_id}",
        )


def _open(actor: Actor, visit: Visit) -> None:
    now = timezone.now()
    moved = Visit.objects.filter(pk=visit.pk, state=Visit.State.ASKED).update(
        state=Visit.State.OPEN, opened_at=now, expires_at=now + timedelta(hours=visit.hours)
    )
    if not moved:
        raise Conflict(_("Somebody has decided about this visit already."))
    visit.refresh_from_db()
    record(
        actor,
        Event.OPEN_VISIT,
        visit.tenant,
        request={"operator": visit.operator.login, "reason": visit.reason, "hours": visit.hours},
        tenant=visit.tenant,
    )


@transaction.atomic
def open_visit(*, actor: Actor, visit: Visit) -> None:
    """An admin of the tenant lets the operator in."""
    authorize(actor, Action.VISIT_DECIDE, visit)
    _open(actor, visit)


@transaction.atomic
def refuse_visit(*, actor: Actor, visit: Visit) -> None:
    authorize(actor, Action.VISIT_DECIDE, visit)
    if not Visit.objects.filter(pk=visit.pk, state=Visit.State.ASKED).update(state=Visit.State.REFUSED):
        raise Conflict(_("Somebody has decided about this visit already."))
    record(actor, Event.REFUSE_VISIT, visit.tenant, request={"operator": visit.operator.login})


@transaction.atomic
def start_visit(*, actor: Actor, public_id: str) -> Visit:
    """The operator goes in. NotFound unless it is their own visit and open."""
    authorize_operator(actor)
    with walls.every_tenant("an operator's visit is known before it is known to which tenant it leads"):
        visit = Visit.objects.select_related("tenant").filter(public_id=public_id, operator=actor.person).first()
        if visit is None or not visit.is_open:
            raise NotFound(_("This visit is not open."))
        record(actor, Event.ASSUME_AGENCY, visit.tenant, request={"visit": visit.reason}, tenant=visit.tenant)
    return visit


@transaction.atomic
def end_visit(*, actor: Actor, visit: Visit) -> None:
    """At once, by the operator who visits or by an admin of the tenant."""
    own = actor.person is not None and visit.operator_id == actor.person.pk
    if not own:
        authorize(actor, Action.VISIT_DECIDE, visit)
    with walls.every_tenant("an operator may end their visit from outside"):
        Visit.objects.filter(pk=visit.pk).exclude(state=Visit.State.ENDED).update(
            state=Visit.State.ENDED, ended_at=timezone.now()
        )
        rights_changed(visit.tenant)
        rights_changed(None, visit.operator)
        record(actor, Event.END_VISIT, visit.tenant, request={"operator": visit.operator.login}, tenant=visit.tenant)


@transaction.atomic
def set_visit_rule(*, actor: Actor, approves: bool) -> None:
    """Whether an operator's visit waits until an admin agrees."""
    authorize(actor, Action.VISIT_DECIDE)
    assert actor.tenant is not None
    actor.tenant.approves_visits = approves
    Tenant.objects.filter(pk=actor.tenant.pk).update(approves_visits=approves)
    record(actor, Event.UPDATE_VISIT_RULE, actor.tenant, request={"approves_visits": approves})
