"""Two tenants that own one of everything, and the strangers who look at the first one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.test import Client
from django.utils import timezone

from apps.access.models import Attachment, Policy
from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.agencies import services as agencies
from apps.agencies.models import Agency, Visit
from apps.datasets import services as datasets
from apps.datasets.models import Dataset, Sample, Version
from apps.entry.models import ProviderIdentity, SignInProvider
from apps.iam import services as iam
from apps.iam.models import UserInvitation
from apps.iam.selectors.policies import own
from apps.jobs.models import Job
from apps.labeling import services as labeling
from apps.labeling.models import Assignment, TeamTask
from apps.labeling.selectors import Seat, TaskPath
from apps.notify.models import Mail
from apps.programs import services as programs
from apps.programs.models import AccessKey, PersonalToken
from apps.programs.services import issue_token
from apps.quality import services as quality
from apps.quality.models import Acceptance
from apps.teams.models import Invitation, Member, Team
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Tenant, TenantOwned, TenantUser
from apps.tenants.services import create_tenant
from tests import factories
from tests.factories import PASSWORD, Customer

# Stands in every name, text and address that the first tenant made. Nobody else may ever read it.
SENTINEL = "zanzibar"
POLICY = '{"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["modelarts:dataset:get"]}]}'
ABSENT_ID = "abcdefghij0123456789"
ABSENT_HEX = uuid.UUID(int=0x0197_0000_0000_7000_8000_0000_0000_0001).hex
ABSENT_PK = 987_654_321


@dataclass
class World:
    """What one tenant owns."""

    customer: Customer
    dataset: Dataset
    version: Version
    team: Team
    members: list[Member]
    task: TeamTask
    labeler: Person
    acceptance: Acceptance
    sample: Sample
    job: Job
    mail: Mail
    access_key: AccessKey
    personal_token: PersonalToken
    group: Group
    policy: Policy
    attachment: Attachment
    invitation: UserInvitation
    agency: Agency
    visit: Visit
    operator: Person
    provider: SignInProvider
    user: Person


def submitted(task: TeamTask, person: Person, label: str) -> None:
    """The person answers everything that was handed to them."""
    rows = Assignment.objects.filter(task=task, participant__person=person).select_related("sample")
    answers = [
        labeling.Submission(
            sample_id=row.sample_id, annotation=[{"name": label}], revision=row.revision, submission_id=uuid.uuid4()
        )
        for row in rows
    ]
    outcomes = labeling.submit_annotations(
        actor=Actor(person=person), path=TaskPath(task.public_id), submissions=answers
    )
    assert all(outcome.error is None for outcome in outcomes)


def a_world(name: str, word: str) -> World:
    """A tenant with a data set, a version, a team, a task in acceptance, jobs and mails, all named with `word`."""
    customer = factories.a_customer(name)
    files = {f"{word}-{number}.jpg": factories.a_picture(seed=number) for number in range(4)}
    files[f"{word}-broken.jpg"] = b"no picture"
    dataset = factories.a_dataset(customer, f"{word}-shapes", files=files, label_names=("cat", f"{word}-label"))
    datasets.update_dataset(actor=customer.actor, dataset=dataset, description=f"{word} description")
    version = datasets.publish_dataset_version(actor=customer.actor, dataset=dataset)
    factories.run_jobs()
    dataset.refresh_from_db()
    team = factories.a_team(
        customer,
        f"{word}-crew",
        members=[(f"lee.{word}@{name}.example", "labeler"), (f"new.{word}@{name}.example", "labeler")],
    )
    newcomer = Person.objects.get(login=f"new.{word}@{name}.example")
    newcomer.delete()
    task = factories.a_task(customer, dataset, team, f"{word}-task")
    labeler = Person.objects.get(login=f"lee.{word}@{name}.example")
    submitted(task, labeler, f"{word}-label")
    task.refresh_from_db()
    acceptance = quality.start_acceptance(seat=Seat(customer.actor, task), rate=1.0)
    factories.run_jobs()
    task.refresh_from_db()
    acceptance.refresh_from_db()
    members = factories.members_of(team)
    policy = iam.create_policy(actor=customer.actor, name=f"{word}-policy", document=POLICY)
    policy = iam.update_policy(actor=customer.actor, policy=policy, document=POLICY.replace(":get", ":list"))
    group = iam.create_group(actor=customer.actor, name=f"{word}-group", description=f"{word} description")
    user = iam.create_user(actor=customer.actor, name=f"{word}-user", full_name=f"{word} user").user
    iam.add_members(actor=customer.actor, group=group, users=[user])
    attachment = iam.attach_policy(actor=customer.actor, policy=own(policy), group=group)
    invitation = iam.invite_user(actor=customer.actor, email=f"next.{word}@{name}.example", groups=[group])
    # The agency is for a third tenant: neither of the two that look at each other has a part in it.
    partner = create_tenant(name=f"{name}-partner", admin="pat", password=PASSWORD).tenant
    agency = agencies.create_agency(
        actor=customer.actor,
        name=f"{word}-agency",
        trusted=partner.name,
        document=POLICY,
        description=f"{word} description",
        expires_at=timezone.now() + timedelta(days=3),
    )
    operator = agencies.create_operator(name=f"op-{name}", password=PASSWORD)
    visit = agencies.ask_visit(
        actor=Actor(person=operator), tenant=customer.tenant, reason=f"{word} asked us to look", hours=1
    )
    provider = SignInProvider.objects.create(
        tenant=customer.tenant,
        name=f"{word}-provider",
        issuer=f"https://{word}.example",
        client_id=f"{word}-client",
        groups={f"{word}-staff": group.public_id},
    )
    ProviderIdentity.objects.create(
        tenant=customer.tenant, provider=provider, person=customer.admin, subject=f"{word}-subject"
    )
    issue_token(person=customer.admin, project_id=customer.project.public_id)
    uma = create_person(login=f"{name}/uma", kind=Person.Kind.USER, name=f"{word} uma", password=PASSWORD)
    iam.add_members(
        actor=customer.actor, group=group, users=[TenantUser.objects.create(tenant=customer.tenant, person=uma)]
    )
    job = Job.objects.filter(tenant=customer.tenant, kind="import_folder").latest("pk")
    mail = Mail.objects.filter(tenant=customer.tenant).latest("pk")
    assert Invitation.objects.filter(member=members[1]).exists()
    return World(
        customer=customer,
        dataset=dataset,
        version=version,
        team=team,
        members=members,
        task=task,
        labeler=labeler,
        acceptance=acceptance,
        # One of those in the lot: what was handed to the newcomer is not.
        sample=Assignment.objects.filter(task=task, participant__person=labeler).latest("pk").sample,
        job=job,
        mail=mail,
        access_key=programs.create_access_key(actor=customer.actor, description=f"{word}-key").row,
        group=group,
        policy=policy,
        attachment=attachment,
        invitation=invitation,
        agency=agency,
        visit=visit,
        operator=operator,
        provider=provider,
        user=uma,
        personal_token=programs.create_personal_token(actor=customer.actor, name=f"{word}-token").row,
    )


def rows_of(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a tenant as it is now, by model."""
    from django.apps import apps

    tenant = world.customer.tenant
    found: dict[str, list[tuple[Any, ...]]] = {}
    for model in apps.get_models():
        if issubclass(model, TenantOwned):
            # Everybody makes access keys and tokens of their own: what counts is that nobody touches these.
            owner = {"person": world.customer.admin} if model._meta.app_label == "programs" else {}
            found[model._meta.label] = _values(model, tenant=tenant, **owner)
    found["accounts.Person"] = _values(Person, pk__in=[world.customer.admin.pk, world.labeler.pk, world.user.pk])
    found["tenants.Tenant"] = _values(Tenant, pk=tenant.pk)
    found["teams.Invitation"] = _values(Invitation, member__tenant=tenant)
    return found


def _values(model: type[Model], **lookup: Any) -> list[tuple[Any, ...]]:
    rows = model._default_manager.filter(**lookup).order_by("pk").values_list()
    return [tuple(str(value) for value in row) for row in rows]


def a_user_without_grants(customer: Customer) -> Actor:
    person = create_person(
        login=f"{customer.tenant.name}/nobody", kind=Person.Kind.USER, name="nobody", password=PASSWORD
    )
    TenantUser.objects.create(tenant=customer.tenant, person=person)
    return Actor(person=person, tenant=customer.tenant, project=customer.project)


def browser_of(person: Person | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend="apps.tenants.backends.PersonBackend")
    return client
