"""The description of the API is complete, and it changes only when somebody means it to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

SNAPSHOT = Path(__file__).with_name("openapi.json")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made = SchemaGenerator().get_schema(request=None, public=True)
    return json.loads(json.dumps(made, default=str))


def test_the_schema_builds_without_a_warning(schema: dict[str, Any]) -> None:
    assert schema["paths"]
    assert not dict(GENERATOR_STATS._error_cache), "errors"
    assert not dict(GENERATOR_STATS._warn_cache), "warnings"


def test_the_schema_is_valid(schema: dict[str, Any]) -> None:
    validate_schema(schema)


def test_every_operation_has_a_name_of_its_own(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for path in schema["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_the_api_is_the_one_that_was_promised(schema: dict[str, Any]) -> None:
    """`TAGORA_ACCEPT=1 pytest tests/rules/test_schema.py` takes a change that is meant."""
    if os.environ.get("TAGORA_ACCEPT") == "1":
        SNAPSHOT.write_text(json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    promised = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert schema == promised, "the API changed; run with TAGORA_ACCEPT=1 when this is meant"
