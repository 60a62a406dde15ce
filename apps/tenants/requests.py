"""The actor of a request, for the views of every app."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import Denied
from apps.tenants.actors import VISITOR, Actor
from apps.tenants.selectors import in_default_project, unfinished


def source_address(request: HttpRequest) -> str:
    """The socket's address, or what the last of our own proxies saw; the client's claims are not believed."""
    proxies: int = settings.TAGORA_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            try:
                return str(ip_address(hops[-proxies]))
            except ValueError:
                pass  # what no proxy of ours would write
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def actor_of(request: HttpRequest) -> Actor:
    """Whoever the middleware found; a visitor when it has not run."""
    actor: Actor = getattr(request, "actor", VISITOR)
    return actor


def require_person(request: HttpRequest) -> Actor:
    """The signed-in actor of a page; Denied (which leads to the sign-in page) for a visitor."""
    actor = actor_of(request)
    if actor.person is None:
        raise Denied(_("Sign in first."), code="ModelArts.0201")
    return actor


def require_user(request: HttpRequest) -> Actor:
    """The actor of a tenant's page, bound to the tenant's project; Denied for visitors and for invited workers."""
    actor = require_person(request)
    if actor.tenant is None:
        if actor.person is not None and unfinished(actor.person, mfa=actor.mfa) == "second-factor":
            raise Denied(_("Your tenant asks everybody for a second factor. Set yours up first: under 'Account'."))
        if actor.person is not None and actor.person.must_change_password:
            raise Denied(_("Choose a password of your own first: under 'Account', 'Password'."))
        raise Denied(_("This page is for the users of a tenant. Your tasks are under 'My tasks'."))
    return in_default_project(actor)
