"""An ended trial as the supervisor remembers it: what may still be said of it.

People go on to annotate it, to put it away and to retract results that were wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hyperdock_common.events import (
    Event,
    JobEvent,
    JobRetracted,
    TrialAnnotated,
    TrialArchived,
    TrialEvent,
)
from hyperdock_supervisor.domain.decisions import Rejected
from hyperdock_supervisor.domain.trial import Trial, job_number


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedTrial:
    """What is kept of a trial.

    Attributes:
        results: a bit for each job whose result counts: some bytes where there are thousands.
    """

    trial_id: str
    results: int
    archived: bool = False


def ended_trial(trial: Trial) -> EndedTrial:
    """What is kept of a trial that ends."""
    return EndedTrial(trial_id=trial.trial_id, results=sum(1 << each for each in trial.results))


def decide_ended(ended: EndedTrial, event: TrialEvent | JobEvent) -> Sequence[Event] | Rejected:
    """The event to record for a published one, or why it is not."""
    match event:
        case TrialAnnotated():
            return [event]
        case TrialArchived() if event.archived != ended.archived:
            return [event]
        case JobRetracted() if ended.results & _bit(ended, event.job_id):
            return [event]
        case _:
            return Rejected("the trial has ended")


def evolve_ended(ended: EndedTrial, event: TrialEvent | JobEvent) -> EndedTrial:
    """The trial after one more event of its stream."""
    match event:
        case TrialArchived(archived=archived):
            return replace(ended, archived=archived)
        case JobRetracted(job_id=job_id):
            return replace(ended, results=ended.results & ~_bit(ended, job_id))
        case _:
            return ended


def _bit(ended: EndedTrial, job_id: str) -> int:
    number = job_number(ended.trial_id, job_id)
    return 0 if number is None else 1 << number
