"""Sessions in the database, each loaded together with its person and their tenant: one statement a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import CharField, DateTimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.accounts.models import Person
from apps.core.prepared import Prepared, Slot
from apps.tenants.models import Session

# A shared cache in front of it would cost a round trip as well, and bring the session without its person.
_session = Prepared(
    lambda: Session.objects.select_related("person__tenant_user__tenant").filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    )
)


class SessionStore(DatabaseStore):
    """What SESSION_ENGINE names. `person` is who the loaded row says is signed in; the session proves it."""

    person: Person | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def _get_session_from_db(self) -> Session | None:
        row = _session.first(key=self.session_key, now=timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return None
        self.person = row.person
        return row


def person_of(request: HttpRequest) -> Any:
    """Who is signed in: the person that came with the session, if the session bears their password's mark.

    Whatever does not fit exactly (nobody, a changed password, a rotated key, a deactivated person) is left to Django.
    """
    session: Any = request.session
    key, mark = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY)  # loads the row
    person = getattr(session, "person", None)
    if (
        mark
        and person is not None
        and person.is_active
        and key == str(person.pk)
        and constant_time_compare(mark, person.get_session_auth_hash())
    ):
        return person
    return get_user(request)
