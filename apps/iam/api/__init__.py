"""Operations of the identity API on users, groups, policies and who has them."""

from django.urls import URLPattern, path

from apps.iam.api import groups, roles, users

_GRANT = "groups/<str:group_id>/roles/<str:role_id>"

api_urls: list[URLPattern] = [
    path("v3/users", users.Users.as_view()),
    path("v3/users/<str:user_id>", users.OneUser.as_view()),
    path("v3/groups", groups.Groups.as_view()),
    path("v3/groups/<str:group_id>", groups.OneGroup.as_view()),
    path("v3/groups/<str:group_id>/users", groups.Members.as_view()),
    path("v3/groups/<str:group_id>/users/<str:user_id>", groups.OneMember.as_view()),
    path("v3/roles", roles.AllRoles.as_view()),
    path("v3/OS-ROLE/roles", roles.Roles.as_view()),
    path("v3/OS-ROLE/roles/<str:role_id>", roles.OneRole.as_view()),
    path(f"v3/projects/<str:project_id>/{_GRANT}", roles.InProject.as_view()),
    path(f"v3/domains/<str:domain_id>/{_GRANT}", roles.InDomain.as_view()),
]
