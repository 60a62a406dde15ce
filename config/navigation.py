"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

_TENANT = [
    ("overview", _("Overview"), "home"),
    ("dataset-list", _("Data sets"), "dataset"),
    ("storage", _("Storage"), "storage"),
    ("team-list", _("Teams"), "team"),
    ("job-list", _("Jobs"), "job"),
]
_MAIL = ("mail-list", _("Mail"), "mail")
_WORKER = [("work", _("My tasks"), "task")]
# Where pages lie that belong to an entry but not below its address, for users of a tenant and for workers.
_ELSEWHERE = {"dataset-list": ("/tasks/",), "work": ("/tasks/",)}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: `actor`, `nav` [{name, label, icon, url, current}], `local_mail`."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.person is None:
        return {"actor": None, "nav": [], "local_mail": settings.TAGORA_LOCAL_MAIL}
    entries = list(_TENANT) if actor.tenant else list(_WORKER)
    if settings.TAGORA_LOCAL_MAIL and actor.tenant:
        entries.append(_MAIL)
    nav = []
    for name, label, icon in entries:
        url = reverse(name)
        below = (url, *_ELSEWHERE.get(name, ()))
        current = request.path == url if url == "/" else request.path.startswith(below)
        nav.append({"name": name, "label": label, "icon": icon, "url": url, "current": current})
    return {"actor": actor, "nav": nav, "local_mail": settings.TAGORA_LOCAL_MAIL}
