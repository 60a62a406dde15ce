"""The way through a tenant's own sign-in server, step by step."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group as Holder
from django.test import Client

from apps.entry import services
from apps.entry.models import SignInProvider
from apps.tenants.models import Group
from tests.entry.provider import CLIENT, SECRET, Liar
from tests.factories import Customer


def a_group(customer: Customer, name: str) -> Group:
    holder = Holder.objects.create(name=f"{customer.tenant.name}/{name}")
    return Group.objects.create(tenant=customer.tenant, name=name, holder=holder)


def set_up(customer: Customer, issuer: str, **more: Any) -> SignInProvider:
    asked: dict[str, Any] = {"name": "Acme", "issuer": issuer, "client_id": CLIENT, "secret": SECRET, **more}
    return services.save_sign_in_provider(actor=customer.actor, **asked)


def set_out(browser: Client, tenant: str = "acme", **more: str) -> str:
    """Names the tenant; answers the address at the provider to which the page leads."""
    page = browser.post("/sign-in/organisation/", {"tenant": tenant, **more})
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'href="(http://127[^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found.group(1).replace("&amp;", "&")


def come_back(browser: Client, location: str) -> Any:
    parts = urlsplit(location)
    return browser.get(f"{parts.path}?{parts.query}")


def journey(liar: Liar, browser: Client | None = None, **more: str) -> tuple[Client, Any]:
    browser = browser or Client()
    return browser, come_back(browser, liar.back(set_out(browser, **more)))
