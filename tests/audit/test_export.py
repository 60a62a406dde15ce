"""A log that was taken along can be verified by a program that knows nothing of the server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.audit.keys import keys
from apps.audit.models import AuditEvent
from apps.audit.shelf import shelf
from tests.audit.tampering import as_superuser, event_at, happened
from tests.factories import Customer

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "verify_audit_export.py"


@pytest.fixture
def exported(acme: Customer, tmp_path: Path) -> Path:
    happened(acme, 8)
    happened(acme, 8)
    call_command("export_audit", str(tmp_path), tenant="acme", verbosity=0)
    return tmp_path


def verified(folder: Path, key: str = "") -> tuple[int, str]:
    command = [sys.executable, str(SCRIPT), str(folder), "--key", key or keys()[0].public_text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def change(folder: Path, seq: int, **values: object) -> None:
    path = folder / "events.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[seq - 1] |= values
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")


def test_the_verifier_is_short_enough_to_be_read() -> None:
    assert len(SCRIPT.read_text().splitlines()) < 200
    assert "apps" not in SCRIPT.read_text()


def test_an_untouched_export_is_whole(exported: Path) -> None:
    assert verified(exported) == (0, "16 events up to 16, 2 digests that cover 16\nwhole\n")
    assert AuditEvent.objects.filter(name="exportTraces").count() == 1


@pytest.mark.parametrize("values", [{"code": 1}, {"user": {"name": "x"}}, {"time": 1}, {"more": 1}])
def test_a_changed_line_is_found(exported: Path, values: dict[str, object]) -> None:
    change(exported, 6, **values)
    status, text = verified(exported)
    assert status == 1
    assert "first bad event: 6" in text


def test_removed_lines_are_found(exported: Path) -> None:
    path = exported / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3] + lines[4:]))
    assert "first bad event: 4" in verified(exported)[1]
    path.write_text("".join(lines[:12]))
    assert "first bad event: 13" in verified(exported)[1]
    path.write_text("".join([*lines, lines[3]]))
    assert "first bad event: 4" in verified(exported)[1]


def test_digests_are_worth_something_with_their_key_only(exported: Path) -> None:
    assert verified(exported, key="00" * 31 + "01")[0] == 1
    (exported / "digests" / "00000001.json").unlink()
    assert "first bad event: 1" in verified(exported)[1]


def test_a_log_that_was_changed_before_it_was_exported_does_not_pass(acme: Customer, tmp_path: Path) -> None:
    happened(acme, 5)
    with as_superuser() as cursor:
        cursor.execute("UPDATE audit_auditevent SET code = 1 WHERE id = %s", [event_at(acme.tenant, 3)])
    call_command("export_audit", str(tmp_path), tenant="acme", verbosity=0)
    assert "first bad event: 3" in verified(tmp_path)[1]


def test_the_digests_of_the_bucket_can_be_used(exported: Path, acme: Customer) -> None:
    for name in shelf().names(acme.tenant.pk):
        (exported / "digests" / name).write_bytes(shelf().read(acme.tenant.pk, name) or b"")
    assert verified(exported)[0] == 0


def test_there_must_be_such_a_tenant(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("export_audit", str(tmp_path), tenant="nobody")
