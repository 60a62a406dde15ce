"""Setting up the tenant's own sign-in server, and to whom the server speaks because of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.audit.models import AuditEvent
from apps.core.errors import Denied, Invalid, TagoraError
from apps.entry import services
from apps.entry.models import ProviderIdentity, SignInProvider
from apps.entry.pages.organisation import TRIES_PER_ADDRESS
from apps.tenants.actors import Actor
from tests.entry.journeys import a_group, journey, set_out, set_up
from tests.entry.people import fresh
from tests.entry.provider import CLIENT, SECRET, Liar
from tests.factories import Customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "issuer",
    [
        "http://127.0.0.1:1/",
        "https://elsewhere.example",
        "http://HOST.evil.example",
        "http://user@HOST",
        "file:///etc/passwd",
        "http://HOST#x",
        "http://169.254.169.254/latest",
        "http://[::1]:5432/",
        "gopher://HOST",
        "http://HOST\\@evil.example",
        "http://127.0.0.1:99999",
        "",
    ],
)
def test_the_server_speaks_to_allowed_hosts_only(liar: Liar, acme: Customer, issuer: str) -> None:
    with pytest.raises(Invalid):
        set_up(acme, issuer.replace("HOST", liar.host))
    assert not liar.asked


def test_addresses_that_the_provider_names_are_checked_too(liar: Liar, acme: Customer, ann: Person) -> None:
    liar.about = {"token_endpoint": "http://127.0.0.1:1/token"}
    set_up(acme, liar.issuer)
    assert journey(liar)[1].status_code == 400
    assert not SignInProvider.objects.filter(issuer="").exists()


def test_long_answers_are_not_read(liar: Liar, acme: Customer) -> None:
    liar.about = {"padding": "x" * 600_000}
    with pytest.raises(TagoraError):
        set_up(acme, liar.issuer)


def test_redirects_are_not_followed(liar: Liar, acme: Customer, settings: Settings) -> None:
    elsewhere = Liar()
    liar.leads_to = f"{elsewhere.issuer}/.well-known/openid-configuration"
    with pytest.raises(TagoraError):
        set_up(acme, liar.issuer)
    assert not elsewhere.asked
    elsewhere.close()


def test_a_provider_that_calls_itself_otherwise_is_refused(liar: Liar, acme: Customer) -> None:
    liar.about = {"issuer": "https://other.example"}
    with pytest.raises(Denied, match="another name"):
        set_up(acme, liar.issuer)


def test_the_secret_is_sealed_shown_to_nobody_and_goes_to_no_other_provider(liar: Liar, acme: Customer) -> None:
    provider = set_up(acme, liar.issuer)
    assert SECRET not in str(list(SignInProvider.objects.values()))
    assert SECRET not in acme.client().get("/access/sign-in/").content.decode()
    assert SECRET not in str(list(AuditEvent.objects.values()))
    set_up(acme, liar.issuer, secret="", name="Other name")
    assert SignInProvider.objects.get().sealed_secret == provider.sealed_secret
    set_up(acme, liar.issuer, secret="", client_id="another")
    assert SignInProvider.objects.get().sealed_secret == ""


def test_another_issuer_knows_other_people(liar: Liar, acme: Customer, ann: Person, settings: Settings) -> None:
    set_up(acme, liar.issuer)
    journey(liar)
    assert ProviderIdentity.objects.count() == 1
    other = Liar()
    settings.TAGORA_OIDC_HOSTS = [liar.host, other.host]
    set_up(acme, other.issuer)
    assert not ProviderIdentity.objects.exists()
    other.person = {"sub": "s-1", "email": "nobody@acme.example", "email_verified": True}
    assert journey(other)[1].status_code == 403
    other.close()


def test_only_an_admin_sets_it_up_whatever_a_policy_says(acme: Customer, liar: Liar, rival: Customer) -> None:
    user = Actor(person=acme.admin, tenant=acme.tenant, project=acme.project, is_admin=False)
    with pytest.raises(Denied):
        services.save_sign_in_provider(actor=user, name="x", issuer=liar.issuer, client_id="x")
    stolen = a_group(rival, "rivals")
    with pytest.raises(Invalid):
        set_up(acme, liar.issuer, groups={"x": stolen.public_id})


def test_the_settings_page_saves_shows_and_removes(acme: Customer, liar: Liar) -> None:
    a_group(acme, "crew")
    browser = acme.client()
    data = {"name": "Acme", "issuer": liar.issuer, "client_id": CLIENT, "secret": SECRET, "creates_users": "on"}
    bad = browser.post("/access/sign-in/provider/", {**data, "groups": "x = nobody"})
    assert bad.status_code == 400
    good = {**data, "groups_claim": "groups", "groups": "a=b = crew\n"}
    assert browser.post("/access/sign-in/provider/", good).status_code == 302
    saved = SignInProvider.objects.get()
    assert list(saved.groups) == ["a=b"]
    page = browser.get("/access/sign-in/").content.decode()
    assert "a=b = crew" in page
    assert "http://testserver/sign-in/organisation/back/" in page
    assert browser.post("/access/sign-in/provider/delete/").status_code == 302
    assert not SignInProvider.objects.exists()


def test_no_tenant_and_one_without_a_provider_are_answered_alike(acme: Customer, liar: Liar) -> None:
    pages = []
    for name in ("acme", "nobody"):
        page = Client().post("/sign-in/organisation/", {"tenant": name}).content.decode()
        pages.append(re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", page))
    assert pages[0] == pages[1]


def test_a_whole_office_signs_in_from_one_address_and_guessing_names_is_slow(acme: Customer, liar: Liar) -> None:
    set_up(acme, liar.issuer)
    for _person in range(TRIES_PER_ADDRESS + 5):
        set_out(Client())
    guesses = range(TRIES_PER_ADDRESS + 8)
    names = [Client().post("/sign-in/organisation/", {"tenant": f"x{number}"}) for number in guesses]
    assert 429 in {answer.status_code for answer in names}


def test_the_button_is_there_when_the_operator_allows_hosts(client: Client, liar: Liar, settings: Settings) -> None:
    assert "/sign-in/organisation/" in client.get("/sign-in/").content.decode()
    settings.TAGORA_OIDC_HOSTS = []
    assert "/sign-in/organisation/" not in client.get("/sign-in/").content.decode()


def test_where_to_go_afterwards_is_an_address_of_this_server(liar: Liar, acme: Customer, ann: Person) -> None:
    set_up(acme, liar.issuer)
    assert journey(liar, next="https://evil.example/")[1]["Location"] == "/"
    assert fresh(ann)
