"""The five things an object can be shared for, as django-guardian permissions."""

from __future__ import annotations

from enum import StrEnum


class Grant(StrEnum):
    VIEW = "view"
    LABEL = "label"
    REVIEW = "review"
    MANAGE = "manage"
    DELETE = "delete"


def codename(grant: str, model_name: str) -> str:
    """The permission's codename: `manage_dataset`."""
    return f"{grant}_{model_name}"


def grant_permissions(model_name: str) -> tuple[tuple[str, str], ...]:
    """For `Meta.permissions` of a model that can be shared; view and delete are Django's own."""
    own = (Grant.LABEL, Grant.REVIEW, Grant.MANAGE)
    return tuple((codename(grant, model_name), f"Can {grant} {model_name}") for grant in own)
