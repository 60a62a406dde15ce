"""Actions on the tenant itself: its people, their rights, and the log of what they did."""

from __future__ import annotations

from collections.abc import Iterator

from apps.access.catalogue.rows import kept, of
from apps.policies.catalogue import CatalogueAction
from apps.policies.phrases import N_


def rights() -> Iterator[CatalogueAction]:
    yield from kept(
        "iam:users",
        "user",
        (N_("List users"), N_("See a user"), N_("Create or invite a user"), N_("Change a user"), N_("Delete a user")),
        ("endSessions", "write", N_("End the sessions of a user")),
        ("resetSecondFactor", "write", N_("Take the second factor off a user")),
    )
    yield from kept(
        "iam:groups",
        "group",
        (N_("List groups"), N_("See a group"), N_("Create a group"), N_("Change a group"), N_("Delete a group")),
    )
    yield from kept(
        "iam:policies",
        "policy",
        (N_("List policies"), N_("See a policy"), N_("Create a policy"), N_("Change a policy"), N_("Delete a policy")),
        ("attach", "permission", N_("Give a policy to a user or group")),
        ("detach", "permission", N_("Take a policy from a user or group")),
        ("simulate", "read", N_("Ask what a user may do, and why")),
    )
    yield from kept(
        "iam:agencies",
        "agency",
        (
            N_("List agencies"),
            N_("See an agency"),
            N_("Create an agency"),
            N_("Change an agency"),
            N_("Delete an agency"),
        ),
        ("assume", "permission", N_("Act under an agency")),
    )
    yield from of(
        "iam:visits",
        "",
        (("update", "permission", N_("Let operators visit, or not")),),
    )
    yield from kept(
        "iam:credentials",
        "credential",
        (
            N_("List access keys and tokens"),
            N_("See an access key or token"),
            N_("Create an access key or token"),
            N_("Change an access key or token"),
            N_("Delete an access key or token"),
        ),
    )
    yield from kept(
        "iam:identityProviders",
        "identityProvider",
        (
            N_("List ways to sign in"),
            N_("See a way to sign in"),
            N_("Create a way to sign in"),
            N_("Change a way to sign in"),
            N_("Delete a way to sign in"),
        ),
    )
    yield from kept(
        "iam:projects",
        "project",
        (
            N_("List projects"),
            N_("See a project"),
            N_("Create a project"),
            N_("Change a project"),
            N_("Delete a project"),
        ),
    )
    yield from of(
        "iam:tenant",
        "",
        (
            ("get", "read", N_("See the settings of the tenant")),
            ("update", "write", N_("Change the settings of the tenant")),
        ),
    )
    yield from of(
        "iam:signInRules",
        "",
        (
            ("get", "read", N_("See the rules of signing in")),
            ("update", "permission", N_("Change the rules of signing in")),
        ),
    )


def log() -> Iterator[CatalogueAction]:
    yield from of(
        "cts:trace",
        "",
        (
            ("list", "list", N_("Read the audit log")),
            ("export", "read", N_("Export the audit log")),
        ),
    )
