"""Statements read aloud: what the editor shows beside them, in the reader's language."""

from __future__ import annotations

from apps.core.texts import Text
from apps.policies.catalogue import Catalogue
from apps.policies.conditions import IF_EXISTS, NULL, OPERATORS, TAG, Condition, key_named
from apps.policies.patterns import is_wild
from apps.policies.phrases import N_, all_of, any_of, plain
from apps.policies.statements import Statement

# More than this is counted, not read out.
MOST_NAMED = 6
_SENTENCES = {
    ("Allow", False): N_("Allows %(actions)s, on %(resources)s."),
    ("Allow", True): N_("Allows %(actions)s, on %(resources)s, but only if %(conditions)s."),
    ("Deny", False): N_("Denies %(actions)s, on %(resources)s, whatever else is allowed."),
    ("Deny", True): N_("Denies %(actions)s, on %(resources)s, whatever else is allowed, if %(conditions)s."),
}


def sentence(statement: Statement, catalogue: Catalogue) -> Text:
    """The statement as one sentence; `str` reads it in the reader's language."""
    params = {
        "actions": _listed([_action(action, catalogue) for action in statement.actions]),
        "resources": _listed([_resource(resource) for resource in statement.resources]),
    }
    if statement.conditions:
        params["conditions"] = all_of([_condition(condition) for condition in statement.conditions])
    return Text(_SENTENCES[statement.effect, bool(statement.conditions)], params)


def _listed(texts: list[Text]) -> Text:
    if len(texts) > MOST_NAMED:
        more = len(texts) - MOST_NAMED + 1
        texts = [*texts[: MOST_NAMED - 1], Text(N_("%(count)s more"), {"count": more})]
    return all_of(texts)


def _action(action: str, catalogue: Catalogue) -> Text:
    if action in catalogue:
        return Text(N_("“%(action)s”"), {"action": Text(catalogue[action].title)})
    service, _, rest = action.partition(":")
    if not rest.strip("*:"):
        return Text(N_("everything in %(service)s"), {"service": service})
    kind, _, name = rest.partition(":")
    if name == "*" and not is_wild(kind):
        return Text(N_("everything with %(type)s in %(service)s"), {"type": kind, "service": service})
    count = len(catalogue.matching(action))
    return Text(N_("the %(count)s actions like %(pattern)s"), {"count": count, "pattern": action})


def _resource(resource: str) -> Text:
    if resource == "*":
        return Text(N_("everything"))
    _service, region, tenant, kind, name = resource.split(":", 4)
    if (region, tenant) != ("*", "*"):
        return plain(resource)
    if name == "*" and not is_wild(kind):
        return Text(N_("every %(type)s"), {"type": kind})
    return Text(N_("%(type)s %(id)s"), {"type": kind, "id": name})


def _condition(condition: Condition) -> Text:
    key = _key(condition.key)
    if condition.operator == NULL:
        missing = condition.values[0] == "true"
        return Text(N_("%(key)s is not known") if missing else N_("%(key)s is known"), {"key": key})
    name = condition.operator.removesuffix(IF_EXISTS)
    said = Text(OPERATORS[name].title, {"key": key, "values": _alternatives(condition)})
    if condition.operator == name:
        return said
    return Text(N_("%(condition)s (where it is known)"), {"condition": said})


def _key(name: str) -> Text:
    if name.startswith(TAG):
        return Text(N_("the tag “%(tag)s” of the resource"), {"tag": name.removeprefix(TAG)})
    key = key_named(name)
    return plain(name) if key is None else Text(key.title)


def _alternatives(condition: Condition) -> Text:
    """The values, of which any one is enough."""
    values = [plain(value) for value in condition.values[:MOST_NAMED]]
    if len(condition.values) > MOST_NAMED:
        values.append(Text(N_("%(count)s more"), {"count": len(condition.values) - MOST_NAMED}))
    return any_of(values)
