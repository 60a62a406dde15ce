"""Signing in with the tenant's own OpenID provider."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.audit.models import AuditEvent
from apps.tenants.models import Group
from tests.entry.journeys import a_group, come_back, journey, set_out, set_up
from tests.entry.people import is_in
from tests.entry.provider import CLIENT, SECRET, Liar, consent, real_provider
from tests.entry.test_second_factor import code_now, enrolled, show
from tests.factories import Customer

pytestmark = pytest.mark.django_db


def test_with_a_real_provider_from_the_tenant_s_name_to_being_in(acme: Customer, settings: Settings) -> None:
    crew = a_group(acme, "crew")
    person = {
        "sub": "sub-lee",
        "email": "Lee@acme.example",
        "email_verified": True,
        "name": "Lee",
        "groups": ["staff", "labellers"],
    }
    with real_provider(person) as issuer:
        settings.TAGORA_OIDC_HOSTS = [urlsplit(issuer).netloc]
        settings.TAGORA_URL = "http://testserver"
        set_up(acme, issuer, creates_users=True, groups_claim="groups", groups={"labellers": crew.public_id})
        browser = Client()
        address = set_out(browser, next="/jobs/")
        answer = come_back(browser, consent(address, "sub-lee"))
        assert (answer.status_code, answer["Location"]) == (302, "/jobs/")
        assert is_in(browser)
        lee = Person.objects.get(login="acme/lee@acme.example")
        assert (lee.kind, lee.name, lee.has_usable_password()) == ("user", "Lee", False)
        assert lee.groups.filter(pk=crew.holder_id).exists()
        again = Client()
        come_back(again, consent(set_out(again), "sub-lee"))
        assert is_in(again)
        assert Person.objects.filter(kind="user").count() == 2


def test_a_user_with_the_address_is_recognised_and_stays_so_when_it_changes(
    liar: Liar, acme: Customer, ann: Person
) -> None:
    set_up(acme, liar.issuer)
    browser, answer = journey(liar)
    assert answer.status_code == 302
    assert str(browser.session["_auth_user_id"]) == str(ann.pk)
    liar.person = {"sub": "s-1", "email": "other@elsewhere.example", "email_verified": False}
    assert is_in(journey(liar)[0])


def test_what_is_sent_is_bound_to_this_browser_and_this_client(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    browser = Client()
    asked = {name: value[0] for name, value in parse_qs(urlsplit(set_out(browser)).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) >= 43
    journey(liar)
    path, form, headers = next(entry for entry in liar.asked if entry[0] == "/token")
    assert headers["Authorization"].startswith("Basic ")
    assert "client_secret" not in form
    assert len(form["code_verifier"]) >= 43


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(liar: Liar, acme: Customer, ann: Person) -> None:
    liar.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    set_up(acme, liar.issuer)
    assert is_in(journey(liar)[0])
    _path, form, headers = next(entry for entry in liar.asked if entry[0] == "/token")
    assert (form["client_secret"], headers.get("Authorization")) == (SECRET, None)


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token with a symmetric signature."""

    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def forged(liar: Liar, algorithm: str) -> Callable[[dict[str, Any]], str]:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = liar.key.public_key()

    def sign(claims: dict[str, Any]) -> str:
        if algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": liar.kid})
        if algorithm == "HS256":
            # What everybody knows as the secret: the library refuses to make such a token, a thief does not.
            known = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return by_hand({"alg": "HS256", "typ": "JWT", "kid": liar.kid}, claims, known)
        return jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": liar.kid})

    return sign


@pytest.mark.parametrize("algorithm", ["none", "HS256", "stranger's key"])
def test_a_signature_that_is_not_the_provider_s(liar: Liar, acme: Customer, ann: Person, algorithm: str) -> None:
    set_up(acme, liar.issuer)
    liar.sign = forged(liar, algorithm)
    browser, answer = journey(liar)
    assert answer.status_code == 403
    assert not is_in(browser)


LIES: dict[str, dict[str, Any]] = {
    "nonce of another sign-in": {"nonce": "other"},
    "no nonce": {"nonce": None},
    "expired": {"exp": time.time() - 3600},
    "no end": {"exp": None},
    "from the future": {"iat": time.time() + 3600},
    "for another program": {"aud": "other"},
    "for two programs, handed to the other": {"aud": [CLIENT, "other"], "azp": "other"},
    "for two programs, handed to nobody": {"aud": [CLIENT, "other"]},
    "from another issuer": {"iss": "https://evil.example"},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_exactly_right(liar: Liar, acme: Customer, ann: Person, lie: str) -> None:
    set_up(acme, liar.issuer)

    def change(claims: dict[str, Any]) -> None:
        for name, value in LIES[lie].items():
            if value is None:
                del claims[name]
            else:
                claims[name] = value

    liar.change = change
    browser, answer = journey(liar)
    assert answer.status_code == 403
    assert not is_in(browser)
    event = AuditEvent.objects.get(name="login")
    assert (event.code, event.level, event.tenant_id) == (401, "warning", acme.tenant.pk)


def test_a_wrong_state_or_none_or_one_used_before(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    browser = Client()
    right = liar.back(set_out(browser))
    assert come_back(browser, right.replace("state=", "state=x")).status_code == 403
    assert come_back(browser, right).status_code == 400, "what was remembered is used up"
    assert come_back(Client(), liar.back(set_out(browser))).status_code == 400, "another browser knows nothing of it"
    browser, _answer = journey(liar)
    assert come_back(browser, right).status_code == 400
    assert come_back(Client(), "/sign-in/organisation/back/").status_code == 400


def test_the_answer_of_one_provider_is_not_taken_for_another_s(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    browser = Client()
    location = liar.back(set_out(browser)) + "&iss=https://evil.example"
    assert come_back(browser, location).status_code == 403


def test_a_refusal_at_the_provider_is_said(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    browser = Client()
    state = parse_qs(urlsplit(set_out(browser)).query)["state"][0]
    answer = come_back(browser, f"/sign-in/organisation/back/?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "let nobody in" in answer.content.decode()


@pytest.mark.parametrize("verified", [False, "false", None, 0, "yes"])
def test_an_address_that_is_not_verified_is_nobody_s(liar: Liar, acme: Customer, ann: Person, verified: Any) -> None:
    set_up(acme, liar.issuer, creates_users=True)
    liar.person["email_verified"] = verified
    browser, answer = journey(liar)
    assert (answer.status_code, is_in(browser)) == (403, False)


def test_without_leave_nobody_is_created(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    liar.person["email"] = "stranger@acme.example"
    assert journey(liar)[1].status_code == 403
    assert Person.objects.count() == 1


def test_a_disabled_user_stays_out(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    Person.objects.update(is_active=False)
    browser, answer = journey(liar)
    assert (answer.status_code, is_in(browser)) == (403, False)
    Person.objects.update(is_active=True)
    assert is_in(journey(liar)[0])
    Person.objects.update(is_active=False)
    assert not is_in(journey(liar)[0])


def test_a_provider_vouches_for_its_own_tenant_only(liar: Liar, acme: Customer, ann: Person, rival: Customer) -> None:
    rival.admin.email = "bob@rival.example"
    rival.admin.save()
    set_up(acme, liar.issuer)
    liar.person["email"] = "bob@rival.example"
    assert journey(liar)[1].status_code == 403
    set_up(rival, liar.issuer)
    liar.person["email"] = "ann@acme.example"
    assert journey(liar, tenant="rival")[1].status_code == 403


def test_groups_follow_the_claim_and_others_are_left_alone(liar: Liar, acme: Customer, ann: Person) -> None:
    first, second, own = (a_group(acme, name) for name in ("first", "second", "own"))
    ann.groups.add(own.holder)
    mapping = {"a": first.public_id, "b": second.public_id}
    set_up(acme, liar.issuer, groups_claim="roles", groups=mapping)

    def names() -> set[str]:
        return set(Group.objects.filter(holder__in=ann.groups.all()).values_list("name", flat=True)) & {
            "first",
            "second",
            "own",
        }

    for claim, expected in (
        (["a", "x"], {"first", "own"}),
        (["b"], {"second", "own"}),
        ("a", {"first", "own"}),
        ([], {"own"}),
        ({"a": 1}, {"own"}),
    ):
        liar.person["roles"] = claim
        assert journey(liar)[1].status_code == 302
        assert names() == expected, claim
    assert AuditEvent.objects.filter(name="addUserToGroup").count() == 3


def test_new_keys_of_the_provider_are_fetched_once(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    assert is_in(journey(liar)[0])
    liar.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    liar.kid = "second"
    assert is_in(journey(liar)[0])
    fetched = sum(path == "/keys" for path, _form, _headers in liar.asked)
    for number in range(5):
        liar.sign = lambda claims, n=number: jwt.encode(claims, liar.key, algorithm="RS256", headers={"kid": f"?{n}"})  # type: ignore[misc]
        assert not is_in(journey(liar)[0])
    assert sum(path == "/keys" for path, _form, _headers in liar.asked) == fetched


def test_an_address_from_the_userinfo_must_be_of_the_same_person(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    liar.person = {"sub": "s-9"}
    liar.userinfo = {"sub": "somebody else", "email": "ann@acme.example", "email_verified": True}
    assert journey(liar)[1].status_code == 403
    liar.userinfo["sub"] = "s-9"
    assert is_in(journey(liar)[0])


def test_a_second_factor_is_asked_for_unless_the_provider_did(liar: Liar, acme: Customer, ann: Person) -> None:
    secret = enrolled(ann)
    set_up(acme, liar.issuer)
    browser, answer = journey(liar)
    assert answer["Location"] == "/sign-in/code/"
    assert not is_in(browser)
    assert show(browser, code_now(secret)).status_code == 302
    liar.person["amr"] = ["pwd", "otp"]
    assert is_in(journey(liar)[0])
