"""Every write of this app: users, invitations, groups, policies and whom they are attached to."""

from apps.iam.services.attachments import attach_policy, detach_policy
from apps.iam.services.groups import add_members, create_group, delete_group, remove_members, update_group
from apps.iam.services.invitations import invite_user, redeem_invitation, resend_invitation, revoke_invitation
from apps.iam.services.policies import create_policy, delete_policy, restore_version, update_policy
from apps.iam.services.users import NewUser, create_user, delete_user, reset_password, update_user

__all__ = [
    "NewUser",
    "add_members",
    "attach_policy",
    "create_group",
    "create_policy",
    "create_user",
    "delete_group",
    "delete_policy",
    "delete_user",
    "detach_policy",
    "invite_user",
    "redeem_invitation",
    "remove_members",
    "resend_invitation",
    "reset_password",
    "restore_version",
    "revoke_invitation",
    "update_group",
    "update_policy",
    "update_user",
]
