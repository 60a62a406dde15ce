"""The table of operations: what each needs, what whoever lacks it is shown. A person reads it; the tests hold it true.

Columns of `operations.csv`:

* `method`, `route`: one operation, as the resolver has it; a socket topic is `WATCH` with the topic as its route.
* `action`: the actions that a user needs, all of them, with a blank between two (`a|b`: one of both); or who may, where
  no policy is asked: `everybody`, `person` (who is signed in, also a labeler), `user` (of a tenant), `admin` (of a
  tenant), `operator`, `trusted` (the tenant that an agency is for), `participant` (of a team task).
* `refused`: what a user of the tenant without that is shown. 403 and 404 are statuses. `empty`: the answer comes, with
  nothing of the tenant in it. `said`: a page that changes nothing and says which action is missing. `-`: nobody is
  refused.
* `writes`: yes or no.
* `body`: the least that is to be sent, in which ids stand in braces.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.test import RequestFactory
from django.urls import ResolverMatch, resolve

from tests.tenancy import addresses as known
from tests.tenancy.addresses import Address
from tests.tenancy.world import World

TABLE = Path(__file__).with_name("operations.csv")
COLUMNS = ["method", "route", "action", "refused", "writes", "body"]
WHO = {"everybody", "person", "user", "admin", "operator", "trusted", "participant"}
REFUSALS = {"403", "404", "empty", "said", "-"}
WATCH = "WATCH"


@dataclass(frozen=True)
class Operation:
    method: str
    address: Address
    action: str
    refused: str
    writes: bool
    body: str

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.address.route

    @property
    def needs(self) -> list[list[str]]:
        """Of each list one action is needed; empty where no policy is asked."""
        return [] if self.action in WHO else [each.split("|") for each in self.action.split()]

    @property
    def actions(self) -> list[str]:
        """Enough of them to be let in."""
        return [each[0] for each in self.needs]

    @property
    def in_api(self) -> bool:
        return self.address.in_api

    def fields(self, values: dict[str, str]) -> dict[str, Any]:
        text = self.body
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    def __str__(self) -> str:
        return f"{self.method} {self.address.route}"


@cache
def operations() -> tuple[Operation, ...]:
    """The table; rows of topics are not among them (`topics`)."""
    names = {address.route: address for address in known.addresses()}
    return tuple(
        Operation(
            row["method"], names[row["route"]], row["action"], row["refused"], row["writes"] == "yes", row["body"]
        )
        for row in rows()
        if row["method"] != WATCH and row["route"] in names
    )


def topics() -> dict[str, str]:
    """The action that each kind of topic needs."""
    return {row["route"].split(":")[0]: row["action"] for row in rows() if row["method"] == WATCH}


def rows() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def served(world: World) -> set[tuple[str, str]]:
    """Every operation that the server has: asked of the views themselves, which name what they take."""
    found = set()
    for address in known.addresses():
        match = resolve(address.path(known.real_values(address, world)))
        found |= {(method, address.route) for method in _methods(match)}
    return found


def _methods(match: ResolverMatch) -> set[str]:
    view: Any = getattr(match.func, "cls", None) or getattr(match.func, "view_class", None)
    if view is not None:
        names = {name.upper() for name in view.http_method_names if hasattr(view, name)}
    else:
        # What a page does not take it refuses before it looks at anything, and says what it would have taken.
        response = match.func(RequestFactory().generic("BREW", "/"), *match.args, **match.kwargs)
        names = set(response.headers.get("Allow", "GET, POST").split(", "))
    return names - {"HEAD", "OPTIONS"}
