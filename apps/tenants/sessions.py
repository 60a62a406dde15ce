"""Sessions in the database, each loaded together with its person and their tenant: one statement a request."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core import signing
from django.db.models import CharField, DateTimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_str

from apps.accounts.models import Person
from apps.accounts.sessions import NOTED
from apps.core.prepared import Prepared, Slot
from apps.tenants import walls
from apps.tenants.models import Session, TenantUser

# How old `seen_at` may get: a session in use costs one write in this time.
SEEN_EVERY = timedelta(minutes=5)
# A shared cache in front of it would cost a round trip as well, and bring the session without its person.
_session = Prepared(
    lambda: Session.objects.select_related("person__tenant_user__tenant").filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    )
)


class _AsItIs:
    """A serializer for what is looked at later."""

    def dumps(self, obj: Any) -> bytes:
        return bytes(obj)

    def loads(self, data: bytes) -> bytes:
        return data


@lru_cache(maxsize=4096)
def _unsigned(signed: str, salt: str, _key: str) -> bytes:
    """What was signed. The same text has the same signature, which need not be worked out for every request."""
    found: bytes = signing.loads(signed, salt=salt, serializer=_AsItIs)
    return found


class SessionStore(DatabaseStore):
    """What SESSION_ENGINE names. `person` is who the loaded row says is signed in; the session proves it."""

    person: Person | None = None
    _seen_at: datetime | None = None

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            unsigned = _unsigned(force_str(session_data), self.key_salt, settings.SECRET_KEY)
        except (signing.BadSignature, ValueError):
            return super().decode(session_data)  # says so in the log, and gives an empty session
        data: dict[str, Any] = self.serializer().loads(unsigned)
        return data

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        noted = data.get(NOTED) if row.person_id is not None else None
        if noted:
            row.signed_in_at = datetime.fromisoformat(noted["at"])
            row.address, row.agent = noted["address"], noted["agent"]
        return row

    def _get_session_from_db(self) -> Session | None:
        row = _session.first(key=self.session_key, now=timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return None
        self.person, self._seen_at = row.person, row.seen_at
        return row

    def _tenant_of_signed_in(self) -> int | None:
        key = getattr(self, "_session_cache", {}).get(SESSION_KEY)
        if key is None:
            return None
        with walls.every_tenant("a session's key is made before its person stands behind a wall"):
            return TenantUser.objects.filter(person=int(key)).values_list("tenant", flat=True).first()

    def _get_new_session_key(self) -> str:
        # The tenant stands in front, so that the wall is known before the session is read.
        return walls.claiming(self._tenant_of_signed_in(), super()._get_new_session_key())  # type: ignore[misc]  # Django's own

    def save(self, must_create: bool = False) -> None:
        """Who signed in since the session was read takes a key that says whose they are."""
        signed_in = None if self.session_key is None else self._get_session(no_load=must_create).get(SESSION_KEY)  # type: ignore[attr-defined]  # Django's own
        old = self.session_key
        new = signed_in and (self.person is None or str(self.person.pk) != signed_in)
        if old and new and walls.claimed(old) != self._tenant_of_signed_in():
            self._session_key, must_create = self._get_new_session_key(), True
            Session.objects.filter(session_key=old).delete()
        super().save(must_create=must_create)

    def note_use(self) -> None:
        """Keeps `seen_at` roughly true."""
        now = timezone.now()
        if self._seen_at is not None and now - self._seen_at > SEEN_EVERY:
            self._seen_at = now
            Session.objects.filter(session_key=self.session_key).update(seen_at=now)


def person_of_session(session: Any) -> Person | None:
    """The person that came with the session, if the session bears their password's mark and they may still come in."""
    key, mark = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY)  # loads the row
    person: Person | None = getattr(session, "person", None)
    if (
        mark
        and person is not None
        and person.is_active
        and key == str(person.pk)
        and constant_time_compare(mark, person.get_session_auth_hash())
    ):
        return person
    return None


def person_of(request: HttpRequest) -> Any:
    """Who is signed in.

    Whatever does not fit exactly (nobody, a changed password, a rotated key, a deactivated person) is left to Django.
    """
    return person_of_session(request.session) or get_user(request)
