"""Members of a team: adding by address, changing, deleting one or many."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import Conflict, Denied, Invalid
from apps.teams import selectors, services
from apps.teams.forms import MemberForm, MembersForm, show_refusal
from apps.tenants.requests import require_user


@require_http_methods(["GET", "POST"])
def members_add(request: HttpRequest, team_id: str) -> HttpResponse:
    actor = require_user(request)
    team = selectors.get_team(actor, team_id)
    form = MembersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_members(actor=actor, team=team, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            show_refusal(form, error, {"email": "emails"})
        else:
            count = len(added)
            sentence = ngettext("%(count)d member was added.", "%(count)d members were added.", count)
            messages.success(request, sentence % {"count": count})
            return redirect("team-detail", team_id)
    return render(request, "teams/members_add.html", {"form": form, "team": team})


@require_http_methods(["GET", "POST"])
def member_edit(request: HttpRequest, team_id: str, member_id: str) -> HttpResponse:
    actor = require_user(request)
    team = selectors.get_team(actor, team_id)
    member = selectors.get_member(actor, team, member_id)
    form = MemberForm(request.POST or None, initial={"role": member.role, "description": member.description})
    if request.method == "POST" and form.is_valid():
        try:
            services.update_member(actor=actor, member=member, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The member was changed."))
            return redirect("team-detail", team_id)
    return render(request, "teams/member_edit.html", {"form": form, "team": team, "member": member})


@require_POST
def members_delete(request: HttpRequest, team_id: str) -> HttpResponse:
    """Delete the members named by `member`, all or none."""
    actor = require_user(request)
    team = selectors.get_team(actor, team_id)
    wanted = list(dict.fromkeys(request.POST.getlist("member")))
    members = [selectors.get_member(actor, team, member_id) for member_id in wanted]
    if not members:
        messages.error(request, _("Choose at least one member first."))
        return redirect("team-detail", team_id)
    try:
        services.delete_members(actor=actor, members=members)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        count = len(members)
        sentence = ngettext("%(count)d member was deleted.", "%(count)d members were deleted.", count)
        messages.success(request, sentence % {"count": count})
    return redirect("team-detail", team_id)
