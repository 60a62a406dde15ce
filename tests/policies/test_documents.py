"""What is no policy is refused with its line and the reason; what is one means what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.access.catalogue import CATALOGUE
from apps.policies.documents import Document, PolicyRefused, parse, restore
from tests.policies.strategies import sometimes


def a_policy(**changes: Any) -> str:
    """A policy whose statement's members stand one a line, from line 5 on: Effect, Action, then what changes say."""
    statement = {"Effect": "Allow", "Action": ["modelarts:dataset:get"], **changes}
    members = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in statement.items())
    return f'{{\n"Version": "1.1",\n"Statement": [\n{{\n{members}\n}}]}}'


def asking(operator: str, key: str, value: Any) -> str:
    return a_policy(Condition={operator: {key: value}})


READ = '"Effect": "Allow", "Action": ["modelarts:dataset:get"]'
V = '"Version": "1.1"'
REFUSED: dict[str, tuple[str, int, str]] = {
    # no JSON
    "nothing at all": ("", 1, "ends too early"),
    "only spaces": ("\n\n  ", 3, "ends too early"),
    "no object": ("[]", 1, "A policy is an object"),
    "a text": ('"Allow"', 1, "A policy is an object"),
    "a missing brace": (f'{{{V},\n"Statement": [{{{READ}}}]', 2, "ends too early"),
    "a missing comma": (f'{{{V}\n"Statement": [{{{READ}}}]}}', 2, '"," or "}" is expected'),
    "a comma too many": (f'{{{V},\n"Statement": [{{{READ}}},\n]}}', 2, "comma is one too many"),
    "a comment": (f'{{{V},\n// read\n"Statement": [{{{READ}}}]}}', 2, "name in double quotes"),
    "a comment for a value": (f'{{{V},\n"Statement":\n# read\n[{{{READ}}}]}}', 3, "no comments"),
    "single quotes": (f"{{{V},\n\"Statement\": [{{'Effect': 'Allow'}}]}}", 2, "name in double quotes"),
    "single quotes for a value": ("{\"Version\": '1.1'}", 1, "double quotes"),
    "no quotes": ('{"Version": "1.1",\n"Statement": [{"Effect": Allow}]}', 2, "'Allow' is no JSON value"),
    "a text over two lines": ('{"Version": "1.1\n"}', 1, "no closing quote"),
    "half a character": ('{"Version": "\\ud800"}', 1, "half a character"),
    "an unknown escape": ('{"Version": "\\x"}', 1, "backslash"),
    "more after the end": (f'{{{V},\n"Statement": [{{{READ}}}]}}\n{{}}', 3, "ends before this"),
    "two documents' worth of depth": ("[" * 40, 1, "nested too deeply"),
    "not a number": ('{"Version": NaN}', 1, "'NaN' is no JSON value"),
    "carriage returns alone": (f'{{{V},\r"Statement":\r5}}', 3, "A list is expected"),
    # keys
    "a key twice": (a_policy().replace('"Effect"', '"Effect": "Deny",\n"Effect"'), 6, "second time"),
    "a key twice by an escape": (a_policy().replace('"Effect"', '"\\u0045ffect": "Deny",\n"Effect"'), 6, "second time"),
    "NotAction": (a_policy(NotAction=["modelarts:dataset:delete"]), 7, "NotAction is not part"),
    "NotResource": (a_policy(NotResource=["*"]), 7, "NotResource is not part"),
    "Principal": (a_policy(Principal="*"), 7, "attach it"),
    "an Id": ('{"Id": "mine",\n"Version": "1.1"}', 1, "no Id"),
    "small letters for a key": (a_policy(action=["modelarts:dataset:get"]), 7, "Is 'Action' meant"),
    "plural": (a_policy(Actions=["modelarts:dataset:get"]), 7, "Is 'Action' meant"),
    "no version": (f'{{"Statement": [{{{READ}}}]}}', 1, "'Version' is missing"),
    "no statement": (f"{{{V}}}", 1, "'Statement' is missing"),
    "no effect": (f'{{{V},\n"Statement": [\n{{"Action": ["modelarts:dataset:get"]}}]}}', 3, "'Effect' is missing"),
    "no action": (f'{{{V},\n"Statement": [\n{{"Effect": "Allow"}}]}}', 3, "'Action' is missing"),
    # version, effect, lists
    "a number for the version": ('{"Version": 1.1,\n"Statement": []}', 1, "in quotes"),
    "an older version": ('{"Version": "1.0",\n"Statement": []}', 1, '"1.1"'),
    "a version of another cloud": ('{"Version": "2012-10-17",\n"Statement": []}', 1, '"1.1"'),
    "a small effect": (a_policy(Effect="allow"), 5, '"Allow" or "Deny"'),
    "an effect with a space": (a_policy(Effect="Deny "), 5, '"Allow" or "Deny"'),
    "two effects": (a_policy(Effect=["Allow", "Deny"]), 5, '"Allow" or "Deny"'),
    "no statements": (f'{{{V},\n"Statement": []}}', 2, "empty"),
    "one statement without a list": (f'{{{V},\n"Statement": {{{READ}}}}}', 2, "A list is expected"),
    "a statement that is a text": (f'{{{V},\n"Statement": ["Allow"]}}', 2, "A statement is an object"),
    "too many statements": (f'{{{V},\n"Statement": [{", ".join(["{" + READ + "}"] * 101)}]}}', 2, "at most 100"),
    "no actions": (a_policy(Action=[]), 6, "empty"),
    "an action that is a number": (a_policy(Action=[5]), 6, "text in double quotes"),
    "an action that is null": (a_policy(Action=None), 6, "A list is expected"),
    "no resources": (a_policy(Resource=[]), 7, "empty"),
    "no conditions": (a_policy(Condition={}), 7, "empty"),
    "an operator without keys": (a_policy(Condition={"StringEquals": {}}), 7, "empty"),
    "no values": (asking("StringEquals", "g:UserName", []), 7, "empty"),
    "too long": (" " * 70_000, 1, "at most 65536"),
    "a Sid twice": (
        f'{{{V},\n"Statement": [\n{{"Sid": "one", {READ}}},\n{{"Sid": "one", {READ}}}]}}',
        4,
        "line 3 has this Sid",
    ),
    # actions
    "an unknown action": (a_policy(Action=["modelarts:dataset:frobnicate"]), 6, "no action"),
    "a misspelt action": (a_policy(Action=["modelarts:dataset:delte"]), 6, "Is 'modelarts:dataset:delete' meant"),
    "an action in capitals": (a_policy(Action=["MODELARTS:dataset:get"]), 6, "no service 'MODELARTS'"),
    "an unknown service": (a_policy(Action=["ecs:servers:list"]), 6, "cts, iam, modelarts, obs"),
    "a wildcard that fits nothing": (a_policy(Action=["modelarts:datasets:*"]), 6, "No action fits"),
    "a Cyrillic letter": (a_policy(Action=["modelarts:dаtaset:get"]), 6, "U+0430 CYRILLIC SMALL LETTER A"),
    "everything of everybody": (a_policy(Action=["*"]), 6, "Name the service"),
    "every service": (a_policy(Action=["*:*:*"]), 6, "Name the service"),
    "two scopes in a statement": (
        a_policy(Action=["modelarts:dataset:get", "obs:object:GetObject"]),
        6,
        "('modelarts' and 'obs')",
    ),
    "two scopes in two statements": (
        f'{{{V},\n"Statement": [\n{{{READ}}},\n{{"Effect": "Allow", "Action": "iam:*:*"}}]}}',
        4,
        "project-level and global",
    ),
    "an unseen character": (a_policy(Action=["modelarts:dataset:get\u200b"]), 6, "nobody can see"),
    # resources
    "a resource of three parts": (a_policy(Resource=["modelarts:dataset:abc"]), 7, "five parts"),
    "a resource with an empty part": (a_policy(Resource=["modelarts:::dataset:abc"]), 7, "five parts"),
    "a resource without an ID": (a_policy(Resource=["modelarts:*:*:dataset:"]), 7, "five parts"),
    "a resource of another service": (a_policy(Resource=["obs:*:*:bucket:b"]), 7, "of 'modelarts'"),
    "an unknown type": (a_policy(Resource=["modelarts:*:*:datasets:b"]), 7, "no type of resource 'datasets'"),
    "a type that no action is done to": (a_policy(Resource=["modelarts:*:*:notebook:b"]), 7, "Fitting: dataset"),
    "a resource turned around": (a_policy(Resource=["modelarts:*:*:dataset:\u202eabc"]), 7, "nobody can see"),
    # conditions
    "an unknown operator": (asking("StringEqual", "g:UserName", ["a"]), 7, "Is 'StringEquals' meant"),
    "a condition that is a list": (a_policy(Condition=[]), 7, "Conditions are written"),
    "an unknown key": (asking("StringEquals", "g:Username", ["a"]), 7, "Is 'g:UserName' meant"),
    "a tag without a name": (asking("StringEquals", "g:ResourceTag/", ["a"]), 7, "not known here"),
    "a key of another service": (asking("StringEquals", "obs:prefix", ["a"]), 7, "never be met"),
    "an operator that does not fit": (asking("NumericLessThan", "g:UserName", ["5"]), 7, "Fitting: StringEquals"),
    "a text compared as a number": (asking("NumericLessThan", "modelarts:SampleCount", ["many"]), 7, "no number"),
    "too large a number": (asking("NumericEquals", "modelarts:SampleCount", ["1e99"]), 7, "no number"),
    "a number of another script": (asking("NumericEquals", "modelarts:SampleCount", ["５"]), 7, "no number"),
    "neither true nor false": (asking("Bool", "g:MFAPresent", "yes"), 7, "neither true nor false"),
    "both true and false": (asking("Bool", "g:MFAPresent", [True, False]), 7, "one value"),
    "Null with two values": (asking("Null", "g:UserName", ["true", "false"]), 7, "one value"),
    "NullIfExists": (asking("NullIfExists", "g:UserName", "true"), 7, "not known here"),
    "a date that is none": (asking("DateLessThan", "g:CurrentTime", ["2026-02-30"]), 7, "no date"),
    "a time without a zone": (asking("DateLessThan", "g:CurrentTime", ["2026-02-01T08:00:00"]), 7, "no date"),
    "an address out of range": (asking("IpAddress", "g:SourceIp", ["10.0.0.256"]), 7, "no address"),
    "a network with more than its prefix": (asking("IpAddress", "g:SourceIp", ["10.0.0.1/8"]), 7, "no address"),
    "a prefix too long": (asking("IpAddress", "g:SourceIp", ["10.0.0.0/33"]), 7, "no address"),
    "IPv4 in the clothes of IPv6": (asking("IpAddress", "g:SourceIp", ["::ffff:10.0.0.0/104"]), 7, "no address"),
    "a number for a text": (asking("StringEquals", "g:UserName", [5]), 7, "text in double quotes"),
    "null for a value": (asking("StringEquals", "g:UserName", [None]), 7, "text in double quotes"),
    "an object for a value": (asking("StringEquals", "g:UserName", [{"a": 1}]), 7, "text in double quotes"),
}


@pytest.mark.parametrize(("text", "line", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_policy_is_refused_with_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        parse(text, CATALOGUE)
    assert reason in str(refused.value.reason)
    assert refused.value.line == line
    assert f"Line {line}," in str(refused.value)


def test_the_column_is_that_of_the_fault() -> None:
    with pytest.raises(PolicyRefused) as refused:
        parse('{"Version": "1.1", "Statement": [{"Effect": "allow"}]}', CATALOGUE)
    assert refused.value.column == 45


TAKEN = {
    "a single action without a list": (a_policy(Action="modelarts:dataset:get"), {"Action": ["modelarts:dataset:get"]}),
    "the guide's other spelling": (a_policy(Action=["obs:bucket>ListBucket"]), {"Action": ["obs:bucket:ListBucket"]}),
    "a short wildcard": (a_policy(Action=["modelarts:*"]), {"Action": ["modelarts:*"]}),
    "the default resource": (a_policy(Resource="*"), {}),
    "an ID with colons": (
        a_policy(Action="obs:object:*", Resource=["obs:*:*:object:b/a:b"]),
        {"Action": ["obs:object:*"], "Resource": ["obs:*:*:object:b/a:b"]},
    ),
    "an object in another script": (
        a_policy(Action="obs:object:*", Resource=["obs:*:*:object:桶/图片　1.jpg"]),
        {"Action": ["obs:object:*"], "Resource": ["obs:*:*:object:桶/图片　1.jpg"]},
    ),
    "true without quotes": (
        asking("Bool", "g:MFAPresent", True),
        {"Condition": {"Bool": {"g:MFAPresent": ["true"]}}},
    ),
    "a number without quotes": (
        asking("NumericLessThan", "modelarts:SampleCount", 100),
        {"Condition": {"NumericLessThan": {"modelarts:SampleCount": ["100"]}}},
    ),
}


@pytest.mark.parametrize(("text", "members"), TAKEN.values(), ids=TAKEN)
def test_a_policy_is_printed_in_one_way(text: str, members: dict[str, Any]) -> None:
    found = parse(text, CATALOGUE)
    statement = {"Effect": "Allow", "Action": ["modelarts:dataset:get"], **members}
    assert json.loads(found.text()) == {"Version": "1.1", "Statement": [statement]}


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault() -> None:
    assert parse("\ufeff" + a_policy().replace("\n", "\r\n"), CATALOGUE) == parse(a_policy(), CATALOGUE)


def test_the_scope_is_that_of_the_services() -> None:
    assert parse(a_policy(), CATALOGUE).scope == "project"
    assert parse(a_policy(Action=["obs:*:*", "iam:*:*"]), CATALOGUE).scope == "global"


@pytest.mark.parametrize(
    "text",
    [
        a_policy(Action="modelarts:dataset:get"),
        a_policy(Resource="*"),
        a_policy(Effect="deny"),
        asking("Bool", "g:MFAPresent", "true"),
        a_policy().replace("1.1", "1.0"),
    ],
)
def test_only_what_the_server_itself_printed_is_restored(text: str) -> None:
    with pytest.raises(ValueError, match=r"list|effect|version"):
        restore(text)


def test_an_action_that_is_no_longer_there_matches_nothing() -> None:
    found = restore(a_policy(Action=["modelarts:dataset:gone"]))
    assert found.statements[0].actions == ("modelarts:dataset:gone",)


PIECES = st.sampled_from(
    [
        '{"Version": "1.1", "Statement": [',
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        READ,
        '"',
        "\\",
        "\n",
        "1",
        "*",
        "\x00",
        "é",
        "-",
    ]
)


@sometimes
@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=60)))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    refused, found = outcome(text)
    if refused is not None:
        assert 1 <= refused.line <= text.count("\n") + text.count("\r") + 1
    if found is not None:
        assert parse(found.text(), CATALOGUE) == found
        assert json.loads(text)["Version"] == "1.1"


def outcome(text: str) -> tuple[PolicyRefused | None, Document | None]:
    try:
        return None, parse(text, CATALOGUE)
    except PolicyRefused as refused:
        return refused, None
