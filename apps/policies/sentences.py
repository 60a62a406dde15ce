"""Statements read aloud: what the editor shows beside them, in the reader's language."""

from __future__ import annotations

from apps.policies.catalogue import Catalogue
from apps.policies.conditions import IF_EXISTS, NULL, OPERATORS, TAG, Condition, key_named
from apps.policies.patterns import is_wild
from apps.policies.phrases import N_, Phrase, plain
from apps.policies.statements import Statement

# More than this is counted, not read out.
MOST_NAMED = 6
_SENTENCES = {
    ("Allow", False): N_("Allows %(actions)s, on %(resources)s."),
    ("Allow", True): N_("Allows %(actions)s, on %(resources)s, but only if %(conditions)s."),
    ("Deny", False): N_("Denies %(actions)s, on %(resources)s, whatever else is allowed."),
    ("Deny", True): N_("Denies %(actions)s, on %(resources)s, whatever else is allowed, if %(conditions)s."),
}


def sentence(statement: Statement, catalogue: Catalogue) -> Phrase:
    """The statement as one sentence; `phrases.render` puts it into a language."""
    params: dict[str, Phrase | tuple[Phrase, ...]] = {
        "actions": _listed([_action(action, catalogue) for action in statement.actions]),
        "resources": _listed([_resource(resource) for resource in statement.resources]),
    }
    if statement.conditions:
        params["conditions"] = tuple(_condition(condition) for condition in statement.conditions)
    return Phrase(_SENTENCES[statement.effect, bool(statement.conditions)], params)


def _listed(phrases: list[Phrase]) -> tuple[Phrase, ...]:
    if len(phrases) <= MOST_NAMED:
        return tuple(phrases)
    more = Phrase(N_("%(count)s more"), {"count": len(phrases) - MOST_NAMED + 1})
    return (*phrases[: MOST_NAMED - 1], more)


def _action(action: str, catalogue: Catalogue) -> Phrase:
    if action in catalogue:
        return Phrase(N_("“%(action)s”"), {"action": Phrase(catalogue[action].title, {})})
    service, _, rest = action.partition(":")
    if not rest.strip("*:"):
        return Phrase(N_("everything in %(service)s"), {"service": service})
    kind, _, name = rest.partition(":")
    if name == "*" and not is_wild(kind):
        return Phrase(N_("everything with %(type)s in %(service)s"), {"type": kind, "service": service})
    count = len(catalogue.matching(action))
    return Phrase(N_("the %(count)s actions like %(pattern)s"), {"count": count, "pattern": action})


def _resource(resource: str) -> Phrase:
    if resource == "*":
        return Phrase(N_("everything"), {})
    _service, region, tenant, kind, name = resource.split(":", 4)
    if (region, tenant) != ("*", "*"):
        return plain(resource)
    if name == "*" and not is_wild(kind):
        return Phrase(N_("every %(type)s"), {"type": kind})
    return Phrase(N_("%(type)s %(id)s"), {"type": kind, "id": name})


def _condition(condition: Condition) -> Phrase:
    key = _key(condition.key)
    if condition.operator == NULL:
        missing = condition.values[0] == "true"
        return Phrase(N_("%(key)s is not known") if missing else N_("%(key)s is known"), {"key": key})
    name = condition.operator.removesuffix(IF_EXISTS)
    said = Phrase(OPERATORS[name].title, {"key": key, "values": _alternatives(condition)})
    if condition.operator == name:
        return said
    return Phrase(N_("%(condition)s (where it is known)"), {"condition": said})


def _key(name: str) -> Phrase:
    if name.startswith(TAG):
        return Phrase(N_("the tag “%(tag)s” of the resource"), {"tag": name.removeprefix(TAG)})
    key = key_named(name)
    return plain(name) if key is None else Phrase(key.title, {})


def _alternatives(condition: Condition) -> Phrase:
    """The values, of which any one is enough: `a`, `a or b`, `a, b or c`."""
    *rest, last = [plain(value) for value in condition.values[:MOST_NAMED]]
    if len(condition.values) > MOST_NAMED:
        rest.append(last)
        last = Phrase(N_("%(count)s more"), {"count": len(condition.values) - MOST_NAMED})
    if not rest:
        return last
    listed = rest[0]
    for value in rest[1:]:
        listed = Phrase(N_("%(one)s, %(two)s"), {"one": listed, "two": value})
    return Phrase(N_("%(one)s or %(two)s"), {"one": listed, "two": last})
