"""Secrets are masked wherever they stand; what remains is short, on one line, and stays what it was."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.masking import LONGEST_BODY, body, masked, plain
from apps.audit.traces import canonical

SECRET = "hunter2-and-more-of-it"
SECRET_FIELDS = [
    *("password", "Password", "new_password", "user_password", "secret", "client_secret", "SecretKey".lower()),
    *("secret-key", "access_key", "private_key", "sk", "ak", "Authorization", "Cookie", "otp", "totp", "signature"),
    *("recovery_codes", "passphrase", "token", "X-Auth-Token", "x-subject-token", "current", "session"),
]


@pytest.mark.parametrize("name", SECRET_FIELDS)
def test_a_secret_is_masked_at_any_depth(name: str) -> None:
    for value in (SECRET, [SECRET], {"value": SECRET}, SECRET.encode()):
        text = body({"a": [{"b": {name: value}}], name: value})
        assert SECRET not in text
        assert "hunter2" not in text


def test_two_tokens_can_be_told_apart() -> None:
    first, second = masked({"token": "a" * 40})["token"], masked({"token": "b" * 40})["token"]
    assert first != second
    assert first.startswith("sha256:")
    assert len(first) == 19
    assert masked({"token": "123456"}) == {"token": "***"}, "a short one could be guessed from its hash"


def test_long_values_are_cut() -> None:
    seen = masked({"b": "z" * 9000, "c": list(range(90))})
    assert len(seen["b"]) < 600
    assert len(seen["c"]) == 51
    assert len(body({str(n): "z" * 600 for n in range(50)})) <= LONGEST_BODY


def test_a_name_stays_as_it_is_written() -> None:
    assert plain("数据集 Ünï-1 🐱") == "数据集 Ünï-1 🐱"


deep = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), deep, max_size=5))
def test_every_body_is_json_on_one_line(value: dict[str, object]) -> None:
    text = body(value)
    if value:
        text.encode()
        json.loads(text)
        assert not {unicodedata.category(sign) for sign in text} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.dictionaries(st.sampled_from("abcde"), st.text(max_size=30).map(plain) | st.integers(-(2**60), 2**60)))
def test_the_bytes_that_are_chained_are_those_of_any_json_library(trace: dict[str, object]) -> None:
    plainly = json.dumps(trace, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(trace) == plainly.encode()
