"""Telling that somebody's rights changed: what was worked out from them is void, open pages ask again."""

from __future__ import annotations

from apps.accounts.models import Person
from apps.core.news import announce
from apps.tenants.models import Tenant, rights_stamp


def rights_changed(tenant: Tenant | None, person: Person | None = None) -> None:
    """Called, in its transaction, by every service that gives or takes a right.

    Without `person` it concerns everybody in the tenant. The new stamp comes with the session of the next request in
    every process, so that no cache outlives it; the topics reach the sockets that are open.
    """
    if tenant is not None:
        tenant.rights_stamp = rights_stamp()
        Tenant.objects.filter(pk=tenant.pk).update(rights_stamp=tenant.rights_stamp)
    if person is not None:
        announce(f"rights:{person.public_id}")
    elif tenant is not None:
        announce(f"rights:{tenant.public_id}")
