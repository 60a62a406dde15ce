"""Every write of this app: tasks, their distribution, submissions, reviews."""

from apps.labeling.services.distribution import assign_orphans, assign_samples, finish_distribution, start_distribution
from apps.labeling.services.levelling import level_loads
from apps.labeling.services.participants import notify_members
from apps.labeling.services.reviews import Review, ReviewOutcome, clean_verdict, review_annotations
from apps.labeling.services.submissions import Outcome, Submission, is_frozen, submit_annotations
from apps.labeling.services.tasks import create_team_task, delete_team_task, start_team_task, update_team_task

__all__ = [
    "Outcome",
    "Review",
    "ReviewOutcome",
    "Submission",
    "assign_orphans",
    "assign_samples",
    "clean_verdict",
    "create_team_task",
    "delete_team_task",
    "finish_distribution",
    "is_frozen",
    "level_loads",
    "notify_members",
    "review_annotations",
    "start_distribution",
    "start_team_task",
    "submit_annotations",
    "update_team_task",
]
