"""Writes about people: passwords, links that replace them, second factors."""

from apps.accounts.services.passwords import check_password, issue_reset_link, person_of_link, use_reset_link
from apps.accounts.services.people import create_person, set_password, validate_password, worker_for
from apps.accounts.services.second_factor import (
    Enrolment,
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    second_factor_required,
)

__all__ = [
    "Enrolment",
    "begin_second_factor",
    "check_password",
    "check_second_factor",
    "confirm_second_factor",
    "create_person",
    "issue_reset_link",
    "person_of_link",
    "remove_second_factor",
    "renew_recovery_codes",
    "second_factor_required",
    "set_password",
    "use_reset_link",
    "validate_password",
    "worker_for",
]
