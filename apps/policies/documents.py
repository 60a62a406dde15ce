"""Reads what people write as policies; refuses what does not mean what it seems to mean, with line and reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from apps.policies.catalogue import SCOPES, Catalogue
from apps.policies.conditions import Condition
from apps.policies.patterns import matches
from apps.policies.phrases import N_
from apps.policies.reading import UNSEEN, Node, Number, read
from apps.policies.refusals import PolicyRefused
from apps.policies.statements import EVERYTHING, VERSION, Document, Effect, Statement, of_json, restore, service_of
from apps.policies.stipulations import conditions_in

__all__ = ["Document", "PolicyRefused", "Statement", "of_json", "parse", "restore"]

LONGEST = 64 * 1024
MOST_STATEMENTS = 100
MOST_ENTRIES = 500
LONGEST_ENTRY = 1024
_NEVER = {
    "NotAction": N_("NotAction is not part of the language: list the actions that are meant."),
    "NotResource": N_("NotResource is not part of the language: list the resources that are meant."),
    "Principal": N_("A policy does not say whom it is for: attach it to users and groups."),
    "NotPrincipal": N_("A policy does not say whom it is for: attach it to users and groups."),
    "Id": N_("A policy has no Id: give the policy a name, and each statement a Sid where needed."),
}
_RESOURCE_PARTS = 5


def parse(text: str, catalogue: Catalogue) -> Document:
    """The document that `text` is; PolicyRefused with line, column and reason when it is none."""
    if len(text) > LONGEST:
        raise PolicyRefused(N_("The policy is too long: at most %(most)s characters."), line=1, column=1, most=LONGEST)
    node = read(text)
    members = _members(node, ("Version", "Statement"), N_("A policy is an object: { ... }."))
    _version(_needed(node, members, "Version"))
    statements = _entries(_needed(node, members, "Statement"), MOST_STATEMENTS)
    parser = _Parser(catalogue)
    return Document(tuple(parser.statement(statement) for statement in statements))


class _Parser:
    """Reads the statements of one document; remembers what one must not contradict in the next."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.first_service = ""
        self.sids: dict[str, Node] = {}

    def statement(self, node: Node) -> Statement:
        names = ("Sid", "Effect", "Action", "Resource", "Condition")
        members = _members(node, names, N_("A statement is an object: { ... }."))
        effect = _effect(_needed(node, members, "Effect"))
        actions = tuple(self.action(one) for one in _texts(_needed(node, members, "Action")))
        resources = EVERYTHING
        if "Resource" in members:
            resources = tuple(self.resource(one, actions) for one in _texts(members["Resource"]))
        services = {service_of(action) for action in actions}
        conditions: tuple[Condition, ...] = ()
        if "Condition" in members:
            conditions = conditions_in(members["Condition"], services)
        return Statement(effect, actions, resources, conditions, self.sid(members.get("Sid")))

    def sid(self, node: Node | None) -> str:
        if node is None:
            return ""
        name = _text(node)
        if not 0 < len(name) <= 64:
            raise node.refuse(N_("A Sid has 1 to 64 characters."))
        if name in self.sids:
            raise node.refuse(
                N_("The statement in line %(line_of_first)s has this Sid already."),
                line_of_first=self.sids[name].line,
            )
        self.sids[name] = node
        return name

    def action(self, node: Node) -> str:
        """Some of the guide's samples write `obs:bucket>ListBucket`: the two signs mean the same."""
        action = _text(node).replace(">", ":")
        service = service_of(action)
        if "*" in service or "?" in service:
            raise node.refuse(
                N_("Name the service: '%(action)s' would mean project-level and global services at once."),
                action=action,
            )
        if not self.catalogue.matching(action):
            raise self.unknown(node, action)
        if not self.first_service:
            self.first_service = service
        if SCOPES[service] != SCOPES[self.first_service]:
            raise node.refuse(
                N_(
                    "A policy cannot mix project-level and global services ('%(first)s' and '%(second)s'). "
                    "Make two policies and attach both."
                ),
                first=self.first_service,
                second=service,
            )
        return action

    def unknown(self, node: Node, action: str) -> PolicyRefused:
        if odd := next((sign for sign in action if not sign.isascii()), ""):
            return node.refuse(
                N_("'%(action)s' holds the character %(character)s, which no action has."),
                action=action,
                character=f"U+{ord(odd):04X} {unicodedata.name(odd, '')}".strip(),
            )
        service = service_of(action)
        if service not in self.catalogue.services:
            return node.refuse(
                N_("There is no service '%(service)s'. There are: %(services)s."),
                service=service,
                services=", ".join(self.catalogue.services),
            )
        if "*" in action or "?" in action:
            return node.refuse(N_("No action fits '%(action)s'."), action=action)
        if like := self.catalogue.like(action):
            return node.refuse(N_("There is no action '%(action)s'. Is '%(like)s' meant?"), action=action, like=like)
        return node.refuse(N_("There is no action '%(action)s'."), action=action)

    def resource(self, node: Node, actions: tuple[str, ...]) -> str:
        """`*`, or five parts, of which the last may hold colons itself."""
        resource = _text(node)
        if resource == "*":
            return resource
        parts = resource.split(":", _RESOURCE_PARTS - 1)
        if len(parts) < _RESOURCE_PARTS or not all(parts):
            raise node.refuse(
                N_("A resource has five parts, service:region:tenant:type:ID, or is '*'. '%(resource)s' has not."),
                resource=resource,
            )
        services = {service_of(action) for action in actions}
        if not any(matches(parts[0], service) for service in services):
            raise node.refuse(
                N_("The resource is of '%(service)s', but the actions of this statement are of '%(services)s'."),
                service=parts[0],
                services="', '".join(sorted(services)),
            )
        named = {name for action in actions for name in self.catalogue.matching(action)}
        known = {kind for service in services for kind in self.catalogue.resource_types(service)}
        kinds = {self.catalogue[name].resource_type for name in named} - {""}
        if not any(matches(parts[3], kind) for kind in known):
            raise node.refuse(N_("There is no type of resource '%(type)s'."), type=parts[3])
        if not any(matches(parts[3], kind) for kind in kinds):
            raise node.refuse(
                N_("No action of this statement is done to a resource of type '%(type)s'. Fitting: %(types)s."),
                type=parts[3],
                types=", ".join(sorted(kinds)) or "*",
            )
        return resource


def _version(node: Node) -> None:
    if isinstance(node.value, Number):
        raise node.refuse(N_('The version is a text: write "1.1" in quotes.'))
    if node.value != VERSION:
        raise node.refuse(N_('The version of this language is "1.1".'))


def _effect(node: Node) -> Effect:
    if node.value == "Allow":
        return "Allow"
    if node.value == "Deny":
        return "Deny"
    raise node.refuse(N_('The effect is "Allow" or "Deny", written so.'))


def _members(node: Node, names: tuple[str, ...], otherwise: str) -> Mapping[str, Node]:
    """The object's members, all of them known."""
    if not isinstance(node.value, dict):
        raise node.refuse(otherwise)
    for name in node.value:
        if name in names:
            continue
        key = node.keys[name]
        if name in _NEVER:
            raise key.refuse(_NEVER[name])
        if like := get_close_matches(name.capitalize(), names, n=1):
            raise key.refuse(N_("'%(name)s' is not known here. Is '%(like)s' meant?"), name=name, like=like[0])
        raise key.refuse(N_("'%(name)s' is not known here. Known: %(names)s."), name=name, names=", ".join(names))
    return node.value


def _needed(node: Node, members: Mapping[str, Node], name: str) -> Node:
    if name not in members:
        raise node.refuse(N_("'%(name)s' is missing."), name=name)
    return members[name]


def _entries(node: Node, most: int) -> list[Node]:
    if not isinstance(node.value, list):
        raise node.refuse(N_("A list is expected here: [ ... ]."))
    if not node.value:
        raise node.refuse(N_("This list is empty. Name at least one."))
    if len(node.value) > most:
        raise node.refuse(N_("This list is too long: at most %(most)s."), most=most)
    return node.value


def _texts(node: Node) -> list[Node]:
    """A list of texts; a single text stands for a list of one."""
    if isinstance(node.value, str) and not isinstance(node.value, Number):
        return [node]
    return _entries(node, MOST_ENTRIES)


def _text(node: Node) -> str:
    """A text that a person can read as it is."""
    if not isinstance(node.value, str) or isinstance(node.value, Number):
        raise node.refuse(N_("A text in double quotes is expected here."))
    if len(node.value) > LONGEST_ENTRY:
        raise node.refuse(N_("This text is too long: at most %(most)s characters."), most=LONGEST_ENTRY)
    if any(unicodedata.category(sign) in UNSEEN for sign in node.value):
        raise node.refuse(N_("This text holds characters that nobody can see. Type it anew."))
    return node.value
