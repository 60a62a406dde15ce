"""What a session holds, and that nobody changes it from outside."""

from __future__ import annotations

import pytest

from apps.tenants.models import Session
from apps.tenants.sessions import SessionStore


@pytest.mark.django_db
def test_a_session_whose_text_was_tampered_with_is_empty_however_often_it_was_read() -> None:
    store = SessionStore()
    store["word"] = "kept"
    store.create()
    row = Session.objects.get(session_key=store.session_key)
    for _ in range(2):
        assert SessionStore(store.session_key).get("word") == "kept"
    read = SessionStore(store.session_key)
    read["word"] = "changed"  # without saving: what one request does with its copy, no other one sees
    assert SessionStore(store.session_key).get("word") == "kept"
    Session.objects.filter(pk=row.pk).update(session_data=row.session_data[:-1] + "-")
    assert SessionStore(store.session_key).get("word") is None
