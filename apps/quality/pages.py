"""Pages of acceptance: its card on the task's page, judging with a live report, and completing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.labeling.pages.seats import named_state, open_whole_task
from apps.labeling.pages.tool import api_of, tool_config, tool_page
from apps.labeling.selectors import Seat
from apps.quality import selectors, services
from apps.quality.forms import CompleteForm, StartForm
from apps.quality.models import Acceptance
from apps.quality.states import COMPLETING, DRAWING, OPEN, Scope
from apps.teams.forms import show_refusal

# What the judging page lists -> the state of samples on the wire.
TABS = {
    "unjudged": "__WORKFORCE_SAMPLED_UNCHECK__",
    "judged": "__WORKFORCE_SAMPLED_CHECKED__",
    "passed": "__WORKFORCE_SAMPLED_ACCEPTED__",
    "failed": "__WORKFORCE_SAMPLED_REJECTED__",
}


def _start_refusal(seat: Seat) -> str | None:
    return refusal(seat.actor, Action.ACCEPTANCE_START, seat.subject) or selectors.start_refusal(seat.task)


def _card(seat: Seat) -> dict[str, Any]:
    """What the task's page shows of acceptance: the round under way, or the last one, and the way to the next."""
    acceptance = selectors.open_acceptance(seat.task) or selectors.acceptances(seat).first()
    return {
        "seat": seat,
        "task": named_state(seat.task),
        "acceptance": acceptance,
        "report": selectors.report(acceptance) if acceptance else None,
        "waiting": selectors.waiting_count(seat.task),
        "start_refusal": _start_refusal(seat),
        "judge_refusal": refusal(seat.actor, Action.ACCEPTANCE_JUDGE, seat.subject),
        "is_under_way": acceptance is not None and acceptance.state in (DRAWING, OPEN, COMPLETING),
    }


@require_safe
def acceptance_card(request: HttpRequest, task_id: str) -> HttpResponse:
    """The card as a fragment, which the page of the task fetches and which refetches itself."""
    return render(request, "quality/_card.html", _card(open_whole_task(request, task_id)))


@require_http_methods(["GET", "POST"])
def acceptance_start(request: HttpRequest, task_id: str) -> HttpResponse:
    seat = open_whole_task(request, task_id)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.start_acceptance(seat=seat, **form.size())
        except (Invalid, Conflict) as error:
            show_refusal(form, error, {"sampling_rate": "percent", "sampling_num": "number"})
        else:
            return redirect("acceptance", task_id)
    context = {
        "seat": seat,
        "task": seat.task,
        "form": form,
        "waiting": selectors.waiting_count(seat.task),
        "refusal": _start_refusal(seat),
    }
    return render(request, "quality/start.html", context)


def _report(seat: Seat, acceptance: Acceptance) -> dict[str, Any]:
    return {
        "seat": seat,
        "task": seat.task,
        "acceptance": acceptance,
        "report": selectors.report(acceptance),
        "complete_refusal": _complete_refusal(seat, acceptance),
    }


def _complete_refusal(seat: Seat, acceptance: Acceptance) -> str | None:
    if acceptance.state == DRAWING:
        return _("Samples are still being drawn. Wait a moment.")
    return refusal(seat.actor, Action.ACCEPTANCE_COMPLETE, seat.subject)


@require_safe
def acceptance(request: HttpRequest, task_id: str) -> HttpResponse:
    """Judging the drawn answers of the round under way; without one, the report of the last."""
    seat = open_whole_task(request, task_id)
    current = selectors.open_acceptance(seat.task)
    if current is None or current.state != OPEN:
        return _between(request, seat, current)
    wanted = request.GET.get("list", "")
    tab = wanted if wanted in TABS else "unjudged"
    api = api_of(seat.task)
    config = tool_config(
        seat,
        mode="acceptance",
        state=TABS[tab],
        samples=f"{api}/acceptance/samples",
        review=f"{api}/acceptance/batch-comment",
        back=reverse("task-detail", args=[task_id]),
        start=request.GET.get("sample", "")[:36],
        readonly=True,
    )
    # What one round has not sent yet is no verdict on the next.
    config |= {"scope": f"{config['scope']}:{current.public_id}", "topic": current.topic}
    context = {**_report(seat, current), "tab": tab, "tabs": _tabs(current, tab)}
    return tool_page(request, "quality/judge.html", seat, config, context)


def _tabs(acceptance: Acceptance, current: str) -> list[dict[str, Any]]:
    counts = {
        "unjudged": (_("Unjudged"), acceptance.unjudged),
        "judged": (_("Judged"), acceptance.judged),
        "passed": (pgettext("verdict", "Passed"), acceptance.passed),
        "failed": (pgettext("verdict", "Failed"), acceptance.failed),
    }
    return [
        {"name": name, "label": label, "count": count, "current": name == current}
        for name, (label, count) in counts.items()
    ]


def _between(request: HttpRequest, seat: Seat, current: Acceptance | None) -> HttpResponse:
    """The page while nothing can be judged: drawing, taking over, or no round at all."""
    if current is None and selectors.acceptances(seat).exists():
        return redirect("acceptance-reports", seat.task.public_id)
    if current is None:
        return redirect("acceptance-start", seat.task.public_id)
    return render(request, "quality/wait.html", _card(seat))


@require_safe
def acceptance_head(request: HttpRequest, task_id: str) -> HttpResponse:
    """The live report above the tool; `state` is that of the round which the page shows.

    Once the round is in another state the whole page is fetched anew.
    """
    seat = open_whole_task(request, task_id)
    current = selectors.open_acceptance(seat.task)
    shown = request.GET.get("state", OPEN)
    if current is None or current.state != shown or shown != OPEN:
        moved = current is None or current.state != shown
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if moved else {})
    wanted = request.GET.get("list", "")
    tab = wanted if wanted in TABS else "unjudged"
    context = {**_report(seat, current), "tab": tab, "tabs": _tabs(current, tab)}
    return render(request, "quality/_head.html", context)


@require_safe
def acceptance_reports(request: HttpRequest, task_id: str) -> HttpResponse:
    """The report of one round (`round`, or the newest), what all completed ones add up to, and the other rounds."""
    seat = open_whole_task(request, task_id)
    rounds = list(selectors.acceptances(seat)[:100])
    if not rounds:
        return redirect("acceptance-start", task_id)
    wanted = request.GET.get("round", "")
    shown = selectors.get_acceptance_of(seat, wanted) if wanted else rounds[0]
    context = {
        **_card(seat),
        "shown": shown,
        "shown_report": selectors.report(shown),
        "members": selectors.member_reports(shown),
        "total": selectors.total_report(seat.task),
        "rounds": rounds,
    }
    return render(request, "quality/reports.html", context)


@require_http_methods(["GET", "POST"])
def acceptance_complete(request: HttpRequest, task_id: str) -> HttpResponse:
    """Choosing what is accepted, with a preview of what that would do."""
    seat = open_whole_task(request, task_id)
    current = selectors.open_acceptance(seat.task)
    if current is None or current.state != OPEN:
        messages.info(request, _("No acceptance of this task is open."))
        return redirect("task-detail", task_id)
    form = CompleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.complete_acceptance(
                seat=seat,
                acceptance=current,
                scope=form.cleaned_data["scope"],
                overwrite=form.cleaned_data["overwrite"],
            )
        except (Conflict, Denied) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Results are being taken over."))
            return redirect("task-detail", task_id)
    context = {
        **_report(seat, current),
        "form": form,
        "options": [
            {
                "value": scope.value,
                "label": scope.label,
                "chosen": str(scope.value) == str(form["scope"].value()),
                "preview": selectors.preview(current, scope=scope, overwrite=False),
            }
            for scope in Scope
        ],
        "conflicts": [_conflict(seat, row) for row in selectors.conflicts(current, limit=20)],
    }
    return render(request, "quality/complete.html", context)


def _conflict(seat: Seat, row: Any) -> dict[str, str]:
    return {"name": row.sample.name, "url": f"/media/{seat.task.dataset.public_id}/{row.sample_id.hex}/thumbnail"}


@require_POST
def acceptance_cancel(request: HttpRequest, task_id: str) -> HttpResponse:
    seat = open_whole_task(request, task_id)
    try:
        services.cancel_acceptance(seat=seat, acceptance=selectors.get_open_acceptance(seat))
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The acceptance was cancelled. Labelers can go on."))
    return redirect("task-detail", task_id)


page_urls: list[URLPattern] = [
    path("tasks/<str:task_id>/acceptance/", acceptance, name="acceptance"),
    path("tasks/<str:task_id>/acceptance/card/", acceptance_card, name="acceptance-card"),
    path("tasks/<str:task_id>/acceptance/head/", acceptance_head, name="acceptance-head"),
    path("tasks/<str:task_id>/acceptance/start/", acceptance_start, name="acceptance-start"),
    path("tasks/<str:task_id>/acceptance/reports/", acceptance_reports, name="acceptance-reports"),
    path("tasks/<str:task_id>/acceptance/complete/", acceptance_complete, name="acceptance-complete"),
    path("tasks/<str:task_id>/acceptance/cancel/", acceptance_cancel, name="acceptance-cancel"),
]
