"""Whom a recorded event concerns among the workers.

A worker hears what is addressed to it and what is said to all. It needs no gapless feed: what it
may have missed it finds out by looking at its jobs now and then. So the load of the feed grows
with the events, and not with workers times events.
"""

from enum import Enum
from typing import TypeAlias

from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobFinished,
    JobStopRequested,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerLost,
)


class Everyone(Enum):
    """Said to every worker, or to none."""

    ALL = "all"
    NONE = "none"


Audience: TypeAlias = str | Everyone
"""A worker's id, all of them, or none."""


def audience(event: Event) -> Audience:
    """Which workers are to hear of an event."""
    match event:
        case JobClaimed() | AttemptLost() | WorkerLost() | WorkerDrainSet():
            return event.worker_id
        case JobFinished():
            return Everyone.NONE if event.worker_id is None else event.worker_id
        case JobStopRequested() | TrialPaused() | TrialResumed() | TrialStopRequested():
            return Everyone.ALL
        case TrialFinished():
            return Everyone.ALL
        case _:
            return Everyone.NONE


def concerns(event: Event, worker_id: str) -> bool:
    """Whether this worker is to hear of an event."""
    return audience(event) in {worker_id, Everyone.ALL}
