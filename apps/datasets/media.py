"""The files of samples, for people who may see the sample."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.access.actions import Action
from apps.access.services import authorize
from apps.core.errors import Denied, Invalid, NotFound
from apps.datasets.models import Sample
from apps.datasets.selectors.samples import get_sample_anywhere, within_owner
from apps.storage.media import serve_object, serve_thumbnail
from apps.storage.paths import from_source
from apps.storage.pictures import THUMBNAIL_SIZES
from apps.tenants.requests import require_person


@require_safe
def sample_file(request: HttpRequest, dataset_id: str, sample_id: str) -> HttpResponseBase:
    """The file itself."""
    sample = _visible_sample(request, dataset_id, sample_id)
    return serve_object(request, from_source(sample.source))


@require_safe
def sample_thumbnail(request: HttpRequest, dataset_id: str, sample_id: str) -> HttpResponseBase:
    """A small picture of it; `size` is one of 256 and 512."""
    size = request.GET.get("size", "256")
    if size not in {str(each) for each in THUMBNAIL_SIZES}:
        raise Invalid(_("There are thumbnails of 256 and 512 points."), field="size")
    sample = _visible_sample(request, dataset_id, sample_id)
    return serve_thumbnail(request, from_source(sample.source), size=int(size))


def _visible_sample(request: HttpRequest, dataset_id: str, sample_id: str) -> Sample:
    """The sample, if the actor may see it. Who may not is told the same as where there is none."""
    actor = require_person(request)
    try:
        sample = get_sample_anywhere(dataset_id, UUID(hex=sample_id))
        authorize(within_owner(actor, sample), Action.SAMPLE_VIEW, sample)
    except (Denied, NotFound, ValueError):
        raise NotFound(_("There is no such sample."), code="ModelArts.4420") from None
    return sample
