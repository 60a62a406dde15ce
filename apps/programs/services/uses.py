"""When a credential was used last: coarsely, so that a busy program costs no statement."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.programs.models import AccessKey, PersonalToken

COARSE = timedelta(minutes=5)


def note_use(row: AccessKey | PersonalToken, address: str) -> None:
    """Keeps the moment and the address, at most once in five minutes."""
    now = timezone.now()
    if row.last_used_at is not None and now - row.last_used_at < COARSE:
        return
    type(row)._default_manager.filter(pk=row.pk).update(last_used_at=now, last_used_from=address[:45])
