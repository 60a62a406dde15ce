"""Encloses requests with walls: first with the one that is claimed, then with that of whoever was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, parse_cookie

from apps.accounts.models import Person
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Project, TenantUser

_VERSIONS = {"v1", "v2", "v3"}
_tenant_of_project: dict[str, int] = {}


def _tenant_of_address(path: str) -> int | None:
    """The tenant of the project in an address of the API (`/v2/<project>/...`); a project never changes its tenant."""
    parts = path.split("/", 3)
    if len(parts) < 4 or parts[1] not in _VERSIONS or len(parts[2]) != 32:
        return None
    known = _tenant_of_project.get(parts[2])
    if known is None:
        with walls.every_tenant("an address names the project, and only the project its tenant"):
            known = Project.objects.filter(public_id=parts[2]).values_list("tenant", flat=True).first()
        if known is not None:
            _tenant_of_project[parts[2]] = known
    return known


def claimed(cookies: Mapping[str, str], path: str) -> int | None:
    """The wall before anybody is known: what the session's key claims.

    People who work for several tenants have a key without a claim; for them the project in the address decides, and on
    pages the task that they open (`labeling.selectors.seat_of`).
    """
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    tenant = walls.claimed(key)
    return _tenant_of_address(path) if tenant is None else tenant


def stand_with(actor: Actor) -> None:
    """The wall once it is known who asks. A credential that proved nothing opens nothing."""
    if actor.tenant is not None:
        walls.enter(actor.tenant.pk)
    elif actor.person is None:
        walls.enter(None)


def known_person(pk: int) -> Person:
    """Somebody who was recognised otherwise (a password, a link), with their tenant, behind whose wall it goes on."""
    with walls.every_tenant("who comes in is known before it is known to which tenant they belong"):
        person = Person.objects.select_related("tenant_user__tenant").get(pk=pk)
    user: TenantUser | None = getattr(person, "tenant_user", None)
    if user is not None:
        walls.enter(user.tenant_id)
    return person


class WallMiddleware:
    """Stands before the session is read. What stands above it finds no row of any tenant."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with walls.behind(claimed(request.COOKIES, request.path_info)):
            response: Any = self.get_response(request)
            if response.streaming and not response.is_async and not isinstance(response, FileResponse):
                # Rows of an export are asked for while it is sent, after this and perhaps by another thread.
                response.streaming_content = walls.enclosed(response.streaming_content, walls.told())
            return cast(HttpResponse, response)


class WalledSocket:
    """The same for a socket, for as long as it is open: what it asks in threads is asked behind its wall."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        cookies = parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
        key = cookies.get(settings.SESSION_COOKIE_NAME, "")
        with walls.behind(walls.claimed(key)):
            await self.app(scope, receive, send)
