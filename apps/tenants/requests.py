"""The actor of a request, for the views of every app."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import Denied
from apps.tenants.actors import VISITOR, Actor
from apps.tenants.selectors import in_default_project


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
        raise Denied(_("This page is for the users of a tenant. Your tasks are under 'My tasks'."))
    return in_default_project(actor)
