"""What tests of the data set pages share: addresses, what a page says, and people."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.datasets import services
from apps.datasets.models import Dataset, Sample
from apps.datasets.services import Submission
from apps.tenants.models import TenantUser
from tests.factories import PASSWORD, Customer


def url(name: str, dataset: Dataset, *more: Any) -> str:
    return reverse(f"dataset-{name}", args=[dataset.public_id, *more])


def text(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def label(customer: Customer, dataset: Dataset, sample: Sample, *names: str) -> None:
    services.label_samples(
        actor=customer.actor,
        dataset=dataset,
        submissions=[Submission(sample.pk, [{"name": name} for name in names])],
    )


def refusals(page: str) -> list[str]:
    """The sentences that stand at fields."""
    return [
        re.sub(r"<.*?>", "", each, flags=re.DOTALL).strip()
        for each in re.findall(r'<p class="field__error".*?</p>', page, re.DOTALL)
    ]


def a_colleague(customer: Customer) -> Person:
    """A user of the tenant who is no admin."""
    person = create_person(login=f"{customer.tenant.name}/bob", kind=Person.Kind.USER, password=PASSWORD)
    TenantUser.objects.create(tenant=customer.tenant, person=person)
    return person
