"""A journey through everything that a tenant's people do, as steps that can be broken off one by one."""

from __future__ import annotations

import io

from apps.datasets import services as datasets
from apps.datasets.services.labels import DeletePolicy, LabelChanges
from apps.jobs.services import retry_job, start_job, stop_job
from apps.labeling import services as labeling
from apps.labeling.models import TeamTask
from apps.storage import services as storage
from apps.teams import services as teams
from apps.transfers import services as transfers
from apps.transfers.selection import Selection
from tests.factories import a_dataset, a_picture, a_team, labels, members_of, run_jobs
from tests.tenancy.world import a_world


def journey() -> None:
    """What `a_world` does (data set, team, task, answers, acceptance, version), and what it leaves out."""
    world = a_world("acme", "ordinary")
    customer, actor, dataset = world.customer, world.customer.actor, world.dataset
    files = [("one.jpg", io.BytesIO(a_picture(seed=91)))]
    storage.upload_objects(actor=actor, folder=customer.location("up/"), files=files)
    storage.create_folder(actor=actor, parent=customer.location(""), name="more")
    storage.delete_object(actor=actor, location=customer.location("up/one.jpg"))
    team = a_team(customer, "second", members=[("x@acme.example", "labeler"), ("y@acme.example", "labeler")])
    first, second = members_of(team)
    teams.update_team(actor=actor, team=team, name="renamed")
    teams.update_member(actor=actor, member=first, description="early")
    teams.delete_members(actor=actor, members=[first])
    teams.delete_members(actor=actor, members=[second])
    teams.delete_team(actor=actor, team=team)
    own = a_dataset(customer, "own", pictures=3)
    datasets.update_dataset(actor=actor, dataset=own, description="mine")
    (extra,) = labels("extra")
    datasets.create_label(actor=actor, dataset=own, label=extra)
    datasets.update_label(actor=actor, dataset=own, name="extra", changes=LabelChanges(name="other"))
    datasets.delete_label(actor=actor, dataset=own, name="other")
    datasets.delete_label(actor=actor, dataset=own, name="dog", policy=DeletePolicy.SOLE_SAMPLES)
    transfers.sync_dataset(actor=actor, dataset=own)
    run_jobs()
    own.refresh_from_db()
    transfers.import_folder(
        actor=actor, dataset=own, location=customer.location("own/in/"), selection=Selection(annotations=True)
    )
    run_jobs()
    own.refresh_from_db()
    datasets.publish_dataset_version(actor=actor, dataset=own)
    run_jobs()
    job = start_job(actor, kind="sync_folder", params={}, subject=own.topic, key="waiting")
    retry_job(actor=actor, job=stop_job(actor=actor, job=job))
    own.refresh_from_db()
    datasets.delete_dataset(actor=actor, dataset=own)
    task = TeamTask.objects.filter(dataset=dataset).exclude(pk=world.task.pk).first() or world.task
    labeling.update_team_task(actor=actor, task=task, name="again")
    labeling.delete_team_task(actor=actor, task=task)
