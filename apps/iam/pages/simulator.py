"""May this user do this, and why: asked of the same rules that decide real requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.resources import OWN_WORK, TAG, resource_name
from apps.access.services import authorize
from apps.core.errors import Invalid
from apps.iam.forms import show_refusal
from apps.iam.pages.policies import said
from apps.iam.selectors import people
from apps.iam.selectors.simulation import Answer, simulate
from apps.policies.schema import resources
from apps.tenants.actors import Actor
from apps.tenants.models import Project
from apps.tenants.requests import require_user
from apps.tenants.selectors import projects_of

DATASET_TYPE = "modelarts:DatasetType"


class SimulatorForm(forms.Form):
    user = forms.ChoiceField(label=gettext_lazy("User"))
    action = forms.CharField(
        label=gettext_lazy("Action"),
        max_length=128,
        widget=forms.TextInput(attrs={"list": "actions", "autocomplete": "off", "spellcheck": "false"}),
    )
    resource = forms.CharField(
        label=gettext_lazy("Resource"),
        max_length=1024,
        required=False,
        help_text=gettext_lazy("Its ID, bucket/key, or service:region:tenant:type:ID. Empty: nothing in particular."),
        widget=forms.TextInput(attrs={"list": "resources", "autocomplete": "off", "spellcheck": "false"}),
    )
    project = forms.ChoiceField(label=gettext_lazy("Project"), required=False)
    at = forms.DateTimeField(
        label=gettext_lazy("Time (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    source_ip = forms.GenericIPAddressField(label=gettext_lazy("Source address"), required=False)
    dataset_type = forms.CharField(label=gettext_lazy("Type of the data set"), max_length=64, required=False)
    tags = forms.CharField(
        label=gettext_lazy("Tags of the resource"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("One a line: key=value"),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    own_work = forms.ChoiceField(
        label=gettext_lazy("Own work"),
        required=False,
        choices=[("", gettext_lazy("as it is")), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))],
    )

    def __init__(self, *args: Any, actor: Actor, projects: list[Project]) -> None:
        super().__init__(*args)
        self.users = {user.person.public_id: user for user in people.users(actor)[:2000]}
        self.projects = {project.public_id: project for project in projects}
        for name, choices in (
            ("user", [(key, user.person.login) for key, user in self.users.items()]),
            ("project", [(key, project.name) for key, project in self.projects.items()]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_action(self) -> str:
        action = str(self.cleaned_data["action"]).strip()
        if action not in CATALOGUE:
            raise forms.ValidationError(_("There is no such action. Choose one of the list."))
        return action

    def context(self) -> dict[str, Any]:
        """The condition keys that were given."""
        given, found = self.cleaned_data, dict[str, Any]()
        if given["at"]:
            moment: datetime = given["at"]
            found["g:CurrentTime"] = moment.replace(tzinfo=moment.tzinfo or UTC)
        if given["dataset_type"]:
            found[DATASET_TYPE] = given["dataset_type"]
        if given["own_work"]:
            found[OWN_WORK] = given["own_work"] == "true"
        for line in given["tags"].splitlines():
            key, _sign, value = line.partition("=")
            if key.strip():
                found[TAG + key.strip()] = value.strip()
        return found


def _resource(actor: Actor, action: str, text: str) -> str:
    """The full name of what was typed: an ID is completed by the type that the action is done to."""
    text = text.strip()
    if not text or text == "*":
        return "*"
    known = CATALOGUE[action]
    if text.count(":") >= 4:
        return text
    if not known.resource_type:
        return "*"
    return resource_name(known.service, known.resource_type, text, actor.tenant)


def _answer(actor: Actor, form: SimulatorForm) -> Answer | None:
    given = form.cleaned_data
    project = form.projects.get(given["project"]) or actor.project
    try:
        return simulate(
            actor,
            form.users[given["user"]],
            action=given["action"],
            resource=_resource(actor, given["action"], given["resource"]),
            project=project,
            source_ip=given["source_ip"] or "",
            context=form.context(),
        )
    except Invalid as error:
        show_refusal(form, error)
        return None


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    authorize(actor, Action.POLICY_SIMULATE)
    form = SimulatorForm(
        request.GET if "action" in request.GET else None, actor=actor, projects=list(projects_of(actor))
    )
    answer = _answer(actor, form) if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "answer": answer,
        "said": said(answer.statement) if answer is not None and answer.statement is not None else "",
        "actions": [(action.name, _(action.title)) for action in CATALOGUE],
        "resources": resources(CATALOGUE),
    }
    return render(request, "iam/simulator.html", context)
