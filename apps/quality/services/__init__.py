"""Every write of this app: rounds, verdicts, and taking results over into the data set."""

from apps.quality.services.results import Taken, finish_acceptance, take_over
from apps.quality.services.rounds import (
    cancel_acceptance,
    complete_acceptance,
    give_up_drawing,
    open_round,
    start_acceptance,
)
from apps.quality.services.samples import draw, freeze
from apps.quality.services.verdicts import Judgement, JudgementOutcome, judge_acceptance

__all__ = [
    "Judgement",
    "JudgementOutcome",
    "Taken",
    "cancel_acceptance",
    "complete_acceptance",
    "draw",
    "finish_acceptance",
    "freeze",
    "give_up_drawing",
    "judge_acceptance",
    "open_round",
    "start_acceptance",
    "take_over",
]
