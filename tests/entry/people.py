"""What the tests of coming in do again and again."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

from django.core import mail
from django.test import Client

from apps.accounts.models import Person
from apps.entry.services import send_reset_link
from apps.notify.services import deliver_waiting
from apps.tenants.actors import Actor

PASSWORD = "long enough words"
NEW_PASSWORD = "another long password"


def sign_in(client: Client, login: str = "acme/ann", password: str = PASSWORD, *, at: str = "", **extra: Any) -> Any:
    """Posts the form of the sign-in page, from the address `at`."""
    data = {"login": login, "password": password, **extra}
    return client.post("/sign-in/", data, REMOTE_ADDR=at or "127.0.0.1")


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def reset_link(login: str, *, language: str = "") -> str:
    """Asks for a link as the worker does it, and reads it out of the mail; empty when none was written."""
    before = len(mail.outbox)
    send_reset_link(visitor=Actor(source_ip="192.0.2.1"), login=login, language=language)
    deliver_waiting()
    found = [re.search(r"http\S+(/sign-in/new-password/\S+/)", str(sent.body)) for sent in mail.outbox[before:]]
    return found[0].group(1) if found and found[0] else ""


def choose(client: Client, link: str, password: str = NEW_PASSWORD) -> Any:
    return client.post(link, {"password": password, "again": password})


def text_of(message: EmailMessage | Any) -> str:
    return str(message.body)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)
