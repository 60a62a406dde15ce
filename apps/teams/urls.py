"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from apps.teams import api
from apps.teams.pages import page_urls as _pages


class TeamIdConverter:
    """Any id but the fixed word that is the address of another app's list at the same place."""

    regex = r"(?!worker-tasks(?:/|\Z))[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TeamIdConverter, "team_id")

page_urls: list[URLPattern | URLResolver] = [*_pages]
api_urls: list[URLPattern | URLResolver] = [
    path("workforces", api.Teams.as_view()),
    path("workforces/workers", api.AllMembers.as_view()),
    path("workforces/<team_id:team_id>", api.OneTeam.as_view()),
    path("workforces/<team_id:team_id>/workers", api.Members.as_view()),
    path("workforces/<team_id:team_id>/workers/batch-delete", api.DeleteMembers.as_view()),
    path("workforces/<team_id:team_id>/workers/<str:member_id>", api.OneMember.as_view()),
]
