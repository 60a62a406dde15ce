"""Pages of teams: the list, one team with its members, and the invitation that a member's mail links to."""

from django.urls import URLPattern, path

from apps.teams.pages import invitations, members, teams

page_urls: list[URLPattern] = [
    path("teams/", teams.team_list, name="team-list"),
    path("teams/new/", teams.team_create, name="team-create"),
    path("teams/<str:team_id>/", teams.team_detail, name="team-detail"),
    path("teams/<str:team_id>/edit/", teams.team_edit, name="team-edit"),
    path("teams/<str:team_id>/delete/", teams.team_delete, name="team-delete"),
    path("teams/<str:team_id>/members/new/", members.members_add, name="members-add"),
    path("teams/<str:team_id>/members/delete/", members.members_delete, name="members-delete"),
    path("teams/<str:team_id>/members/<str:member_id>/", members.member_edit, name="member-edit"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
