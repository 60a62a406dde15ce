"""Writes of coming in: each one leaves an event."""

from apps.entry.services.passwords import allow_reset_request, change_password, reset_password, send_reset_link
from apps.entry.services.provider import delete_sign_in_provider, save_sign_in_provider, sign_in_with_provider
from apps.entry.services.second_factor import (
    begin_second_factor,
    demand_second_factor,
    disable_second_factor,
    enable_second_factor,
    renew_recovery_codes,
    reset_second_factor,
)
from apps.entry.services.sessions import end_other_sessions, end_session, end_sessions_of
from apps.entry.services.settings import set_language
from apps.entry.services.sign_in import check, let_in, sign_in, sign_in_with_code, sign_out

__all__ = [
    "allow_reset_request",
    "begin_second_factor",
    "change_password",
    "check",
    "delete_sign_in_provider",
    "demand_second_factor",
    "disable_second_factor",
    "enable_second_factor",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "let_in",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "save_sign_in_provider",
    "send_reset_link",
    "set_language",
    "sign_in",
    "sign_in_with_code",
    "sign_in_with_provider",
    "sign_out",
]
