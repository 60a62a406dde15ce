"""Counts a data set again from its samples, to compare with its counters."""

from __future__ import annotations

from collections import Counter

from apps.datasets.models import Dataset, Label, LabelUse, Sample
from apps.datasets.states import SampleState


def assert_counted_right(dataset: Dataset) -> None:
    """Every counter and every label use is what the annotations of the samples say."""
    dataset = Dataset.objects.get(pk=dataset.pk)
    samples = list(Sample.objects.filter(dataset=dataset))
    states = Counter(sample.state for sample in samples)
    assert dataset.sample_count == len(samples)
    assert dataset.labelled_count == states[SampleState.LABELLED]
    assert dataset.to_confirm_count == states[SampleState.TO_CONFIRM]
    assert dataset.unlabelled_count == states[SampleState.UNLABELLED]
    assert dataset.hard_count == sum(sample.hard for sample in samples)
    uses = {(mark["label"], sample.pk) for sample in samples for mark in sample.annotation}
    assert set(LabelUse.objects.values_list("label_id", "sample_id")) >= uses
    marks = Counter(mark["label"] for sample in samples for mark in sample.annotation)
    carriers = Counter(label for label, _sample in uses)
    for label in Label.objects.filter(dataset=dataset):
        assert (label.mark_count, label.sample_count) == (marks[label.pk], carriers[label.pk]), label.name
        stored = set(LabelUse.objects.filter(label=label).values_list("sample_id", flat=True))
        assert stored == {sample for use, sample in uses if use == label.pk}
