"""What happens to a trial."""

from dataclasses import dataclass, field
from typing import Literal

from hyperdock_common.json_types import JsonObject

TrialEnd = Literal["completed", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkedFrom:
    """The moment of another trial that a trial begins with, and what it takes from there.

    `results` are those that it is given as known points, `left_out` those that it could not be, by
    the reason in a word.
    """

    trial_id: str
    position: int
    results: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSubmitted:
    """A trial was accepted: `spec` is the validated trial spec, complete with its seed.

    It begins `paused` where points are to follow that its optimizer is to know from the beginning.
    """

    trial_id: str
    spec: JsonObject
    forked_from: ForkedFrom | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPaused:
    """No further job of the trial starts until it is resumed; running jobs go on."""

    trial_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResumed:
    """A paused trial proposes jobs again."""

    trial_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStopRequested:
    """The trial shall end: its waiting jobs are cancelled, its running ones stopped.

    `end` is the state in which it will finish (failed, where it was to be completed and none of its
    jobs has succeeded), `reason` says why in a word
    (`user`, `target_loss`, `wall_time`, `max_failures`, `hopeless`), `message` in a sentence.
    """

    trial_id: str
    end: TrialEnd
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFinished:
    """The trial has ended and none of its jobs is left open."""

    trial_id: str
    end: TrialEnd
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialChanged:
    """An open trial goes on with another budget, parallelism or priority.

    Each is told in full, as it stands in a trial spec; None: as it was.
    """

    trial_id: str
    budget: JsonObject | None = None
    parallelism: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAnnotated:
    """People keep these notes (Markdown) and tags with a trial, open or ended; None: as before."""

    trial_id: str
    notes: str | None = None
    tags: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialArchived:
    """An ended trial is put away, out of the usual lists, or taken out again."""

    trial_id: str
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Params that a user gives.

    With a `loss` they were evaluated elsewhere (an import); without one a job is to run them.
    `retry_of` is the job that is to be run again.
    """

    point_id: str
    params: JsonObject
    loss: float | None = None
    metrics: JsonObject = field(default_factory=dict)
    retry_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsAdded:
    """These points are to become jobs of the trial, in this order, before all other proposals."""

    trial_id: str
    points: list[Point]


TrialEvent = (
    TrialSubmitted
    | TrialPaused
    | TrialResumed
    | TrialStopRequested
    | TrialFinished
    | TrialChanged
    | TrialAnnotated
    | TrialArchived
    | PointsAdded
)
