"""A log of many events, made by the database itself, and what is measured of it; see bench/audit.py."""

from __future__ import annotations

import time
import uuid
from typing import Any

# Parameters of ListTraces, and the columns that they look at.
FILTERS = {
    "service_type": "service",
    "resource_type": "resource_type",
    "trace_name": "name",
    "resource_id": "resource_id",
    "resource_name": "resource_name",
    "user": "user_name",
    "trace_rating": "level",
    "trace_type": "via",
    "source_ip": "source_ip",
}
TRACE_TYPES = {"page": "ConsoleAction", "api": "ApiCall", "system": "SystemAction"}
SMALL = 10_000

# What happens how often, of a thousand: name, type, service, per mille.
MIX = [
    ("updateWorkforceTaskSamples", "dataset", "ModelArts", 700),
    ("reviewSamples", "dataset", "ModelArts", 120),
    ("updateSamples", "dataset", "ModelArts", 60),
    ("uploadObjects", "bucket", "OBS", 40),
    ("login", "user", "IAM", 35),
    ("createDataset", "dataset", "ModelArts", 10),
    ("publishDatasetVersion", "dataset", "ModelArts", 10),
    ("createWorker", "workforce", "ModelArts", 10),
    ("deleteSamples", "dataset", "ModelArts", 5),
    ("refuseOperation", "dataset", "ModelArts", 5),
    ("createPolicy", "policy", "IAM", 3),
    ("exportTraces", "trace", "CTS", 2),
]
_INSERT = """
WITH mix AS (SELECT array_agg(name ORDER BY place) AS names, array_agg(type ORDER BY place) AS types,
                    array_agg(service ORDER BY place) AS services FROM bench_mix),
     drawn AS (
        SELECT n, 1 + floor(power(random(), 2.5) * 200)::int AS who,
               1 + floor(power(random(), 1.5) * 2000)::int AS what,
               1 + floor(random() * 1000)::int AS kind, random() AS luck,
               (extract(epoch FROM now()) * 1000)::bigint
               - ((%(count)s - n)::numeric / %(count)s * 400 * 86400000)::bigint AS at
        FROM generate_series(1, %(count)s) AS n)
INSERT INTO audit_auditevent (id, tenant_id, name, level, via, service, resource_type, resource_id, resource_name,
    user_id, user_name, user_domain, agency, credential, source_ip, user_agent, request_id, request_body, response_body,
    code, api_version, read_only, action, target, decision, statement, mark, recorded_at)
SELECT (lpad(to_hex(at), 12, '0') || '7' || lpad(to_hex(n %% 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid,
    %(tenant)s, names[kind],
    CASE WHEN luck < 0.0002 THEN 'incident' WHEN luck < 0.02 THEN 'warning' ELSE 'normal' END,
    CASE WHEN luck > 0.98 THEN 'system' WHEN luck > 0.80 THEN 'page' ELSE 'api' END,
    services[kind], types[kind], md5(types[kind] || what)::char(20), types[kind] || '-' || what,
    md5('user' || who), %(name)s || '/user' || who, %(name)s, '', 'session',
    '10.0.' || who %% 250 || '.' || (who + floor(luck * 3)::int) %% 250, 'Mozilla/5.0 (X11; Linux x86_64)',
    md5(n::text), '{"samples":{"' || md5(n::text) || '":' || n %% 9 || '}}', '', 200, 'v2', false,
    'modelarts:dataset:update', 'modelarts:tagora:*:dataset:' || what, 'allow', 'admin', md5('m' || n::text),
    to_timestamp(at / 1000.0)
FROM drawn, mix
"""
_SEAL = """
INSERT INTO audit_auditseal (event_id, tenant_id, seq, hash)
SELECT id, tenant_id, row_number() OVER (ORDER BY id), sha256(id::text::bytea)
FROM audit_auditevent WHERE tenant_id = %s
"""


def fill(count: int) -> None:
    """Half of the events are the big tenant's, some the small one's, the rest ten others'."""
    from django.db import connection

    from apps.audit.guards import drop_guards, raise_guards

    customer("small"), customer("big")
    shares = {"small": SMALL, "big": count // 2, **{f"other{number}": count // 20 for number in range(10)}}
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for statement in drop_guards("postgresql"):
            cursor.execute(statement)
        cursor.execute("CREATE TEMP TABLE bench_mix (place serial, name text, type text, service text)")
        rows = [(name, kind, service) for name, kind, service, share in MIX for _turn in range(share)]
        cursor.executemany("INSERT INTO bench_mix (name, type, service) VALUES (%s, %s, %s)", rows)
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_auditevent'")
        indexes = [(name, text) for name, text in cursor.fetchall() if not name.endswith("_pkey")]
        for name, _text in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for name, share in shares.items():
            cursor.execute(_INSERT, {"tenant": customer(name).pk, "name": name, "count": share})
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, text in indexes:
            cursor.execute(text)
        for name in ("small", "big"):
            cursor.execute(_SEAL, [customer(name).pk])
        for statement in raise_guards("postgresql"):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE audit_auditevent")
        cursor.execute("VACUUM ANALYZE audit_auditseal")


def customer(name: str) -> Any:
    from apps.tenants import walls
    from apps.tenants.models import Tenant
    from apps.tenants.services import create_tenant

    with walls.every_tenant("a benchmark makes its tenants"):
        found = Tenant.objects.filter(name=name).first()
        return found or create_tenant(name=name, admin="ann", password="only-for-a-benchmark").tenant


def program(name: str) -> tuple[Any, str]:
    """A client that is signed in as the tenant's admin, and the address of ListTraces."""
    from django.test import Client

    from apps.tenants import walls
    from apps.tenants.models import Project, TenantUser

    with walls.every_tenant("a benchmark signs in"):
        user = TenantUser.objects.select_related("person").get(tenant__name=name)
        project = Project.objects.get(tenant__name=name)
        client = Client()
        client.force_login(user.person, backend="apps.tenants.backends.PersonBackend")
    return client, f"/v3/{project.public_id}/traces"


def some_events(name: str) -> tuple[list[dict[str, Any]], int]:
    """Values to look for, out of events from everywhere in the log, and how many there are."""
    from django.db.models import Max

    from apps.audit.models import AuditEvent, AuditSeal
    from apps.tenants import walls

    with walls.every_tenant("a benchmark reads a log"):
        tenant = customer(name).pk
        count = AuditSeal.objects.filter(tenant_id=tenant).aggregate(Max("seq"))["seq__max"]
        seals = AuditSeal.objects.filter(tenant_id=tenant, seq__in=range(1, count + 1, max(1, count // 500)))
        rows = list(AuditEvent.objects.filter(pk__in=list(seals.values_list("event_id", flat=True))))
    sample: list[dict[str, Any]] = []
    for row in rows:
        values = {name: getattr(row, column) for name, column in FILTERS.items()}
        sample.append({"id": row.pk, **values, "trace_type": TRACE_TYPES[row.via]})
    return sample, count


def plans() -> str:
    """Whether PostgreSQL reads the whole table for any filter or pair of filters."""
    import itertools
    from datetime import timedelta

    from django.utils import timezone

    from apps.audit.selectors import TraceFilter, filtered
    from apps.tenants import walls

    sample, _count = some_events("big")
    event, other = sample[1], sample[-2]
    whole = []
    with walls.every_tenant("a benchmark reads plans"):
        tenant = customer("big").pk
    start = timezone.now() - timedelta(days=401)
    names = {"service_type": "service", "trace_name": "name", "trace_rating": "level"}
    with walls.behind(tenant):
        for one, two in itertools.combinations(FILTERS, 2):
            wanted = {names.get(one, one): event[one], names.get(two, two): other[two]}
            plan = filtered(tenant, TraceFilter(**wanted, start=start)).order_by("-pk")[:51].explain()
            if "Seq Scan on audit_auditevent" in plan:
                whole.append((one, two))
    return f"whole table read for {whole}" if whole else "no pair of filters reads the whole table"


def recording(*, chained: bool, seconds: float = 4.0) -> float:
    """Events a second that one process records, each in a transaction of its own, without the wait for the disk."""
    from django.db import connection

    from apps.audit.events import Event
    from apps.audit.guards import raise_guards
    from apps.audit.services import record
    from apps.tenants import walls
    from apps.tenants.actors import Actor

    tenant = customer("recording")
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        if not chained:
            cursor.execute("DROP TRIGGER audit_auditevent_pending ON audit_auditevent")
    actor = Actor(tenant=tenant, via="api", source_ip="10.0.0.1", request_id="f" * 32)
    with walls.behind(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        count, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            record(actor, Event.UPDATE_SAMPLES, request={"samples": {"a" * 32: 1}})
            count += 1
    rate = count / (time.perf_counter() - begun)
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for statement in raise_guards("postgresql"):
            cursor.execute(statement)
    return rate


def chain(count: int) -> tuple[float, int, float, int]:
    """Writes events with marks by COPY, seals and signs them, verifies them: rates, digests, seconds, events."""
    from django.db import connection

    from apps.audit.digests import sign_everything
    from apps.audit.keys import keys
    from apps.audit.models import PLATFORM, AuditPending
    from apps.audit.sealing import seal
    from apps.audit.traces import COLUMNS, canonical, facts
    from apps.audit.verification import verify
    from apps.core.ids import ordered_ids
    from apps.tenants import walls

    tenant = customer(f"chain{uuid.uuid4().hex[:6]}").pk
    values: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    values |= {"tenant_id": tenant, "name": "updateSamples", "level": "normal", "via": "api", "service": "ModelArts"}
    values |= {"resource_type": "dataset", "code": 200, "read_only": False, "user_name": "acme/ann"}
    assert tenant != PLATFORM
    with walls.every_tenant("a benchmark writes a log"):
        with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
            columns = ", ".join([*COLUMNS, "mark"])
            with cursor.copy(f"COPY audit_auditevent ({columns}) FROM STDIN") as copy:
                for number, key in enumerate(ordered_ids.take(count)):
                    values |= {"id": key, "request_body": f'{{"number":{number}}}', "request_id": key.hex}
                    row = [values[column] for column in COLUMNS]
                    copy.write_row([*row, keys()[0].mark(canonical(facts(values)))])
        begun, busy = time.perf_counter(), time.process_time()
        while AuditPending.objects.filter(tenant_id=tenant).exists():
            seal(tenant)
            sign_everything()
        sealing = count / (time.perf_counter() - begun)
        print(f"{'sealing kept the server busy':32} {time.process_time() - busy:8.1f} s of {count / sealing:.1f}")
        begun, busy = time.perf_counter(), time.process_time()
        report = verify(tenant)
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy
        print(f"{'verifying kept the server busy':32} {busy:8.1f} s of {seconds:.1f}")
    assert not report.problems, report.problems[:3]
    return sealing, report.digests, seconds, report.events
