"""All addresses: pages at `/`, the API under `/v2/<project>/`, sign-in for programs under `/v3`."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog
from drf_spectacular.views import SpectacularAPIView

from apps.agencies import urls as agencies
from apps.audit import urls as audit
from apps.datasets import urls as datasets
from apps.entry import urls as entry
from apps.iam import urls as iam
from apps.jobs import urls as jobs
from apps.labeling import urls as labeling
from apps.notify import urls as notify
from apps.overview import urls as overview
from apps.programs import urls as programs
from apps.quality import urls as quality
from apps.sharing import urls as sharing
from apps.storage import urls as storage
from apps.teams import urls as teams
from apps.transfers import urls as transfers

pages: list[URLPattern | URLResolver] = [
    *overview.page_urls,
    *entry.page_urls,
    *programs.page_urls,
    *datasets.page_urls,
    *transfers.page_urls,
    *storage.page_urls,
    *teams.page_urls,
    *labeling.page_urls,
    *quality.page_urls,
    *jobs.page_urls,
    *iam.page_urls,
    *agencies.page_urls,
    *sharing.page_urls,
    *audit.page_urls,
    *notify.page_urls,
]
# Patterns are tried in turn: those that every labeler's work goes through come first.
operations: list[URLPattern | URLResolver] = [
    *labeling.api_urls,
    *datasets.api_urls,
    *transfers.api_urls,
    *teams.api_urls,
    *quality.api_urls,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v2/<str:project_id>/", include(operations)),
    *pages,
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["config"]), name="javascript-catalog"),
    *programs.api_urls,
    *iam.api_urls,
    *audit.api_urls,
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
]
handler404 = "config.refusals.not_found"
handler500 = "config.refusals.broken"
