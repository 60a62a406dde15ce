"""Creating, starting, changing and deleting team tasks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets.models import Sample
from apps.labeling import selectors, services
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.selectors import get_seat
from apps.notify.models import Mail
from apps.teams import services as teams
from apps.teams.models import Member
from apps.tenants.actors import Actor
from tests.factories import Customer, a_dataset, a_task, a_team, run_jobs
from tests.labeling.work import LABELERS, MANAGER, REVIEWER, at_work

ONE, TWO, THREE = LABELERS


def test_a_task_needs_a_labeler_and_enough_of_them_for_its_repetition(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    team = a_team(acme, members=[(ONE, "labeler"), (REVIEWER, "reviewer")])
    labeler, reviewer = Member.objects.filter(team=team).order_by("pk")
    for members, repetition in (
        ([reviewer], 1),
        ([], 1),
        ([labeler, reviewer], 2),
        ([labeler, labeler], 1),
        ([labeler], 0),
    ):
        with pytest.raises(Invalid):
            services.create_team_task(
                actor=acme.actor, dataset=dataset, name="t", members=members, repetition=repetition
            )
    assert not TeamTask.objects.exists()
    assert not Participant.objects.exists()


def test_two_tasks_of_a_data_set_never_share_a_name(acme: Customer) -> None:
    work = at_work(acme)
    with pytest.raises(Invalid) as refusal:
        a_task(acme, work.dataset, work.team)
    assert refusal.value.code == "ModelArts.4620"


def test_members_and_data_sets_of_another_tenant_are_not_found(acme: Customer, rival: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    foreign = a_team(rival, members=[(ONE, "labeler")])
    members = list(Member.objects.filter(team=foreign))
    with pytest.raises(NotFound):
        services.create_team_task(actor=acme.actor, dataset=dataset, name="t", members=members)
    with pytest.raises(NotFound):
        services.create_team_task(actor=rival.actor, dataset=dataset, name="t", members=members)
    assert not TeamTask.objects.exists()


def test_a_task_handed_to_a_team_manager_waits_until_they_choose_the_people(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=3)
    team = a_team(acme, members=[(ONE, "labeler"), (MANAGER, "team_manager")])
    labeler, manager = Member.objects.filter(team=team).order_by("pk")
    task = services.create_team_task(actor=acme.actor, dataset=dataset, name="t", manager=manager)
    run_jobs()
    assert (task.state, Assignment.objects.count()) == ("created", 0)
    assert list(Mail.objects.values_list("to", flat=True)) == [MANAGER]
    manager.refresh_from_db()
    seat = get_seat(Actor(person=manager.person), task.public_id)
    services.start_team_task(seat=seat, members=[labeler])
    run_jobs()
    task.refresh_from_db()
    assert task.state == "running"
    assert Assignment.objects.filter(participant__member=labeler).count() == 3
    assert Participant.objects.get(member=manager).active


def test_a_team_manager_chooses_from_their_own_team_only(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    a_team(acme, members=[(MANAGER, "team_manager")])
    other = a_team(acme, "other", members=[(ONE, "labeler")])
    manager = Member.objects.get(email=MANAGER)
    task = services.create_team_task(actor=acme.actor, dataset=dataset, name="t", manager=manager)
    manager.refresh_from_db()
    with pytest.raises(NotFound):
        services.start_team_task(
            seat=get_seat(Actor(person=manager.person), task.public_id), members=list(Member.objects.filter(team=other))
        )


def test_labelers_neither_start_nor_change_nor_delete_a_task(acme: Customer) -> None:
    work = at_work(acme)
    seat = work.seat(ONE)
    members = list(Member.objects.all())
    with pytest.raises(Denied):
        services.start_team_task(seat=seat, members=members)
    with pytest.raises(Denied):
        services.update_team_task(actor=seat.actor, task=seat.task, name="mine")
    with pytest.raises(Denied):
        services.delete_team_task(actor=seat.actor, task=seat.task)
    with pytest.raises(Denied):
        services.notify_members(seat=seat, emails=[TWO])


def test_a_running_task_is_not_started_again(acme: Customer) -> None:
    work = at_work(acme)
    with pytest.raises(Conflict):
        services.start_team_task(seat=work.owner(), members=list(Member.objects.all()))


def test_a_task_is_not_deleted_while_acceptance_is_at_work(acme: Customer) -> None:
    work = at_work(acme)
    TeamTask.objects.update(state="syncing")
    with pytest.raises(Conflict):
        services.delete_team_task(actor=acme.actor, task=work.task)
    assert TeamTask.objects.exists()


def test_a_second_mail_within_a_minute_is_refused_for_that_address_alone(acme: Customer) -> None:
    work = at_work(acme)
    before = Mail.objects.count()
    hour_ago = timezone.now() - timedelta(hours=1)
    Participant.objects.filter(person=work.people[TWO]).update(notified_at=hour_ago)
    answers = services.notify_members(seat=work.owner(), emails=[ONE, TWO.upper(), "nobody@example.org"])
    assert [getattr(answer, "code", None) for answer in answers] == ["ModelArts.4627", None, "ModelArts.4604"]
    assert Mail.objects.count() == before + 1


def test_a_member_with_unfinished_work_is_not_deleted_nor_a_team_with_tasks(acme: Customer) -> None:
    work = at_work(acme)
    member = work.part(ONE).member
    with pytest.raises(Denied):
        teams.delete_members(actor=acme.actor, members=[member])
    with pytest.raises(Denied):
        teams.delete_team(actor=acme.actor, team=work.team)
    member.refresh_from_db()
    assert member.email == ONE


def test_a_deleted_member_has_no_part_in_the_task_any_more(acme: Customer) -> None:
    work = at_work(acme)
    member = work.part(ONE).member
    services.update_team_task(actor=acme.actor, task=work.task, members=list(Member.objects.exclude(pk=member.pk)))
    run_jobs()
    teams.delete_members(actor=acme.actor, members=[member])
    with pytest.raises(NotFound):
        work.seat(ONE)
    teams_of = Member.objects.get(pk=member.pk)
    assert (teams_of.email, teams_of.person) == ("", None)


def test_each_seat_shows_what_it_may(acme: Customer, rival: Customer) -> None:
    work = at_work(acme, reviewed=True, managed=True)
    for address in (ONE, TWO):
        work.answer(address, work.held(address)[0])
    seen = {
        name: set(selectors.assignments(seat).values_list("pk", flat=True))
        for name, seat in {
            "labeler": work.seat(ONE),
            "reviewer": work.seat(REVIEWER),
            "manager": work.seat(MANAGER),
            "owner": work.owner(),
        }.items()
    }
    assert seen["labeler"] == {row.pk for row in work.held(ONE)}
    assert seen["reviewer"] == {work.held(ONE)[0].pk, work.held(TWO)[0].pk}
    assert len(seen["manager"]) == len(seen["owner"]) == 6
    assert selectors.counts_seen(work.seat(REVIEWER))["unlabelled"] == 0
    assert selectors.counts_seen(work.owner())["unlabelled"] == 4
    with pytest.raises(NotFound):
        get_seat(rival.actor, work.task.public_id)


def test_pictures_are_shown_to_those_who_work_on_them_alone(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    mine, theirs = work.held(ONE)[0].sample, work.held(TWO)[0].sample

    def may_see(actor: Actor, sample: Sample) -> bool:
        return refusal(actor.within(acme.tenant), Action.SAMPLE_VIEW, sample) is None

    assert may_see(work.actor(ONE), mine)
    assert not may_see(work.actor(ONE), theirs)
    assert may_see(work.actor(REVIEWER), theirs)
    assert may_see(acme.actor, mine)
    Participant.objects.filter(person=work.people[ONE]).update(active=False)
    assert not may_see(work.actor(ONE), mine)


def test_pages_by_marker_hold_every_opinion_once(acme: Customer) -> None:
    work = at_work(acme, samples=7, repetition=3)
    seen: list[int] = []
    marker = None
    while True:
        rows, marker = selectors.page_of_assignments(work.owner(), limit=5, after=marker)
        seen += [row.pk for row in rows]
        if marker is None:
            break
    assert len(seen) == len(set(seen)) == 21
