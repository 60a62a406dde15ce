"""What the editor shows of a policy: sentences, differences, and the schema that completes while somebody types."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given

from apps.access.catalogue import CATALOGUE
from apps.policies.conditions import KEYS, NAMES, OPERATORS, Condition
from apps.policies.differences import diff
from apps.policies.documents import parse
from apps.policies.phrases import plain
from apps.policies.schema import schema
from apps.policies.sentences import sentence
from apps.policies.statements import Document, Statement
from tests.policies.strategies import documents, sometimes, writable
from tests.policies.test_documents import REFUSED, TAKEN, a_policy
from tests.policies.test_samples import NO_NOTEBOOKS, STORAGE

GET = ("modelarts:dataset:get",)
OFFICE = Condition("IpAddress", "g:SourceIp", ("10.0.0.0/8", "192.168.0.0/16"))


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        (Statement("Allow", GET), "Allows “See a data set”, on everything."),
        (
            Statement("Deny", ("modelarts:dataset:*", "modelarts:notebook:create")),
            "Denies everything with dataset in modelarts and “Create a notebook”, on everything, "
            "whatever else is allowed.",
        ),
        (
            Statement("Allow", ("obs:*",), ("obs:*:*:object:box/*", "obs:*:*:bucket:*"), (OFFICE,)),
            "Allows everything in obs, on object box/* and every bucket, but only if the source address is in "
            "10.0.0.0/8 or 192.168.0.0/16.",
        ),
        (
            Statement(
                "Deny",
                GET,
                ("modelarts:north:*:dataset:a",),
                (
                    Condition("StringNotEqualsIfExists", "g:ResourceTag/owner", ("ann",)),
                    Condition("Null", "g:AgencyName", ("false",)),
                ),
            ),
            "Denies “See a data set”, on modelarts:north:*:dataset:a, whatever else is allowed, if the tag “owner” "
            "of the resource is not ann (where it is known) and the agency under which the user acts is known.",
        ),
        (
            Statement("Allow", ("modelarts:*:get",)),
            f"Allows the {len(CATALOGUE.matching('modelarts:*:get'))} actions like modelarts:*:get, on everything.",
        ),
    ],
)
def test_a_statement_reads_aloud(statement: Statement, read: str) -> None:
    assert str(sentence(statement, CATALOGUE)) == read


def test_a_long_statement_is_counted_not_read_out() -> None:
    statement = parse(STORAGE, CATALOGUE).statements[0]
    assert str(sentence(statement, CATALOGUE)).endswith("and 15 more, on everything.")


def test_every_part_of_a_sentence_is_translated_by_itself() -> None:
    chinese = {"Allows %(actions)s, on %(resources)s.": "允许%(actions)s，范围：%(resources)s。", "everything": "全部"}
    phrase = sentence(Statement("Allow", GET), CATALOGUE)
    assert phrase.rendered(lambda text: chinese.get(text, text)) == "允许“See a data set”，范围：全部。"


def test_every_operator_and_key_reads_aloud() -> None:
    for key in KEYS:
        for name in (name for name, operator in OPERATORS.items() if operator.kind == key.kind):
            text = str(sentence(Statement("Allow", GET, conditions=(Condition(name, key.name, ("v",)),)), CATALOGUE))
            assert "v" in text
            assert "%" not in text


def test_a_percent_sign_of_a_user_stays_one() -> None:
    assert str(plain("100%(text)s")) == "100%(text)s"


# ---------------------------------------------------------------- differences


def document(*statements: Statement) -> Document:
    return Document(statements)


def test_a_difference_names_statements_and_what_changed_in_them() -> None:
    kept = Statement("Allow", ("modelarts:label:*",))
    old = document(kept, Statement("Allow", GET), Statement("Deny", ("modelarts:notebook:*",)))
    new = document(
        kept,
        Statement("Allow", (*GET, "modelarts:dataset:list"), conditions=(OFFICE,)),
        Statement("Deny", ("modelarts:pool:*",)),
    )
    same, removed, changed, added = diff(old, new)
    assert (same.kind, same.old, same.new) == ("same", 1, 1)
    assert (removed.kind, removed.old, removed.before) == ("removed", 3, old.statements[2])
    assert (changed.kind, changed.old, changed.new) == ("changed", 2, 2)
    assert changed.gained.actions == ("modelarts:dataset:list",)
    assert changed.gained.conditions == (OFFICE,)
    assert changed.lost.actions == ()
    assert (added.kind, added.new, added.after) == ("added", 3, new.statements[2])


def test_a_statement_is_followed_by_its_sid() -> None:
    (change,) = diff(document(Statement("Allow", GET, sid="it")), document(Statement("Deny", ("obs:*",), sid="it")))
    assert change.kind == "changed"


@sometimes
@given(documents, documents)
def test_both_versions_can_be_told_from_their_difference(old: Document, new: Document) -> None:
    changes = diff(old, new)
    before = {change.old: change.before for change in changes if change.old}
    after = {change.new: change.after for change in changes if change.new}
    assert tuple(before[place] for place in sorted(before)) == old.statements
    assert tuple(after[place] for place in sorted(after)) == new.statements
    assert all((change.kind == "same") == (change.before == change.after) for change in changes)


# ---------------------------------------------------------------- schema

SCHEMA = jsonschema.Draft202012Validator(schema(CATALOGUE))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)


@sometimes
@given(documents.map(writable))
def test_what_is_a_policy_fits_the_schema(found: Document) -> None:
    SCHEMA.validate(found.as_json())


@pytest.mark.parametrize("text", [NO_NOTEBOOKS, STORAGE, *(text for text, _ in TAKEN.values())])
def test_what_people_paste_fits_the_schema(text: str) -> None:
    SCHEMA.validate(json.loads(text))


@pytest.mark.parametrize(
    "name", ["NotAction", "plural", "a number for the version", "a small effect", "no actions", "an unknown operator"]
)
def test_the_schema_finds_usual_mistakes(name: str) -> None:
    assert not SCHEMA.is_valid(json.loads(REFUSED[name][0]))


def test_the_schema_offers_every_action_operator_and_key() -> None:
    text = json.dumps(SCHEMA.schema)
    assert not [action.name for action in CATALOGUE if json.dumps(action.name) not in text]
    assert not [name for name in NAMES if json.dumps(name) not in text]
    assert not [key.name for key in KEYS if key.name not in text]
    assert SCHEMA.is_valid(json.loads(a_policy(Resource=["modelarts:*:*:dataset:*"])))
