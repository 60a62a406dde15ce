"""Writes of this app."""

from apps.agencies.services.agencies import (
    create_agency,
    delete_agency,
    leave_agency,
    take_agency,
    update_agency,
)
from apps.agencies.services.erasing import erase_next
from apps.agencies.services.tenants import (
    create_operator,
    create_tenant_for,
    erase_tenant,
    resume_tenant,
    suspend_tenant,
)
from apps.agencies.services.visits import ask_visit, end_visit, open_visit, refuse_visit, set_visit_rule, start_visit

__all__ = [
    "ask_visit",
    "create_agency",
    "create_operator",
    "create_tenant_for",
    "delete_agency",
    "end_visit",
    "erase_next",
    "erase_tenant",
    "leave_agency",
    "open_visit",
    "refuse_visit",
    "resume_tenant",
    "set_visit_rule",
    "start_visit",
    "suspend_tenant",
    "take_agency",
    "update_agency",
]
