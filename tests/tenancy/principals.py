"""Who sends requests in the sweep: people with all, with few and with no rights."""

from __future__ import annotations

import json
from collections.abc import Iterable

from apps.access.actions import Action
from apps.access.models import Attachment, Policy
from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.policies.system import COMMON_OPERATIONS, OBS_ADMINISTRATOR, OBS_READ_ONLY, TENANT_GUEST
from apps.tenants.actors import Actor
from apps.tenants.models import TenantUser
from apps.tenants.rights import rights_changed
from tests.factories import PASSWORD, Customer

READ_ONLY = (TENANT_GUEST, OBS_READ_ONLY)
COMMON = (COMMON_OPERATIONS, OBS_ADMINISTRATOR)


class LimitedUser:
    """A user of a tenant who holds exactly what they were given last."""

    def __init__(self, customer: Customer, name: str = "lou") -> None:
        self.tenant = customer.tenant
        login = f"{customer.tenant.name}/{name}"
        self.person = create_person(login=login, kind=Person.Kind.USER, name=name, password=PASSWORD)
        TenantUser.objects.create(tenant=self.tenant, person=self.person)
        self.actor = Actor(person=self.person, tenant=self.tenant, project=customer.project)

    def holds(self, actions: Iterable[str] = (), *, system: Iterable[str] = ()) -> None:
        """These actions on anything, and these system policies; nothing else."""
        name = f"of-{self.person.name}"
        Attachment.objects.filter(tenant=self.tenant, person=self.person).delete()
        Policy.objects.filter(tenant=self.tenant, name=name).delete()
        wanted = sorted(actions)
        if wanted:
            document = json.dumps({"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": wanted}]})
            policy = Policy.objects.create(tenant=self.tenant, name=name, document=document, scope=Policy.Scope.PROJECT)
            Attachment.objects.create(tenant=self.tenant, person=self.person, policy=policy)
        for policy_name in system:
            Attachment.objects.create(tenant=self.tenant, person=self.person, system=policy_name)
        rights_changed(self.tenant)
        self.actor.tenant.rights_stamp = self.tenant.rights_stamp  # type: ignore[union-attr]  # a user has a tenant

    def holds_all_but(self, actions: Iterable[str]) -> None:
        self.holds({each.value for each in Action} - set(actions))
