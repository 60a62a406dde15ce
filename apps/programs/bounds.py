"""What a token is narrowed to, stored as policy documents and read as the bounds of an actor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

from apps.access.catalogue import CATALOGUE
from apps.core.errors import Invalid
from apps.policies.documents import Document, PolicyRefused, parse
from apps.policies.evaluation import PolicySet

NAME = "token"
# What changes nothing, in the words of each service.
READ_ONLY = tuple(sorted(action.name for action in CATALOGUE if action.access in {"read", "list"}))


def scope_of_document(text: str) -> str:
    """A policy document as a scope. Raises PolicyRefused, which names the line."""
    return json.dumps([parse(text, CATALOGUE).as_json()])


def scope_of_actions(actions: Iterable[str]) -> str:
    """A list of actions (`*` and `?` stand for others) on anything, as a scope. Invalid for unknown ones."""
    wanted = list(dict.fromkeys(action.strip() for action in actions if action.strip()))
    if not wanted:
        raise Invalid(_("Name at least one action, or choose another scope."), field="actions")
    services: dict[str, list[str]] = {}
    for action in wanted:
        if not CATALOGUE.matching(action):
            raise Invalid(_("There is no action '%s'.") % action[:100], field="actions")
        services.setdefault(action.partition(":")[0], []).append(action)
    # A document is about one service, so that services of a project and those of the whole tenant are not mixed.
    documents = [
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": sorted(names)}]} for names in services.values()
    ]
    return json.dumps([parse(json.dumps(document), CATALOGUE).as_json() for document in documents])


def _documents(scope: str) -> list[Document]:
    return [parse(json.dumps(document), CATALOGUE) for document in json.loads(scope)]


@lru_cache(maxsize=4096)
def bounds_of(scope: str) -> PolicySet | None:
    """The bounds that a stored scope sets; None for one that sets none. What can no longer be read allows nothing."""
    if not scope:
        return None
    try:
        return PolicySet([(NAME, document) for document in _documents(scope)])
    except (PolicyRefused, ValueError):
        return PolicySet(())


def actions_of(scope: str) -> list[str]:
    """The actions that a scope names, for a page to show."""
    try:
        found = [action for document in _documents(scope) for one in document.statements for action in one.actions]
    except (PolicyRefused, ValueError):
        return []
    return list(dict.fromkeys(found))
