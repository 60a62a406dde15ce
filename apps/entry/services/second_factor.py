"""Setting up a second factor, and taking it away: one's own, or for somebody who has lost theirs."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts import services as accounts
from apps.accounts import throttle
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Denied, Invalid
from apps.tenants.actors import Actor
from apps.tenants.models import Session, Tenant, TenantUser
from apps.tenants.rights import rights_changed


def begin_second_factor(*, actor: Actor) -> accounts.Enrolment:
    """What the authenticator app has to be told; nothing is different before a code was shown."""
    assert actor.person is not None
    return accounts.begin_second_factor(actor.person)


@transaction.atomic
def enable_second_factor(*, actor: Actor, code: str) -> list[str]:
    """From now on a code is asked at sign-in; answers the recovery codes, for once."""
    assert actor.person is not None
    attempt = throttle.begin(f"code:{actor.person.public_id}", actor.source_ip)
    codes = accounts.confirm_second_factor(actor.person, code)
    attempt.succeeded()
    rights_changed(None, actor.person)
    record(actor, Event.ENABLE_SECOND_FACTOR, actor.person)
    return codes


@transaction.atomic
def disable_second_factor(*, actor: Actor, password: str) -> None:
    """A password is enough again; Conflict where the tenant demands more."""
    person = actor.person
    assert person is not None
    _prove(actor, password)
    if actor.tenant is not None and actor.tenant.demands_second_factor:
        raise Conflict(_("Your tenant asks everybody for a second factor. An admin can reset yours."))
    accounts.remove_second_factor(person)
    rights_changed(None, person)
    record(actor, Event.DISABLE_SECOND_FACTOR, person)


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, password: str) -> list[str]:
    """New recovery codes in place of the old ones; answers them, for once."""
    assert actor.person is not None
    _prove(actor, password)
    codes = accounts.renew_recovery_codes(actor.person)
    record(actor, Event.RENEW_RECOVERY_CODES, actor.person)
    return codes


@transaction.atomic
def reset_second_factor(*, actor: Actor, user: TenantUser) -> None:
    """For somebody who has lost their app and their codes: a password is enough once more; their sessions end."""
    authorize(actor, Action.USER_UPDATE, user)
    if actor.person is not None and user.person_id == actor.person.pk:
        raise Denied(_("Your own second factor is changed under 'Account', with your password."))
    if user.is_admin and not actor.is_admin:
        raise Denied(_("Only an admin can reset the second factor of an admin."))
    if not user.person.has_second_factor:
        raise Conflict(_("This person has no second factor."))
    accounts.remove_second_factor(user.person)
    Session.objects.filter(person=user.person).delete()
    rights_changed(None, user.person)
    record(actor, Event.RESET_SECOND_FACTOR, user.person)


@transaction.atomic
def demand_second_factor(*, actor: Actor, demanded: bool) -> None:
    """Whether all users of the tenant need one. Who has none can do nothing else before setting it up."""
    tenant = actor.tenant
    assert tenant is not None
    authorize(actor, Action.SIGN_IN_RULES_UPDATE)
    if demanded and not (actor.mfa or (actor.person and actor.person.has_second_factor)):
        raise Conflict(_("Set up your own second factor first, so that you do not shut yourself out."))
    Tenant.objects.filter(pk=tenant.pk).update(demands_second_factor=demanded)
    tenant.demands_second_factor = demanded
    rights_changed(tenant)
    record(actor, Event.UPDATE_SIGN_IN_RULES, tenant, request={"second_factor": demanded})


def _prove(actor: Actor, password: str) -> None:
    """A browser left open must not be enough to take the second lock off."""
    assert actor.person is not None
    attempt = throttle.begin(f"current:{actor.person.public_id}", actor.source_ip)
    if not actor.person.check_password(password):
        raise Invalid(_("This is not your current password."), field="password")
    attempt.succeeded()
