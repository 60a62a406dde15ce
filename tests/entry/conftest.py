"""A provider that can be told to lie, and an admin whom it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from tests.entry.provider import Liar
from tests.factories import Customer


@pytest.fixture
def liar(settings: Settings) -> Iterator[Liar]:
    made = Liar()
    settings.TAGORA_OIDC_HOSTS = [made.host]
    settings.TAGORA_URL = "http://testserver"
    yield made
    made.close()


@pytest.fixture
def ann(acme: Customer) -> Person:
    acme.admin.email = "ann@acme.example"
    acme.admin.save()
    return acme.admin
