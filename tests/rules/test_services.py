"""Every service that acts for somebody asks first, then acts, then records."""

from __future__ import annotations

import ast

import pytest

from tests.rules.sources import calls, functions, parameters, service_files, short, tree

# Calls that change a row or an object.
WRITES = {
    *("save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "apply"),
    *("write", "start_job", "send_mail", "set_password"),
}
ACTING_FOR = {"actor", "seat"}

# Services that do not ask or do not record themselves, and why.
CHECK = "only checks for a service, changes nothing"
PART = "a part of a service that has asked and records"
OWN = "one's own account needs nobody's leave"
SAME = "another name of a service that asks and records"
ASKS_ELSEWHERE: dict[str, str] = {
    "apps/agencies/services/agencies.py:assume_agency": SAME,
    "apps/agencies/services/agencies.py:leave_agency": OWN,
    "apps/datasets/services/datasets.py:require_own_bucket": CHECK,
    "apps/datasets/services/hooks.py:tell_samples_added": PART,
    "apps/entry/services/passwords.py:change_password": OWN,
    "apps/entry/services/second_factor.py:begin_second_factor": OWN,
    "apps/entry/services/second_factor.py:enable_second_factor": OWN,
    "apps/entry/services/second_factor.py:disable_second_factor": OWN,
    "apps/entry/services/second_factor.py:renew_recovery_codes": OWN,
    "apps/entry/services/sessions.py:end_session": OWN,
    "apps/entry/services/sessions.py:end_other_sessions": OWN,
    "apps/entry/services/settings.py:set_language": OWN,
    "apps/entry/services/sign_in.py:sign_out": OWN,
    "apps/jobs/services.py:start_job": PART,
    "apps/labeling/services/distribution.py:start_distribution": PART,
    "apps/labeling/services/participants.py:write_to": PART,
    "apps/programs/services/tokens.py:grant_agency_token": "who may act under the agency was asked when it was taken",
    "apps/programs/services/tokens.py:revoke_token": "whoever can show a token may end it",
    "apps/teams/services/invitations.py:mark_signed_in": OWN,
}
BATCH = "a batch of a job whose start was recorded"
RECORDS_ELSEWHERE: dict[str, str] = {
    "apps/agencies/services/agencies.py:assume_agency": SAME,
    "apps/agencies/services/visits.py:open_visit": "the part that opens it records",
    "apps/datasets/services/datasets.py:require_own_bucket": CHECK,
    "apps/datasets/services/hooks.py:tell_samples_added": PART,
    "apps/datasets/services/samples.py:authorize_file_deletion": CHECK,
    "apps/entry/services/second_factor.py:begin_second_factor": "counts for nothing before it is enabled",
    "apps/jobs/services.py:start_job": PART,
    "apps/labeling/services/distribution.py:start_distribution": PART,
    "apps/labeling/services/distribution.py:assign_samples": BATCH,
    "apps/labeling/services/distribution.py:assign_orphans": BATCH,
    "apps/labeling/services/distribution.py:finish_distribution": BATCH,
    "apps/labeling/services/levelling.py:level_loads": BATCH,
    "apps/labeling/services/participants.py:write_to": PART,
    "apps/teams/services/invitations.py:mark_signed_in": "the sign-in itself is recorded",
}
# The doors themselves.
DOORS = {"apps/access/services.py", "apps/audit/services.py"}


def acting_services() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in service_files():
        if short(path) in DOORS:
            continue
        for function in functions(tree(path)):
            if not function.name.startswith("_") and parameters(function) & ACTING_FOR:
                found.append((f"{short(path)}:{function.name}", function))
    return found


SERVICES = acting_services()


def every_service_but(excepted: dict[str, str]) -> pytest.MarkDecorator:
    chosen = [(name, function) for name, function in SERVICES if name not in excepted]
    return pytest.mark.parametrize(("name", "function"), chosen, ids=[name for name, _ in chosen])


def lines_of(function: ast.FunctionDef, names: set[str]) -> list[int]:
    return [call.lineno for name, call in calls(function) if name in names]


def test_there_are_services_to_look_at() -> None:
    assert len(SERVICES) > 30


@every_service_but(ASKS_ELSEWHERE)
def test_a_service_asks_before_it_writes(name: str, function: ast.FunctionDef) -> None:
    asked = lines_of(function, {"authorize", "authorize_operator"})
    assert asked, f"{name} never calls authorize"
    early = [line for line in lines_of(function, WRITES | {"delete"}) if line < min(asked)]
    assert not early, f"{name} writes in line {early} before it asks"


@every_service_but(RECORDS_ELSEWHERE)
def test_a_service_records_after_it_wrote(name: str, function: ast.FunctionDef) -> None:
    recorded = lines_of(function, {"record"})
    assert recorded, f"{name} never calls record"
    # What is deleted is recorded while it is still there: a delete alone may follow the record.
    late = [line for line in lines_of(function, WRITES) if line > max(recorded)]
    assert not late, f"{name} writes in line {late} after it recorded"


ONLY_THE_EVENT = "changes no row: the event is all that there is to store"
NO_TRANSACTION: dict[str, str] = {
    "apps/entry/services/provider.py:sign_in_with_provider": ONLY_THE_EVENT,
    "apps/programs/services/signing_in.py:recognise_password": ONLY_THE_EVENT,
    "apps/programs/services/signing_in.py:recognise_token": ONLY_THE_EVENT,
    "apps/programs/services/signing_in.py:recognise_access_key": ONLY_THE_EVENT,
    "apps/storage/services.py:upload_objects": ONLY_THE_EVENT,
}


def recording_services() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{short(path)}:{function.name}", function)
        for path in service_files()
        if short(path) not in DOORS
        for function in functions(tree(path))
        if not function.name.startswith("_") and lines_of(function, {"record"})
    ]


def test_what_is_recorded_is_one_with_the_change() -> None:
    """Both are there or neither is; tests/audit/test_same_transaction.py breaks them apart to see."""
    loose = {
        name
        for name, function in recording_services()
        if not lines_of(function, {"atomic"})
        and not any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)
    }
    assert loose <= set(NO_TRANSACTION)


def test_a_service_records_once() -> None:
    """One event for one act, however many things it touched: no record in a loop."""
    repeated = [
        name
        for name, function in recording_services()
        for node in ast.walk(function)
        if isinstance(node, ast.For | ast.While) and any(called == "record" for called, _call in calls(node))
    ]
    assert not repeated


@pytest.mark.parametrize("name", [*ASKS_ELSEWHERE, *RECORDS_ELSEWHERE])
def test_an_exception_still_names_a_service(name: str) -> None:
    assert name in dict(SERVICES), f"{name} is gone: take it off the list"
