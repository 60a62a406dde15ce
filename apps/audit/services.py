"""Recording what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from apps.access.actions import Action
from apps.access.services import Refused, authorize
from apps.access.verdicts import noted
from apps.audit.events import CTS, IAM, MODELARTS, OBS, Event
from apps.audit.keys import keys
from apps.audit.masking import body, plain
from apps.audit.models import PLATFORM, AuditEvent
from apps.audit.traces import COLUMNS, canonical, facts
from apps.core.errors import TagoraError
from apps.core.ids import ordered_id
from apps.core.prepared import PreparedInsert
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant

# Every write of the server ends with this one; nobody needs the row back, so none is made.
_insert = PreparedInsert(AuditEvent, [*COLUMNS, "mark"])
# The model whose rows a type of resource means; an event about a part of one is told of the whole.
_MODEL_OF = {"dataset": "dataset", "workforce": "team"}
_SERVICE_OF = {"modelarts": MODELARTS, "iam": IAM, "obs": OBS, "cts": CTS}
DENIED = "deny"
ALLOWED = "allow"


def record(
    actor: Actor,
    event: Event,
    obj: Any = None,
    *,
    request: Mapping[str, Any] | None = None,
    response: Mapping[str, Any] | None = None,
    level: str = "",
    code: int = 200,
    read_only: bool = False,
    tenant: Tenant | None = None,
) -> None:
    """Writes one event in the caller's transaction: the last statement of every service that changes something.

    `obj` is what it happened to. The guide tells of a team task as of its data set: then the task is in the request.
    """
    if not event.built:
        raise ValueError(f"{event.value} has no feature yet: make it `built` in the enum when it has")
    whole, part = _whole(obj, event.resource_type)
    if part is not None:
        request = {f"{_kind(part)}_id": _identifier(part), f"{_kind(part)}_name": _name(part), **(request or {})}
    verdict = noted(actor)
    _write(
        actor,
        tenant or actor.tenant or getattr(obj, "tenant", None),
        name=event.value,
        level=level or event.level,
        service=event.service,
        resource_type=event.resource_type or _kind(whole),
        resource_id=_identifier(whole),
        resource_name=_name(whole),
        request_body=body(request),
        response_body=body(response),
        code=code,
        read_only=read_only,
        action=verdict.action if verdict else "",
        target=plain(verdict.resource, 320) if verdict else "",
        decision=ALLOWED if verdict else "",
        statement=plain(verdict.by, 320) if verdict else "",
    )


@transaction.atomic
def export_traces(*, actor: Actor, wanted: Mapping[str, str], form: str) -> None:
    """Leave to take events out of the server, and the trace of it."""
    authorize(actor, Action.TRACE_LIST)
    record(actor, Event.EXPORT_TRACES, request={"form": form, **wanted}, read_only=True)


@transaction.atomic
def note_reading(*, actor: Actor, wanted: Mapping[str, str]) -> None:
    """Somebody who is not of the tenant looked into its log: the tenant must be able to see that."""
    authorize(actor, Action.TRACE_LIST)
    if actor.home is not None:
        record(actor, Event.LIST_TRACES, request=wanted, read_only=True)


def record_refusal(actor: Actor, error: TagoraError, *, method: str, path: str) -> None:
    """Writes that somebody was refused a change, in a transaction of its own: the refused service's was rolled back."""
    refused = error if isinstance(error, Refused) else None
    action = refused.action.value if refused else ""
    service, _sign, rest = action.partition(":")
    resource = refused.ruling.resource if refused else ""
    with transaction.atomic():
        _write(
            actor,
            actor.tenant,
            name=Event.REFUSE_OPERATION.value,
            level=Event.REFUSE_OPERATION.level,
            service=_SERVICE_OF.get(service, Event.REFUSE_OPERATION.service),
            resource_type=rest.partition(":")[0],
            resource_id=plain(resource.split(":", 4)[-1].strip("*"), 64),
            resource_name="",
            request_body=body({"method": method, "path": path}),
            response_body=body({"error_code": error.code, "error_msg": str(error)}),
            code=error.status,
            read_only=False,
            action=action,
            target=plain(resource, 320),
            decision=DENIED,
            statement=plain(str(refused.ruling) if refused else "", 320),
        )


def record_break(tenant_id: int, reason: str, seq: int) -> None:
    """Writes that a tenant's chain is not what it should be."""
    _write(
        Actor(via="system"),
        None,
        tenant_id=tenant_id,
        name=Event.BREAK_CHAIN.value,
        level=Event.BREAK_CHAIN.level,
        service=Event.BREAK_CHAIN.service,
        resource_type=Event.BREAK_CHAIN.resource_type,
        resource_id=str(seq),
        resource_name="",
        request_body=body({"reason": reason, "seq": seq}),
        response_body="",
        code=500,
        read_only=False,
        action="",
        target="",
        decision="",
        statement="",
    )


def _write(actor: Actor, tenant: Tenant | None, *, tenant_id: int | None = None, **values: Any) -> None:
    if tenant_id is None:
        tenant_id = tenant.pk if tenant else PLATFORM
    person = actor.person
    home = None if person is None or actor.is_worker else actor.home or actor.tenant
    values |= {
        "id": ordered_id(),
        "tenant_id": tenant_id,
        "via": actor.via,
        "user_id": person.public_id if person else "",
        "user_name": plain(person.login, 320) if person else "",
        "user_domain": home.name if home else "",
        "agency": plain(actor.agency, 64),
        "credential": plain(actor.credential, 64),
        "source_ip": plain(actor.source_ip, 45),
        "user_agent": plain(actor.user_agent, 256),
        "request_id": plain(actor.request_id, 32),
        "api_version": "v2" if actor.via == "api" else "",
    }
    mark = keys()[0].mark(canonical(facts(values)))
    if walls.told() in {str(tenant_id), walls.EVERYBODY}:
        _insert(**values, mark=mark)
    else:
        with walls.behind(tenant_id):
            _insert(**values, mark=mark)


def _whole(obj: Any, resource_type: str) -> tuple[Any, Any]:
    """What the event is about, and the part of it that it happened to, where that is something else."""
    wanted = _MODEL_OF.get(resource_type)
    whole = obj
    while wanted and isinstance(whole, Model) and whole._meta.model_name != wanted:
        whole = getattr(whole, getattr(type(whole), "resource_parent", "dataset"), None)
    if not isinstance(whole, Model):
        return obj, None
    return whole, None if whole is obj else obj


def _kind(obj: Any) -> str:
    return str(obj._meta.model_name) if isinstance(obj, Model) else ""


def _identifier(obj: Any) -> str:
    return plain(str(getattr(obj, "public_id", None) or getattr(obj, "pk", "") or ""), 64)


def _name(obj: Any) -> str:
    return plain(str(getattr(obj, "name", "") or ""), 256)
