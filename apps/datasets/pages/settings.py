"""Settings of a data set: its name and description, and deleting it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actions import Action
from apps.core.errors import Conflict, Invalid
from apps.datasets import services
from apps.datasets.models import Dataset
from apps.datasets.pages.frame import frame, open_dataset, refused
from apps.datasets.services.datasets import LONGEST_DESCRIPTION
from apps.tenants.actors import Actor

_FIELDS = {"dataset_name": "name", "description": "description"}


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Letters of the Latin alphabet, digits, '_' and '-'."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_settings(request: HttpRequest, dataset_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    if request.method != "POST":
        form = SettingsForm(initial={"name": dataset.name, "description": dataset.description})
        return _page(request, actor, dataset, form)
    form = SettingsForm(request.POST)
    if not (form.is_valid() and _update(actor, dataset, form)):
        dataset.refresh_from_db()
        return _page(request, actor, dataset, form, status=400)
    messages.success(request, _("Saved."))
    return redirect("dataset-settings", dataset.public_id)


@require_POST
def dataset_delete(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Delete the data set, when its name was typed as a confirmation; files in storage stay."""
    actor, dataset = open_dataset(request, dataset_id)
    if request.POST.get("name", "").strip() != dataset.name:
        messages.error(request, _("Type the name of the data set to delete it."))
        return redirect("dataset-settings", dataset.public_id)
    try:
        services.delete_dataset(actor=actor, dataset=dataset)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("dataset-settings", dataset.public_id)
    messages.success(request, _("'%(name)s' is being deleted. Its files stay in storage.") % {"name": dataset.name})
    return redirect("dataset-list")


def _update(actor: Actor, dataset: Dataset, form: SettingsForm) -> bool:
    given: dict[str, Any] = form.cleaned_data
    try:
        with transaction.atomic():
            services.update_dataset(actor=actor, dataset=dataset, name=given["name"], description=given["description"])
    except Invalid as error:
        form.add_error(_FIELDS.get(error.field), str(error))
    except Conflict as error:
        form.add_error("name", str(error))
    else:
        return True
    return False


def _page(request: HttpRequest, actor: Actor, dataset: Dataset, form: SettingsForm, status: int = 200) -> HttpResponse:
    context = {
        **frame(request, dataset, "settings"),
        "form": form,
        "update_refusal": refused(actor, Action.DATASET_UPDATE, dataset),
        "delete_refusal": refused(actor, Action.DATASET_DELETE, dataset, takes="delete"),
    }
    return render(request, "datasets/settings.html", context, status=status)
