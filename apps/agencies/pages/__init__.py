"""Pages of agencies for a tenant, and those of the platform's operators."""

from django.urls import path

from apps.agencies.pages import agencies, operators, visits

page_urls = [
    path("access/agencies/", agencies.agency_list, name="agency-list"),
    path("access/agencies/new/", agencies.agency_create, name="agency-create"),
    path("access/agencies/leave/", agencies.leave, name="agency-leave"),
    path("access/agencies/<str:agency_id>/", agencies.agency_edit, name="agency-edit"),
    path("access/agencies/<str:agency_id>/delete/", agencies.agency_delete, name="agency-delete"),
    path("access/agencies/<str:agency_id>/act/", agencies.act, name="agency-act"),
    path("access/visits/rule/", visits.visit_rule, name="visit-rule"),
    path("access/visits/<str:visit_id>/<str:decision>/", visits.visit_decide, name="visit-decide"),
    path("operator/", operators.tenant_list, name="operator"),
    path("operator/new/", operators.tenant_create, name="operator-tenant-create"),
    path("operator/log/", operators.operator_log, name="operator-log"),
    path("operator/visits/<str:visit_id>/start/", operators.visit_start, name="operator-visit-start"),
    path("operator/visits/<str:visit_id>/end/", operators.visit_end, name="operator-visit-end"),
    path("operator/<str:tenant_id>/", operators.tenant_detail, name="operator-tenant"),
    path("operator/<str:tenant_id>/state/", operators.tenant_state, name="operator-tenant-state"),
    path("operator/<str:tenant_id>/erase/", operators.tenant_erase, name="operator-tenant-erase"),
    path("operator/<str:tenant_id>/visit/", operators.visit_ask, name="operator-visit-ask"),
]
