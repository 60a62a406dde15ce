"""The assignments that may be seen from a seat: pages, single ones, counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, CharField, QuerySet, UUIDField
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.core.prepared import Prepared, Slot
from apps.labeling import states
from apps.labeling.models import Assignment, Participant
from apps.labeling.selectors import seats
from apps.labeling.selectors.seats import PARTS, Seat, TaskPath, progress, slots_of, summed
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant


def assignments(seat: Seat) -> QuerySet[Assignment]:
    """What may be seen from this seat.

    A labeler sees what was handed to them; a reviewer what waits for review and is not their own; the team
    manager and people of the tenant everything.
    """
    found = Assignment.objects.filter(task=seat.task)
    if seat.sees_all or seat.participant is None:
        return found
    if seat.sees_own_only:
        return Assignment.objects.filter(participant=seat.participant)
    return found.filter(state=states.UNREVIEWED).exclude(participant=seat.participant)


def filtered_assignments(
    seat: Seat, *, in_states: Sequence[str] = (), sample_name: str = "", sample_dir: str = "", email: str = ""
) -> QuerySet[Assignment]:
    """What may be seen from this seat and matches: states, exact file name, beginning of `bucket/folder/`, labeler."""
    found = assignments(seat)
    if in_states:
        found = found.filter(state__in=in_states) if len(in_states) > 1 else found.filter(state=in_states[0])
    if sample_name:
        found = found.filter(sample__name=sample_name)
    if sample_dir:
        found = found.filter(sample__source__startswith=sample_dir)
    if email and not seat.sees_own_only:
        found = found.filter(participant__member__email=email.strip().lower())
    return found


def page_of_assignments(
    seat: Seat, *, limit: int, after: UUID | None = None, page: int = 0, in_states: Sequence[str] = (), **filters: str
) -> tuple[list[Assignment], UUID | None]:
    """One page in the order of the samples, with sample and participant; and the marker of the next page.

    `after` (keyset) wins over `page` (counted from 0). With `repetition` above 1 the opinions about a sample
    follow each other, and a page read by marker never ends between them.
    """
    if seat.participant is not None and seat.sees_own_only and len(in_states) == 1 and not page and not filters:
        return next_of_labeler(seat.participant, state=in_states[0], limit=limit, after=after)
    found = filtered_assignments(seat, in_states=in_states, **filters).select_related("sample")
    if not seat.sees_own_only:
        found = found.select_related("participant__member").order_by("sample_id", "opinion")
    else:
        found = found.order_by("sample_id")
    if after is not None:
        found = found.filter(sample_id__gt=after)
        page = 0
    return _cut(list(found[page * limit : (page + 1) * limit + 1]), limit, keep_opinions=not page)


_OF_DATASET = (
    "annotation",
    "etag",
    "state",
    "hard",
    "hard_coefficient",
    "labelled_by",
    "labelled_at",
    "usage",
    "revision",
    "last_submission",
)


@lru_cache(maxsize=256)
def _prepared_page(limit: int, continued: bool) -> Prepared[Assignment]:
    def build() -> QuerySet[Assignment]:
        found = Assignment.objects.filter(
            participant=Slot("participant", BigIntegerField()), state=Slot("state", CharField())
        )
        if continued:
            found = found.filter(sample__gt=Slot("after", UUIDField()))
        found = found.select_related("sample").order_by("sample_id")
        # What data set and acceptance know of a sample is not shown to a labeler; `annotation` alone can be long.
        return found.defer(*(f"sample__{name}" for name in _OF_DATASET))[: limit + 1]

    return Prepared(build)


def next_of_labeler(
    participant: Participant, *, state: str, limit: int, after: UUID | None = None
) -> tuple[list[Assignment], UUID | None]:
    """The page that a labeler asks for over and over: their own assignments in one state, behind a marker."""
    behind = {} if after is None else {"after": after}
    query = _prepared_page(limit, after is not None)
    return _cut(query.rows(participant=participant.pk, state=state, **behind), limit, keep_opinions=False)


def _cut(rows: list[Assignment], limit: int, *, keep_opinions: bool) -> tuple[list[Assignment], UUID | None]:
    """The page out of one row more than it holds, and the marker of the next one."""
    if len(rows) <= limit:
        return rows, None
    following = rows.pop()
    whole = [row for row in rows if row.sample_id != following.sample_id]
    rows = whole if whole and keep_opinions else rows
    return rows, rows[-1].sample_id


def _assigned(person: Person | Slot, place: Mapping[str, Any]) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(
            participant__person=person, participant__active=True, task__tenant__state=Tenant.State.ACTIVE, **place
        )
        .select_related("participant", "sample", "task__dataset__project", "task__tenant")
        .select_for_update(of=("self",))
        .order_by("pk")
    )


@cache
def _prepared_assigned(*given: str) -> Prepared[Assignment]:
    place: dict[str, Any] = {"sample": Slot("sample", UUIDField())}
    place |= slots_of("task__", (name for name in given if name != "member_id"))
    if "member_id" in given:
        place["participant__member__public_id"] = Slot("member_id", CharField())
    unread = [*(f"sample__{name}" for name in _OF_DATASET), *seats.unread("task__")]
    unread += ["participant__notified_at", "participant__created_at", "participant__updated_at"]
    return Prepared(lambda: _assigned(Slot("person", BigIntegerField()), place).defer(*unread))


def lock_assigned(actor: Actor, path: TaskPath, sample_ids: Sequence[UUID]) -> list[Assignment]:
    """The assignments of the signed-in person among these samples of a task, with all that a submission needs.

    One query instead of three, because this is the road that every answer takes; the rows of the assignments, and
    nothing else, stay locked until the end of the caller's transaction.
    """
    if actor.person is None or not sample_ids:
        return []
    given = path.given()
    if len(sample_ids) == 1:
        return _prepared_assigned(*given).rows(person=actor.person.pk, sample=sample_ids[0], **given)
    place = {f"task__{PARTS[name]}": value for name, value in given.items() if name != "member_id"}
    if path.member_id:
        place["participant__member__public_id"] = path.member_id
    return list(_assigned(actor.person, {"sample__in": sample_ids, **place}))


def get_assignment(seat: Seat, sample_id: UUID, member_id: str = "") -> Assignment:
    """One assignment of a sample that may be seen from this seat; `member_id` chooses among several opinions."""
    found = assignments(seat).filter(sample=sample_id).select_related("sample", "participant__member", "task")
    if member_id:
        found = found.filter(participant__member__public_id=member_id)
    assignment = found.order_by("opinion").first()
    if assignment is None:
        raise NotFound(_("There is no such sample in this task."), code="ModelArts.4420")
    return assignment


def answers(seat: Seat, in_states: Sequence[str] = ()) -> Iterator[list[dict[str, Any]]]:
    """The annotations of the answers that may be seen from this seat, streamed."""
    found = assignments(seat).filter(state__in=in_states or states.ANSWERED)
    return found.order_by().values_list("annotation", flat=True).iterator(chunk_size=2000)


def counts_seen(seat: Seat) -> dict[str, int]:
    """The number of assignments in each state as shown on the tabs of this seat."""
    if seat.sees_own_only and seat.participant is not None:
        return summed([seat.participant])
    counts = progress(seat.task)
    if seat.sees_all:
        return counts
    return {state: counts[state] if state == states.UNREVIEWED else 0 for state in states.COUNTED}
