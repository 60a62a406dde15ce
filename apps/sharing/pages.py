"""The page on which one thing is shared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from apps.access.grants import Grant
from apps.access.services import refusal
from apps.core.errors import TagoraError
from apps.sharing import selectors, services
from apps.tenants.requests import require_user

# The page that shows a thing of each kind, and what a person calls it.
_SHOWN_ON = {
    "dataset": ("dataset-detail", gettext_lazy("data set")),
    "workforce": ("team-detail", gettext_lazy("team")),
    "workforceTask": ("task-detail", gettext_lazy("team task")),
    "job": ("job-detail", gettext_lazy("job")),
}
_MEANING = {
    Grant.VIEW: (gettext_lazy("View"), gettext_lazy("see it and everything in it")),
    Grant.LABEL: (pgettext_lazy("right to a thing", "Label"), gettext_lazy("label its samples")),
    Grant.REVIEW: (gettext_lazy("Review"), gettext_lazy("review answers")),
    Grant.MANAGE: (gettext_lazy("Manage"), gettext_lazy("change it, run work on it")),
    Grant.DELETE: (gettext_lazy("Delete"), gettext_lazy("delete it")),
}


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Who may do what with one object; POST sets what `holder` has (`grant`, any number of times)."""
    actor = require_user(request)
    obj = selectors.get_shared(actor, kind, public_id)
    if request.method == "POST":
        grants = [Grant(grant) for grant in request.POST.getlist("grant") if grant in set(Grant)]
        try:
            holder = selectors.holder_named(actor, request.POST.get("holder", ""))
            services.share_object(actor=actor, obj=obj, holder=holder, grants=grants)
        except TagoraError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Shared.") if grants else _("Not shared any more."))
        return redirect("share", kind, public_id)
    page, word = _SHOWN_ON[kind]
    useful = selectors.useful_grants(kind)
    reason = refusal(actor, selectors.SHARE[kind], obj)
    context: dict[str, Any] = {
        "object": obj,
        "name": getattr(obj, "name", "") or getattr(obj, "subject_name", "") or obj.public_id,
        "word": word,
        "kind": kind,
        "back": reverse(page, args=[public_id]),
        "refusal": reason,
        "shares": [
            (share, [_choice(grant, share.grants) for grant in useful]) for share in selectors.shares_of(actor, obj)
        ],
        # Whom one could share with is told to those only who may share.
        "holders": [] if reason else selectors.holders(actor),
        "choices": [_choice(grant, frozenset([Grant.VIEW])) for grant in useful],
    }
    return render(request, "sharing/share.html", context)


def _choice(grant: Grant, given: frozenset[Grant]) -> dict[str, Any]:
    label, meaning = _MEANING[grant]
    return {"value": grant.value, "label": label, "meaning": meaning, "given": grant in given}


page_urls = [path("share/<str:kind>/<str:public_id>/", share, name="share")]
