"""What a new tenant starts with: a group that every new user joins, and which may do everything.

So the guide has it: users of an account can use all of ModelArts by default; the admin changes the group's policies.
"""

from __future__ import annotations

from django.contrib.auth.models import Group as Holder
from django.utils.translation import gettext as _

from apps.access.models import Attachment
from apps.core.ids import hex_id
from apps.policies.system import FULL_ACCESS, OBS_ADMINISTRATOR
from apps.tenants.models import Group, Tenant
from apps.tenants.services import founding


@founding
def found_default_group(tenant: Tenant) -> None:
    public_id = hex_id()
    group = Group.objects.create(
        tenant=tenant,
        public_id=public_id,
        name="default",
        description=_("New users join this group. Its policies say what they may do."),
        is_default=True,
        holder=Holder.objects.create(name=public_id),
    )
    for name in (FULL_ACCESS, OBS_ADMINISTRATOR):
        Attachment.objects.create(tenant=tenant, group=group, system=name)
