"""Writes: access keys, personal tokens, Keystone tokens."""

from apps.programs.services.access_keys import (
    MOST_ACTIVE,
    NewAccessKey,
    create_access_key,
    delete_access_key,
    set_access_key_active,
)
from apps.programs.services.personal_tokens import NewPersonalToken, create_personal_token, delete_personal_token
from apps.programs.services.signing_in import Proof, recognise_access_key, recognise_password, recognise_token
from apps.programs.services.tokens import NewToken, Wanted, grant_agency_token, grant_token, issue_token, revoke_token
from apps.programs.services.uses import note_use

__all__ = [
    "MOST_ACTIVE",
    "NewAccessKey",
    "NewPersonalToken",
    "NewToken",
    "Proof",
    "Wanted",
    "create_access_key",
    "create_personal_token",
    "delete_access_key",
    "delete_personal_token",
    "grant_agency_token",
    "grant_token",
    "issue_token",
    "note_use",
    "recognise_access_key",
    "recognise_password",
    "recognise_token",
    "revoke_token",
    "set_access_key_active",
]
