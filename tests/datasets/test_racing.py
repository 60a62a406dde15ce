"""Many people label the same samples at the same time, and every counter is right afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.datasets import services
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors import labels_of
from apps.datasets.services import Submission
from tests.datasets.recount import assert_counted_right
from tests.factories import a_customer, a_dataset


def in_threads(count: int, work: Callable[[int], None]) -> None:
    def closing(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        list(threads.map(closing, range(count)))


@pytest.mark.django_db(transaction=True)
def test_racing_answers_leave_every_counter_right() -> None:
    customer = a_customer()
    dataset = a_dataset(customer, pictures=6)
    ids = list(Sample.objects.filter(dataset=dataset).order_by("pk").values_list("pk", flat=True))

    def work(number: int) -> None:
        draw = random.Random(number)
        mine = Dataset.objects.get(pk=dataset.pk)
        for _round in range(8):
            chosen = draw.sample(ids, 3)
            names = draw.sample(["cat", "dog"], draw.randrange(3))
            annotation = [{"name": name} for name in names]
            if draw.random() < 0.5:
                submissions = [Submission(pk, annotation, hard=draw.random() < 0.5) for pk in chosen]
                services.label_samples(actor=customer.actor, dataset=mine, submissions=submissions)
            else:
                stored = labels_of(mine).encode(annotation)
                services.store_annotations(mine, [(pk, stored, None) for pk in chosen], overwrite=True)

    in_threads(4, work)
    assert_counted_right(dataset)


@pytest.mark.django_db(transaction=True)
def test_of_racing_answers_to_one_revision_exactly_one_wins() -> None:
    customer = a_customer()
    dataset = a_dataset(customer, pictures=1)
    sample = Sample.objects.get(dataset=dataset)
    won: list[int] = []

    def work(number: int) -> None:
        submission = Submission(sample.pk, [{"name": "cat"}], revision=0)
        outcome = services.label_samples(
            actor=customer.actor, dataset=Dataset.objects.get(pk=dataset.pk), submissions=[submission]
        )[0]
        if outcome.error is None:
            won.append(number)

    in_threads(6, work)
    assert len(won) == 1
    sample.refresh_from_db()
    assert sample.revision == 1
    assert_counted_right(dataset)
