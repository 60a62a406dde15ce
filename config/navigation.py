"""What every page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.access.actions import Action
from apps.access.services import refusal
from apps.accounts.models import Person


@dataclass(frozen=True)
class Entry:
    """One line of the menu. With an `action` it is shown to those who may do that; a section has a heading."""

    name: str
    label: Any
    icon: str
    section: Any = ""
    action: Action | None = None


_TENANT = [
    Entry("overview", _("Overview"), "home"),
    Entry("dataset-list", _("Data sets"), "dataset"),
    Entry("storage", _("Storage"), "storage"),
    Entry("team-list", _("Teams"), "team"),
    Entry("job-list", _("Jobs"), "job"),
]
_MAIL = Entry("mail-list", _("Mail"), "mail")
_ACCESS = [
    Entry("user-list", _("Users"), "account", _("Access"), Action.USER_VIEW),
    Entry("group-list", _("Groups"), "team", _("Access"), Action.GROUP_VIEW),
    Entry("policy-list", _("Policies"), "lock", _("Access"), Action.POLICY_VIEW),
    Entry("sign-in-rules", _("Sign-in"), "key", _("Access"), Action.SIGN_IN_RULES_VIEW),
    Entry("simulator", _("Simulator"), "eye", _("Access"), Action.POLICY_SIMULATE),
    Entry("all-credentials", _("Keys and tokens"), "key", _("Access"), Action.CREDENTIAL_VIEW),
    Entry("agency-list", _("Agencies"), "sync", _("Access")),
    Entry("trace-list", _("Audit log"), "clock", _("Access"), Action.TRACE_LIST),
]
_WORKER = [Entry("work", _("My tasks"), "task")]
_OPERATOR = [Entry("operator", _("Tenants"), "storage"), Entry("operator-log", _("Operators' log"), "clock")]
# Where pages lie that belong to an entry but not below its address, for users of a tenant and for workers.
_ELSEWHERE = {"dataset-list": ("/tasks/",), "work": ("/tasks/",)}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: `actor`, `nav` [{name, label, icon, section, url, current}], `local_mail`."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.person is None:
        return {"actor": None, "nav": [], "local_mail": settings.TAGORA_LOCAL_MAIL}
    operator = actor.person.kind == Person.Kind.OPERATOR
    entries = list(_TENANT) if actor.tenant else list(_OPERATOR if operator else _WORKER)
    if settings.TAGORA_LOCAL_MAIL and actor.tenant:
        entries.append(_MAIL)
    if actor.tenant:
        entries += [entry for entry in _ACCESS if entry.action is None or refusal(actor, entry.action) is None]
    nav = []
    for entry in entries:
        url = reverse(entry.name)
        below = (url, *_ELSEWHERE.get(entry.name, ()))
        current = request.path == url if url == "/" else request.path.startswith(below)
        line = {"name": entry.name, "label": entry.label, "icon": entry.icon, "section": entry.section}
        nav.append({**line, "url": url, "current": current})
    return {"actor": actor, "nav": nav, "local_mail": settings.TAGORA_LOCAL_MAIL}
