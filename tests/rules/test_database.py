"""The models and the migrations say the same, and no migration loses what people made."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from apps.tenants.models import Tenant, TenantOwned

# Rows that have no tenant of their own: they hang on a row that has one, or belong to no tenant at all.
WITHOUT_TENANT = {
    "accounts.Person": "a person may work for several tenants",
    "accounts.SecondFactor": "hangs on a person",
    "accounts.RecoveryCode": "hangs on a person",
    "accounts.ResetLink": "hangs on a person",
    "tenants.Tenant": "is the tenant",
    "tenants.Session": "a browser before anybody has signed in has no tenant",
    "audit.AuditEvent": "outlives its tenant, and the platform has a log too: keeps the tenant's number, no reference",
    "audit.AuditPending": "as its event",
    "audit.AuditSeal": "as its event",
    "audit.AuditChain": "as its events",
    "audit.AuditDigest": "as its events",
    "teams.Invitation": "hangs on a member",
    "jobs.JobEntry": "hangs on a job",
    "jobs.JobLine": "hangs on a job",
    "datasets.LabelUse": "hangs on a label and a sample",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_row_belongs_to_a_tenant() -> None:
    walled = {model._meta.label for model in own_models() if issubclass(model, TenantOwned)}
    assert {model._meta.label for model in own_models()} - walled == set(WITHOUT_TENANT)


def test_rows_of_a_tenant_are_found_without_reading_all_rows() -> None:
    """The tenant's foreign key has no index of its own, so that each model names the one that serves its lists."""
    for model in own_models():
        if issubclass(model, TenantOwned):
            assert model._meta.get_field("tenant").remote_field.model is Tenant
            assert not model._meta.get_field("tenant").db_index


def test_no_column_allows_two_ways_to_say_nothing() -> None:
    """A text is empty, never null, unless null keeps a unique constraint out of the way."""
    doubled = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField) and field.null and not field.unique
    ]
    assert not doubled
