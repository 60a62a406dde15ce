"""What a request shows instead of a session to prove for whom it comes. Apps above register how they read theirs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from apps.tenants.actors import Actor


class BadCredential(Exception):
    """The request shows a credential that is worth nothing; the message says why. No session takes its place."""


Reader = Callable[[HttpRequest], Actor | None]
_readers: list[Reader] = []


def register(reader: Reader) -> Reader:
    """`reader` answers the actor of a request, None when the request shows nothing of its kind, or BadCredential."""
    _readers.append(reader)
    return reader


def actor_shown(request: HttpRequest) -> Actor | None:
    """Whom the request's credential stands for; None when it shows none, so that its session counts."""
    for reader in _readers:
        actor = reader(request)
        if actor is not None:
            return actor
    return None
