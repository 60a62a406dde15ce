"""The guide's sample policies (6.2), pasted as they stand there, and the system policies beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.policies.documents import parse
from apps.policies.evaluation import PolicySet, Question
from apps.policies.statements import Document
from apps.policies.system import (
    COMMON_OPERATIONS,
    CTS_VIEWER,
    FULL_ACCESS,
    OBS_ADMINISTRATOR,
    OBS_READ_ONLY,
    OBS_VIEWER,
    SECURITY_ADMINISTRATOR,
    SYSTEM_POLICIES,
    TENANT_ADMINISTRATOR,
    TENANT_ADMINISTRATOR_GLOBAL,
    TENANT_GUEST,
)

# Spaces at line ends and ">" for ":" are the guide's own.
SAMPLES = Path(__file__).parent / "samples"
STORAGE = (SAMPLES / "storage.json").read_text(encoding="utf-8")
NO_DELETING_OF_PROJECTS = (SAMPLES / "no_deleting_of_projects.json").read_text(encoding="utf-8")
NO_NOTEBOOKS = (SAMPLES / "no_notebooks.json").read_text(encoding="utf-8")
NOTEBOOKS = set(CATALOGUE.matching("modelarts:notebook:*"))


def allowed(*documents: Document) -> set[str]:
    """Every action that the policies allow on anything."""
    policies = PolicySet((str(number), document) for number, document in enumerate(documents))
    return {action.name for action in CATALOGUE if policies.decide(Question(action.name)).allowed}


def system(name: str) -> Document:
    return SYSTEM_POLICIES[name].document


def actions_of(service: str) -> set[str]:
    return {action.name for action in CATALOGUE if action.service == service}


@pytest.mark.parametrize("text", [STORAGE, NO_DELETING_OF_PROJECTS, NO_NOTEBOOKS])
def test_a_sample_of_the_guide_is_printed_as_it_was_pasted(text: str) -> None:
    canonical = "\n".join(line.rstrip() for line in text.splitlines()).replace(">", ":")
    assert parse(text, CATALOGUE).text() == canonical


def test_the_storage_sample_gives_every_dependent_permission_and_no_more() -> None:
    given = allowed(parse(STORAGE, CATALOGUE))
    assert len(given) == 20
    assert given < actions_of("obs")
    assert {needed for action in CATALOGUE for needed in action.depends} <= given
    assert "obs:bucket:DeleteBucket" not in given


def test_a_denied_action_is_taken_out_of_full_access() -> None:
    found = allowed(system(FULL_ACCESS), parse(NO_DELETING_OF_PROJECTS, CATALOGUE))
    assert found == actions_of("modelarts") - {"modelarts:exemplProject:delete"}


def test_a_user_without_notebooks_keeps_the_rest() -> None:
    found = allowed(parse(NO_NOTEBOOKS, CATALOGUE), system(COMMON_OPERATIONS))
    assert len(NOTEBOOKS) == 7
    assert found == allowed(system(COMMON_OPERATIONS)) - NOTEBOOKS


@pytest.mark.parametrize("text", [NO_DELETING_OF_PROJECTS, NO_NOTEBOOKS])
def test_a_denying_policy_alone_allows_nothing(text: str) -> None:
    assert not allowed(parse(text, CATALOGUE))


# ---------------------------------------------------------------- system policies

MANAGING_POOLS = {"modelarts:pool:create", "modelarts:pool:update", "modelarts:pool:delete"}


def reading(*services: str) -> set[str]:
    return {one.name for one in CATALOGUE if one.service in services and one.access in ("read", "list")}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (FULL_ACCESS, actions_of("modelarts")),
        (COMMON_OPERATIONS, actions_of("modelarts") - MANAGING_POOLS),
        (TENANT_ADMINISTRATOR, actions_of("modelarts") | actions_of("obs") | actions_of("cts")),
        (TENANT_GUEST, reading("modelarts", "obs")),
        (OBS_ADMINISTRATOR, actions_of("obs")),
        (OBS_READ_ONLY, reading("obs")),
        (SECURITY_ADMINISTRATOR, actions_of("iam")),
        (CTS_VIEWER, reading("cts")),
    ],
)
def test_a_system_policy_allows_exactly_what_its_name_says(name: str, expected: set[str]) -> None:
    """Also for actions that are added to the table later."""
    assert allowed(system(name)) == expected


def test_a_viewer_of_buckets_reads_no_file() -> None:
    assert allowed(system(OBS_VIEWER)) < reading("obs")
    assert not [name for name in allowed(system(OBS_VIEWER)) if name.startswith("obs:object:")]


def test_the_guides_flow() -> None:
    """CommonOperations, and Tenant Administrator for the global services: data sets yes, resource pools no (6.1)."""
    found = allowed(system(COMMON_OPERATIONS), system(TENANT_ADMINISTRATOR_GLOBAL))
    assert {"modelarts:dataset:create", *CATALOGUE["modelarts:dataset:create"].depends} <= found
    assert not found & MANAGING_POOLS
    assert allowed(system(TENANT_ADMINISTRATOR).within("global")) == allowed(system(TENANT_ADMINISTRATOR_GLOBAL))
    assert allowed(system(TENANT_ADMINISTRATOR).within("project")) == actions_of("modelarts")


@pytest.mark.parametrize("document", [one.document for one in SYSTEM_POLICIES.values()], ids=SYSTEM_POLICIES)
def test_a_system_policy_never_denies_and_names_what_there_is(document: Document) -> None:
    for scope in document.scopes:
        narrowed = document.within(scope)
        assert parse(narrowed.text(), CATALOGUE) == narrowed
    assert all(statement.effect == "Allow" for statement in document.statements)


# ---------------------------------------------------------------- the table of actions


def test_every_action_of_the_server_is_in_the_table() -> None:
    assert not [action.value for action in Action if action.value not in CATALOGUE]


def test_what_an_action_depends_on_is_in_the_table() -> None:
    assert not [name for action in CATALOGUE for name in action.depends if name not in CATALOGUE]


def test_the_table_knows_the_storage_that_an_action_needs() -> None:
    assert set(CATALOGUE["modelarts:dataset:create"].depends) == {
        *("obs:bucket:ListBucket", "obs:bucket:GetBucketLocation", "obs:object:GetObject", "obs:object:PutObject"),
    }
    assert "obs:object:DeleteObject" in CATALOGUE["modelarts:sample:deleteWithSource"].depends


def test_names_tell_apart_reading_and_writing() -> None:
    """Patterns such as `get*` in policies would otherwise allow more than they seem to."""
    seeing = ("get", "list", "Get", "List", "Head", "simulate", "export")
    wrong = {
        action.name
        for action in CATALOGUE
        if action.name.rpartition(":")[2].startswith(seeing) is not (action.access in ("read", "list"))
    }
    assert wrong == {"modelarts:dataset:export"}
