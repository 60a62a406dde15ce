"""Who works for every tenant at once: each place is a decision, and says why."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.sources import python_files, short, tree

BEFORE_IT_IS_KNOWN = "it is looked up to which tenant somebody belongs; what follows is behind its wall"
LINES_OF_ALL = "rows of all tenants wait in one line for the server itself"
OF_SEVERAL = "a worker, or who was trusted with an agency, belongs to several tenants"
OPERATOR = "an act of the operator, who belongs to no tenant"

EVERY_TENANT: dict[str, str] = {
    "apps/agencies/acting.py:on_visit": BEFORE_IT_IS_KNOWN,
    "apps/agencies/selectors.py:tenants": OPERATOR,
    "apps/agencies/services/agencies.py:_tell": OF_SEVERAL,
    "apps/agencies/services/tenants.py:_set_state": OPERATOR,
    "apps/agencies/selectors.py:get_tenant": OPERATOR,
    "apps/agencies/services/agencies.py:create_agency": OF_SEVERAL,
    "apps/agencies/acting.py:usable": BEFORE_IT_IS_KNOWN,
    "apps/agencies/selectors.py:_facts": OPERATOR,
    "apps/agencies/selectors.py:get_own_visit": OPERATOR,
    "apps/agencies/selectors.py:own_visits": OPERATOR,
    "apps/agencies/selectors.py:received_agencies": OF_SEVERAL,
    "apps/agencies/services/erasing.py:erase_next": OPERATOR,
    "apps/agencies/services/tenants.py:create_tenant_for": OPERATOR,
    "apps/agencies/services/tenants.py:erase_tenant": OPERATOR,
    "apps/agencies/services/tenants.py:resume_tenant": OPERATOR,
    "apps/agencies/services/tenants.py:suspend_tenant": OPERATOR,
    "apps/agencies/services/visits.py:ask_visit": OPERATOR,
    "apps/agencies/services/visits.py:end_visit": OPERATOR,
    "apps/agencies/services/visits.py:start_visit": OPERATOR,
    "apps/audit/selectors.py:platform_events": OPERATOR,
    "apps/audit/digests.py:sign_everything": LINES_OF_ALL,
    "apps/audit/management/commands/export_audit.py:handle": OPERATOR,
    "apps/audit/management/commands/verify_audit.py:handle": OPERATOR,
    "apps/audit/retention.py:purge_everything": LINES_OF_ALL,
    "apps/audit/sealing.py:seal_everything": LINES_OF_ALL,
    "apps/audit/verification.py:verify": OPERATOR,
    "apps/datasets/selectors/samples.py:get_sample_anywhere": BEFORE_IT_IS_KNOWN,
    "apps/demo/management/commands/create_demo.py:handle": OPERATOR,
    "apps/entry/selectors.py:provider_of": BEFORE_IT_IS_KNOWN,
    "apps/entry/selectors.py:provider_under_way": BEFORE_IT_IS_KNOWN,
    "apps/entry/services/passwords.py:reset_password": BEFORE_IT_IS_KNOWN,
    "apps/entry/services/passwords.py:send_reset_link": BEFORE_IT_IS_KNOWN,
    "apps/iam/selectors/people.py:enter_invitation": BEFORE_IT_IS_KNOWN,
    "apps/jobs/runner.py:run": LINES_OF_ALL,
    "apps/jobs/services.py:release_leases": LINES_OF_ALL,
    "apps/jobs/services.py:sweep": LINES_OF_ALL,
    "apps/labeling/pages/work.py:work": OF_SEVERAL,
    "apps/labeling/selectors/seats.py:get_participation": BEFORE_IT_IS_KNOWN,
    "apps/notify/services.py:_claim_any": LINES_OF_ALL,
    "apps/teams/selectors.py:enter_invitation": BEFORE_IT_IS_KNOWN,
    "apps/teams/services/invitations.py:mark_signed_in": OF_SEVERAL,
    "apps/tenants/selectors.py:tenant_name": BEFORE_IT_IS_KNOWN,
    "apps/tenants/sessions.py:_tenant_of_signed_in": BEFORE_IT_IS_KNOWN,
    "apps/tenants/walled_requests.py:_tenant_of_address": BEFORE_IT_IS_KNOWN,
    "apps/tenants/walled_requests.py:known_person": BEFORE_IT_IS_KNOWN,
    "config/management/commands/create_tenant.py:handle": OPERATOR,
}


def places(name: str) -> Iterator[tuple[str, ast.Call]]:
    for path in python_files("apps", "config"):
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {name, f"walls.{name}"}:
                    yield f"{short(path)}:{function.name}", node


def test_whoever_works_across_tenants_is_listed() -> None:
    assert {place for place, _call in places("every_tenant")} == set(EVERY_TENANT)


def test_whoever_works_across_tenants_says_why_where_it_does() -> None:
    for place, call in places("every_tenant"):
        reason = call.args[0] if call.args else None
        assert isinstance(reason, ast.Constant), place
        assert len(str(reason.value).split()) > 3, place


def test_only_the_walls_know_how_the_database_is_told() -> None:
    """Whoever sets it past them would make the connection's memory lie."""
    found = [
        short(path)
        for path in python_files("apps", "config")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "tagora.tenant" in node.value
    ]
    assert set(found) <= {"config/postgres/base.py"}


def test_requests_stand_behind_a_wall_before_their_session_is_read() -> None:
    from django.conf import settings

    order = settings.MIDDLEWARE
    wall = order.index("apps.tenants.walled_requests.WallMiddleware")
    assert wall < order.index("django.contrib.sessions.middleware.SessionMiddleware")
