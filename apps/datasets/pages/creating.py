"""Creating a data set: one form, every refusal at its field, nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.access.actions import Action
from apps.access.services import authorize
from apps.core.errors import Conflict, Invalid
from apps.datasets import services
from apps.datasets.pages.frame import all_kinds
from apps.datasets.pages.label_rows import LabelRow, new_row, read_rows, rearranged
from apps.datasets.services import CreatedDataset
from apps.datasets.services.datasets import LONGEST_DESCRIPTION
from apps.datasets.services.labels import PALETTE
from apps.labeltypes import LabelSpec, label_types
from apps.storage.paths import Location, check_disjoint, parse
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user
from apps.tenants.selectors import buckets_of

# What the rules call a field -> what the form calls it.
_FIELDS = {
    "dataset_name": "name",
    "description": "description",
    "data_path": "input_location",
    "work_path": "output_location",
}
_NAME_TAKEN = "ModelArts.4351"


class CreateForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Letters of the Latin alphabet, digits, '_' and '-'."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    label_type = forms.ChoiceField(label=gettext_lazy("What is to be labelled"), choices=[])
    input_location = forms.CharField(
        label=gettext_lazy("Input location"),
        max_length=1100,
        help_text=gettext_lazy("The folder that the files lie in, with all folders below it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    output_location = forms.CharField(
        label=gettext_lazy("Output location"),
        max_length=1100,
        help_text=gettext_lazy("Where published versions are written: another folder; it need not exist yet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    import_annotations = forms.BooleanField(
        label=gettext_lazy("Take in labels found beside the files"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Classification: a text file of the same name, or the name of the folder. Detection: a Pascal VOC file of "
            "the same name. Labels that are missing are added."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["label_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.key, kind.title) for kind in all_kinds()]

    def location(self, name: str) -> Location | None:
        """The folder typed into a field, or None after its error was kept."""
        try:
            return parse(self.cleaned_data.get(name, "").strip(), field=name) if name in self.cleaned_data else None
        except Invalid as error:
            self.add_error(name, str(error))
            return None

    def judge_together(self, source: Location | None, target: Location | None) -> None:
        """Tell at once, with whatever else is wrong, when the two folders are nested."""
        if source is None or target is None:
            return
        try:
            check_disjoint(source, target)
        except Invalid as error:
            self.add_error("output_location", str(error))


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_create(request: HttpRequest) -> HttpResponse:
    """The form, and what comes of it: the new data set's page, where the import can be watched."""
    actor = require_user(request)
    authorize(actor, Action.DATASET_CREATE)
    if request.method != "POST":
        return _page(request, actor, CreateForm(initial=_initial(request)), [new_row([], PALETTE)])
    rows = read_rows(request.POST)
    changed = rearranged(rows, request.POST, PALETTE)
    if changed is not None:
        return _page(request, actor, CreateForm(initial=_typed(request)), changed)
    form = CreateForm(request.POST)
    created = _create(actor, form, rows) if form.is_valid() else None
    if created is None:
        return _page(request, actor, form, rows or [new_row([], PALETTE)], status=400)
    messages.success(request, _("The data set is there. Its files are being taken in."))
    return redirect("dataset-detail", created.dataset.public_id)


def _create(actor: Actor, form: CreateForm, rows: list[LabelRow]) -> CreatedDataset | None:
    """Calls the service; None after every reason was kept at its field."""
    kind = label_types.get(form.cleaned_data["label_type"])
    folders = form.location("input_location"), form.location("output_location")
    form.judge_together(*folders)
    named = [row for row in rows if not row.is_empty]
    specs = [row.spec(kind) for row in named]
    _refuse_repeated(named, specs)
    if form.errors or any(row.error for row in named) or None in specs:
        return None
    assert folders[0] is not None
    assert folders[1] is not None
    try:
        with transaction.atomic():
            return services.create_dataset(
                actor=actor,
                name=form.cleaned_data["name"],
                label_type=kind,
                input_location=folders[0],
                output_location=folders[1],
                description=form.cleaned_data["description"],
                labels=[spec for spec in specs if spec is not None],
                import_annotations=form.cleaned_data["import_annotations"],
            )
    except Invalid as error:
        form.add_error(_FIELDS.get(error.field), str(error))
    except Conflict as error:
        form.add_error("name" if error.code == _NAME_TAKEN else None, str(error))
    return None


def _refuse_repeated(rows: list[LabelRow], specs: list[LabelSpec | None]) -> None:
    """Say at the second of two rows that its name or shortcut stands above already."""
    names: set[str] = set()
    keys: set[str] = set()
    for row, spec in zip(rows, specs, strict=True):
        if spec is None:
            continue
        if spec.name in names:
            row.refuse(_("There is a label '%(name)s' already.") % {"name": spec.name}, "name")
        elif spec.shortcut and spec.shortcut in keys:
            row.refuse(_("The shortcut '%(key)s' belongs to another label.") % {"key": spec.shortcut}, "shortcut")
        names.add(spec.name)
        keys.add(spec.shortcut)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """A folder that another page sends along, such as that of storage."""
    initial: dict[str, Any] = {"label_type": "image_classification"}
    if folder := request.GET.get("folder", ""):
        initial["input_location"] = folder[:1100]
    return initial


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form, for showing it again without judging it."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in CreateForm.base_fields}
    return {**typed, "import_annotations": "import_annotations" in request.POST}


def _page(
    request: HttpRequest, actor: Actor, form: CreateForm, rows: list[LabelRow], status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "rows": rows,
        "kinds": all_kinds(),
        "chosen": form["label_type"].value(),
        "colors": " ".join(PALETTE),
        "buckets": list(buckets_of(actor)),
    }
    return render(request, "datasets/create.html", context, status=status)
