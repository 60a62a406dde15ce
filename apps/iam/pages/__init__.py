"""Pages of users, groups, policies, the simulator, and the invitation that a user's mail links to."""

from django.urls import URLPattern, path

from apps.iam.pages import attachments, editor, groups, invitations, policies, simulator, users, versions

page_urls: list[URLPattern] = [
    path("access/users/", users.user_list, name="user-list"),
    path("access/users/new/", users.user_create, name="user-create"),
    path("access/users/invite/", invitations.user_invite, name="user-invite"),
    path("access/users/<str:user_id>/", users.user_detail, name="user-detail"),
    path("access/users/<str:user_id>/edit/", users.user_edit, name="user-edit"),
    path("access/users/<str:user_id>/state/", users.user_state, name="user-state"),
    path("access/users/<str:user_id>/password/", users.user_password, name="user-password"),
    path("access/users/<str:user_id>/groups/", users.user_groups, name="user-groups"),
    path("access/users/<str:user_id>/attach/", attachments.user_attach, name="user-attach"),
    path("access/users/<str:user_id>/delete/", users.user_delete, name="user-delete"),
    path("access/invitations/<str:invitation_id>/resend/", invitations.resend, name="user-invitation-resend"),
    path("access/invitations/<str:invitation_id>/revoke/", invitations.revoke, name="user-invitation-revoke"),
    path("user-invitation/<str:token>/", invitations.invitation, name="user-invitation"),
    path("access/groups/", groups.group_list, name="group-list"),
    path("access/groups/new/", groups.group_create, name="group-create"),
    path("access/groups/<str:group_id>/", groups.group_detail, name="group-detail"),
    path("access/groups/<str:group_id>/edit/", groups.group_edit, name="group-edit"),
    path("access/groups/<str:group_id>/members/", groups.group_add, name="group-add"),
    path("access/groups/<str:group_id>/members/remove/", groups.group_remove, name="group-remove"),
    path("access/groups/<str:group_id>/attach/", attachments.group_attach, name="group-attach"),
    path("access/groups/<str:group_id>/delete/", groups.group_delete, name="group-delete"),
    path("access/attachments/<int:attachment_id>/detach/", attachments.detach, name="detach"),
    path("access/policies/", policies.policy_list, name="policy-list"),
    path("access/policies/new/", editor.policy_create, name="policy-create"),
    path("access/policies/check/", editor.policy_check, name="policy-check"),
    path("access/policies/<str:policy_id>/", policies.policy_detail, name="policy-detail"),
    path("access/policies/<str:policy_id>/edit/", editor.policy_edit, name="policy-edit"),
    path("access/policies/<str:policy_id>/replay/", editor.policy_replay, name="policy-replay"),
    path("access/policies/<str:policy_id>/versions/", versions.version_list, name="policy-versions"),
    path("access/policies/<str:policy_id>/restore/", versions.version_restore, name="policy-restore"),
    path("access/policies/<str:policy_id>/delete/", policies.policy_delete, name="policy-delete"),
    path("access/simulator/", simulator.simulator, name="simulator"),
]
