"""The life of a member, from an address on a list to a person who has signed in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.states import StateMachine

NOT_INVITED = "not_invited"
MAIL_SENT = "mail_sent"
SIGNED_IN = "signed_in"
DELETED = "deleted"

member_states = StateMachine(
    table={
        (NOT_INVITED, "invite"): MAIL_SENT,
        (MAIL_SENT, "invite"): MAIL_SENT,
        (SIGNED_IN, "invite"): SIGNED_IN,
        (NOT_INVITED, "sign_in"): SIGNED_IN,
        (MAIL_SENT, "sign_in"): SIGNED_IN,
        (SIGNED_IN, "sign_in"): SIGNED_IN,
        (NOT_INVITED, "delete"): DELETED,
        (MAIL_SENT, "delete"): DELETED,
        (SIGNED_IN, "delete"): DELETED,
    },
    labels={
        NOT_INVITED: _("Not invited"),
        MAIL_SENT: _("Mail sent"),
        SIGNED_IN: _("Has signed in"),
        DELETED: _("Deleted"),
    },
)
