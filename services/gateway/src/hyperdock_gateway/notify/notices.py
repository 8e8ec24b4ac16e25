"""From recorded events to what is worth telling people: a fold, without any input or output.

Time is that of the events, so the same events give the same notices whenever they are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

from hyperdock_common.events import (
    Event,
    Failed,
    JobFinished,
    JobProposed,
    JobRetracted,
    Pruned,
    RecordedEvent,
    Succeeded,
    TrialAnnotated,
    TrialFinished,
    TrialSubmitted,
    WorkerEvent,
    WorkerLost,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.json_types import JsonObject

Kind: TypeAlias = Literal["trial_finished", "trial_failing", "best_improved", "worker_lost"]

_KEPT: Final = 10
"""So many of a trial's best jobs are known: should the first be retracted, the next is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A trial as people know it."""

    trial_id: str
    name: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """A job that succeeded."""

    job_id: str
    number: int
    loss: float
    params: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A trial has ended."""

    kind: Kind = field(default="trial_finished", init=False)
    at: float
    trial: About
    end: str
    reason: str
    message: str
    best: Best | None
    jobs: dict[str, int]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fails:
    """Too many jobs of a trial fail."""

    kind: Kind = field(default="trial_failing", init=False)
    at: float
    trial: About
    in_a_row: int
    jobs: dict[str, int]
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Improved:
    """A trial has a better loss than was told before."""

    kind: Kind = field(default="best_improved", init=False)
    at: float
    trial: About
    best: Best
    jobs: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A worker is lost."""

    kind: Kind = field(default="worker_lost", init=False)
    at: float
    trial: About | None = field(default=None, init=False)
    worker_id: str
    reason: str


Notice: TypeAlias = Ended | Fails | Improved | Gone


class Threshold(Protocol):
    """When a trial counts as failing."""

    @property
    def in_a_row(self) -> int:
        """So many failures in a row are enough."""

    @property
    def share(self) -> float:
        """Or such a share of all jobs that have ended."""

    @property
    def at_least(self) -> int:
        """Of which there are so many."""


@dataclass(slots=True, kw_only=True)
class _Trial:
    about: About
    maximizes: bool
    began: float
    live: dict[str, JobProposed] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    best: list[Best] = field(default_factory=list)
    in_a_row: int = 0
    is_failing: bool = False
    told_at: float | None = None

    def is_better(self, loss: float) -> bool:
        if not self.best:
            return True
        best = self.best[0].loss
        return loss > best if self.maximizes else loss < best

    def keep(self, best: Best) -> None:
        """Remembers it if it is among the best; of equals the first one stays in front."""
        sign = -1.0 if self.maximizes else 1.0
        self.best = sorted([*self.best, best], key=lambda each: sign * each.loss)[:_KEPT]


class News:
    """What is new for people, event after event.

    Args:
        every: seconds; the best of a trial is told at most so often, the latest improvement wins.
        skip_first: jobs of a trial whose improvements are not told.
        failing: when a trial counts as failing; that is told once.
    """

    def __init__(self, *, every: float, skip_first: int, failing: Threshold) -> None:
        self._every = every
        self._skip_first = skip_first
        self._failing = failing
        self._trials: dict[str, _Trial] = {}
        self._waiting: dict[str, float] = {}

    @property
    def pending(self) -> list[str]:
        """The trials of which an improvement waits for its time."""
        return list(self._waiting)

    def unknown(self, event: Event) -> str | None:
        """The trial whose past must be recalled before this event is taken in, if any."""
        if not isinstance(event, JobFinished | JobRetracted | TrialFinished):
            return None
        return None if event.trial_id in self._trials else event.trial_id

    def recall(self, trial_id: str, past: Iterable[RecordedEvent], until: float) -> None:
        """Takes in a trial's past, from its beginning; what came of it until then was told."""
        for record in past:
            list(self._release(trial_id, record.recorded_at))
            list(self._take_in(record.event, record.recorded_at))
        list(self._release(trial_id, until))

    def take_in(self, record: RecordedEvent) -> list[Notice]:
        """What this event, and the time that has passed until it, makes worth telling."""
        return [*self.due(record.recorded_at), *self._take_in(record.event, record.recorded_at)]

    def due(self, now: float) -> list[Notice]:
        """The improvements whose time has come."""
        return [notice for each in self.pending for notice in self._release(each, now)]

    def _release(self, trial_id: str, now: float) -> Iterator[Notice]:
        at = self._waiting.get(trial_id)
        if at is not None and now >= at:
            yield from self._tell_best(self._trials[trial_id], at)

    def _take_in(self, event: Event, at: float) -> Iterator[Notice]:
        if isinstance(event, WorkerLost):
            yield Gone(at=at, worker_id=event.worker_id, reason=event.reason)
        if isinstance(event, TrialSubmitted):
            self._trials[event.trial_id] = _begun(event, at)
        trial = None if isinstance(event, WorkerEvent) else self._trials.get(event.trial_id)
        if trial is None:
            return
        match event:
            case TrialAnnotated(tags=list(tags)):
                about = trial.about
                trial.about = About(trial_id=about.trial_id, name=about.name, tags=tuple(tags))
            case JobProposed():
                trial.live[event.job_id] = event
            case JobFinished():
                yield from self._job_ended(trial, event, at)
            case JobRetracted():
                trial.best = [each for each in trial.best if each.job_id != event.job_id]
            case TrialFinished():
                del self._trials[event.trial_id]
                self._waiting.pop(event.trial_id, None)
                yield _ended(trial, event, at)
            case _:
                pass

    def _job_ended(self, trial: _Trial, event: JobFinished, at: float) -> Iterator[Notice]:
        job = trial.live.pop(event.job_id, None)
        if job is None or job.origin == "imported":
            if job is not None and isinstance(event.outcome, Succeeded):
                trial.keep(_best(job, event.outcome.loss))
            return
        name = outcome_name(event.outcome)
        trial.jobs[name] = trial.jobs.get(name, 0) + 1
        match event.outcome:
            case Succeeded(loss=loss):
                trial.in_a_row = 0
                is_better = trial.is_better(loss)
                trial.keep(_best(job, loss))
                if is_better and sum(trial.jobs.values()) > self._skip_first:
                    yield from self._improved(trial, at)
            case Failed(reason=reason, message=message):
                trial.in_a_row += 1
                if self._begins_to_fail(trial):
                    trial.is_failing = True
                    yield Fails(
                        at=at,
                        trial=trial.about,
                        in_a_row=trial.in_a_row,
                        jobs=dict(trial.jobs),
                        reason=reason,
                        message=message,
                    )
            case Pruned():
                trial.in_a_row = 0
            case _:
                pass

    def _begins_to_fail(self, trial: _Trial) -> bool:
        if trial.is_failing:
            return False
        failing, failed = self._failing, trial.jobs["failed"]
        ended = sum(count for name, count in trial.jobs.items() if name != "cancelled")
        is_many = ended >= failing.at_least and failed >= failing.share * ended
        return is_many or trial.in_a_row >= failing.in_a_row

    def _improved(self, trial: _Trial, at: float) -> Iterator[Notice]:
        if trial.told_at is None or at >= trial.told_at + self._every:
            yield from self._tell_best(trial, at)
        else:
            self._waiting[trial.about.trial_id] = trial.told_at + self._every

    def _tell_best(self, trial: _Trial, at: float) -> Iterator[Notice]:
        trial.told_at = at
        self._waiting.pop(trial.about.trial_id, None)
        if trial.best:  # else it was retracted meanwhile
            yield Improved(at=at, trial=trial.about, best=trial.best[0], jobs=dict(trial.jobs))


def _begun(event: TrialSubmitted, at: float) -> _Trial:
    tags = event.spec.get("tags")
    about = About(
        trial_id=event.trial_id,
        name=str(event.spec.get("name", event.trial_id)),
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
    )
    return _Trial(about=about, maximizes=event.spec.get("objective") == "maximize", began=at)


def _best(job: JobProposed, loss: float) -> Best:
    return Best(job_id=job.job_id, number=job.number, loss=loss, params=job.params)


def _ended(trial: _Trial, event: TrialFinished, at: float) -> Ended:
    return Ended(
        at=at,
        trial=trial.about,
        end=event.end,
        reason=event.reason,
        message=event.message,
        best=trial.best[0] if trial.best else None,
        jobs=trial.jobs,
        seconds=max(0.0, at - trial.began),
    )
