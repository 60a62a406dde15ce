"""A mail leaves once, after commit, and is tried again when the server of mails is away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from apps.notify import services
from apps.notify.models import Mail
from apps.tenants.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="acme")


def write(tenant: Tenant, key: str = "invite:1") -> Mail:
    return services.send_mail(
        tenant=tenant, to="liu@example.org", subject="New\r\nBcc: x@y", text="hello", html="<p>hello</p>", key=key
    )


def test_a_mail_written_twice_leaves_once(tenant: Tenant) -> None:
    write(tenant)
    write(tenant)
    assert services.deliver_waiting() == 1
    assert services.deliver_waiting() == 0
    assert len(outbox.outbox) == 1
    assert outbox.outbox[0].subject == "New Bcc: x@y", "a header cannot be smuggled in"
    assert Mail.objects.get().state == "sent"


def test_a_mail_of_a_rolled_back_transaction_never_leaves(tenant: Tenant) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        write(tenant)
        raise RuntimeError
    assert services.deliver_waiting() == 0


def test_a_mail_that_cannot_leave_is_tried_again_with_the_same_message_id(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tenant)

    def away(self: object, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", away)
        assert services.deliver_waiting() == 0
    waiting = Mail.objects.get()
    assert (waiting.state, waiting.tries, waiting.error) == ("queued", 1, "no server")
    assert services.deliver_waiting() == 0, "not before its pause is over"
    Mail.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert services.deliver_waiting() == 1
    assert outbox.outbox[0].extra_headers["Message-ID"] == waiting.message_id


def test_after_the_last_try_the_mail_is_shown_as_failed(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tenant)

    def away(self: object, fail_silently: bool = False) -> int:
        raise OSError("refused")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", away)
    for _ in range(services.MOST_TRIES):
        Mail.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        services.deliver_waiting()
    assert Mail.objects.get().state == "failed"


def test_a_mail_whose_sender_died_is_taken_over_after_its_lease(tenant: Tenant) -> None:
    write(tenant)
    Mail.objects.update(state="sending", tries=1, not_before=timezone.now() + services.LEASE)
    assert services.deliver_waiting() == 0
    Mail.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert services.deliver_waiting() == 1


def test_a_second_delivery_into_the_mail_folder_changes_nothing(tenant: Tenant, tmp_path: Path) -> None:
    with override_settings(EMAIL_BACKEND="apps.notify.backends.FolderBackend", TAGORA_MAIL_DIR=tmp_path):
        write(tenant)
        services.deliver_waiting()
        Mail.objects.update(state="queued", not_before=timezone.now())
        services.deliver_waiting()
    files = list(tmp_path.iterdir())
    assert len(files) == 1
    assert files[0].suffix == ".eml"
    assert b"liu@example.org" in files[0].read_bytes()
