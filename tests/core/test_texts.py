"""Sentences that wait for their reader: what they say in each language, and that they come back from the database."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from apps.core.errors import Invalid
from apps.core.texts import Text, text
from apps.jobs.models import Job
from tests.factories import Customer

DEEP = text("Line %(number)d (%(line)s): %(reason)s") % {
    "number": 3,
    "line": "'ca t'",
    "reason": text("The data set has no label '%(name)s'. Add the label first.") % {"name": "ca%t"},
}
ENGLISH = "Line 3 ('ca t'): The data set has no label 'ca%t'. Add the label first."


def test_a_text_is_english_until_a_reader_of_another_language_comes() -> None:
    with override("en"):
        assert str(DEEP) == ENGLISH
    with override("zh-hans"):
        assert "ca%t" in str(DEEP)
        assert "The data set" not in str(DEEP)
        assert str(Invalid(DEEP)) == str(DEEP)
    assert DEEP.english == ENGLISH


def test_a_text_without_places_may_hold_a_percent_sign() -> None:
    assert str(text("100 % of it")) == "100 % of it"


def test_texts_are_alike_when_they_say_the_same() -> None:
    assert Text.from_json(DEEP.as_json()) == DEEP
    assert text("%(a)s") % {"a": 1} != text("%(a)s") % {"a": 2}
    assert len({DEEP, Text.from_json(DEEP.as_json())}) == 1


@pytest.mark.parametrize(
    ("said", "comes_back"),
    [
        (DEEP, DEEP),
        ("", ""),
        ("words of a person", "words of a person"),
        ('["like a text", {}, "x"]', '["like a text", {}, "x"]'),
        ("\x1enot a text", "not a text"),
        ("NUL \0 and half a pair \ud800", "NUL \\0 and half a pair \\ud800"),
        (text("%(name)s") % {"name": "NUL \0"}, text("%(name)s") % {"name": "NUL \\0"}),
        (text("%(name)s") % {"name": "\ud800"}, text("%(name)s") % {"name": "\\ud800"}),
        (text("%(name)s") % {"name": "x" * 900}, text("%(name)s") % {"name": "x" * 500}),
    ],
)
def test_what_was_said_comes_back_from_the_database(acme: Customer, said: object, comes_back: object) -> None:
    job = Job.objects.create(tenant=acme.tenant, kind="test", error=said)
    assert Job.objects.get(pk=job.pk).error == comes_back
    Job.objects.filter(pk=job.pk).update(message=said)
    assert Job.objects.get(pk=job.pk).message == comes_back
