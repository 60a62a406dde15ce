"""What the tests of transfers start from."""

from __future__ import annotations

import pytest

from apps.datasets.models import Dataset
from tests.factories import Customer, a_dataset


@pytest.fixture
def empty(acme: Customer) -> Dataset:
    return a_dataset(acme, files={})
