"""What the database itself does for the log: notes each event as pending, and refuses to change or remove rows.

Triggers hold for everybody, the owner of the tables included. On PostgreSQL the server's role has no right to UPDATE,
DELETE or TRUNCATE either (`append_only` of the models). Rows may go only below a purge that is on record in the
(append-only) digests.
"""

# ruff: noqa: S608  (the names in these statements are the ones below)

from __future__ import annotations

from typing import Any

EVENT, SEAL, DIGEST, PENDING = "audit_auditevent", "audit_auditseal", "audit_auditdigest", "audit_auditpending"
# Rows of these tables are never changed, and removed only by a purge on record (digests: never).
APPEND_ONLY = (EVENT, SEAL, DIGEST)
REFUSED = "the audit log is append-only"

_PURGED = {
    EVENT: (
        f"EXISTS (SELECT 1 FROM {SEAL} s JOIN {DIGEST} d ON d.tenant_id = s.tenant_id AND d.kind = 'purge'"
        " AND d.last_seq >= s.seq WHERE s.event_id = OLD.id)"
    ),
    SEAL: (
        f"EXISTS (SELECT 1 FROM {DIGEST} d WHERE d.tenant_id = OLD.tenant_id AND d.kind = 'purge'"
        " AND d.last_seq >= OLD.seq)"
    ),
    DIGEST: "FALSE",
}


def raise_guards(vendor: str) -> list[str]:
    """Statements that put every trigger in place; they may be run again."""
    return [*drop_guards(vendor), *(_postgresql() if vendor == "postgresql" else _sqlite())]


def drop_guards(vendor: str) -> list[str]:
    on = vendor == "postgresql"
    names = [(f"{table}_{what}", table) for table in APPEND_ONLY for what in ("kept", "stays", "whole")]
    names.append((f"{EVENT}_pending", EVENT))
    return [f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on else "") for name, table in names]


def _sqlite() -> list[str]:
    made = [
        f"CREATE TRIGGER {EVENT}_pending AFTER INSERT ON {EVENT} BEGIN"
        f" INSERT INTO {PENDING} (event_id, tenant_id) VALUES (NEW.id, NEW.tenant_id); END"
    ]
    for table in APPEND_ONLY:
        made += [
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} WHEN NOT ({_PURGED[table]})"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
        ]
    return made


def _postgresql() -> list[str]:
    made = [
        "CREATE OR REPLACE FUNCTION audit_note_pending() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" INSERT INTO {PENDING} (event_id, tenant_id) VALUES (NEW.id, NEW.tenant_id); RETURN NULL; END $$",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'insufficient_privilege'; END $$",
        f"CREATE TRIGGER {EVENT}_pending AFTER INSERT ON {EVENT} FOR EACH ROW EXECUTE FUNCTION audit_note_pending()",
    ]
    for table in APPEND_ONLY:
        made += [
            f"CREATE OR REPLACE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {_PURGED[table]} THEN RETURN OLD; END IF;"
            f" RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'insufficient_privilege'; END $$",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stay()",
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        ]
    return made


def raise_all(connection: Any) -> None:
    with connection.cursor() as cursor:
        for statement in raise_guards(connection.vendor):
            cursor.execute(statement)
