"""An account of a log that is kept apart from the supervisor's own, and trusts it in nothing."""

from collections import Counter
from dataclasses import dataclass, field

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    Event,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Point,
    PointsAdded,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.spec import TrialSpec, changed_trial, parse_trial


@dataclass
class Job:
    """A job: how often it ended, who holds its lease, and who held it before."""

    trial_id: str
    ends: int = 0
    holder: tuple[int, str] | None = None
    lost: list[tuple[int, str]] = field(default_factory=list)
    stopping: bool = False
    known: Point | None = None
    counts: bool = False


@dataclass
class Account:
    """A trial: its state, and how many of its jobs ended in which way."""

    spec: TrialSpec
    state: str = "running"
    proposed: int = 0
    imported: int = 0
    archived: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    queue: list[Point] = field(default_factory=list)


class Ledger:
    """Takes in one recorded event after the other, and refuses what must not happen."""

    def __init__(self) -> None:
        self.trials: dict[str, Account] = {}
        self.jobs: dict[str, Job] = {}
        self.workers: set[str] = set()
        self.draining: set[str] = set()
        self._owed: set[tuple[str, int, str]] = set()

    def open_jobs(self, trial_id: str) -> dict[str, Job]:
        """The trial's jobs that have not ended."""
        return {
            job_id: job
            for job_id, job in self.jobs.items()
            if job.trial_id == trial_id and not job.ends
        }

    def held(self, worker_id: str | None = None) -> list[tuple[str, int, str]]:
        """The live leases: job, attempt and worker; of one worker if named."""
        return [
            (job_id, *job.holder)
            for job_id, job in self.jobs.items()
            if job.holder and worker_id in (None, job.holder[1])
        ]

    def refs(self, worker_id: str) -> list[AttemptRef]:
        """The attempts that a worker holds."""
        return [
            AttemptRef(trial_id=self.jobs[job_id].trial_id, job_id=job_id, attempt=attempt)
            for job_id, attempt, _ in self.held(worker_id)
        ]

    def lost(self) -> list[tuple[str, int, str]]:
        """The lost attempts of open jobs."""
        return [
            (job_id, *each)
            for job_id, job in self.jobs.items()
            if not job.ends
            for each in job.lost
        ]

    def results(self) -> list[str]:
        """The jobs whose result counts."""
        return [job_id for job_id, job in self.jobs.items() if job.counts]

    def settle(self) -> None:
        """Makes sure that a commit left nothing undone: what a worker disowned is lost with it."""
        assert not self._owed

    def add(self, event: Event) -> None:
        """Checks one more event against all before it."""
        self._add(event)
        self._owed &= set(self.held())

    def _add(self, event: Event) -> None:
        match event:
            case TrialSubmitted(trial_id=trial_id):
                assert trial_id not in self.trials
                self.trials[trial_id] = Account(parse_trial(event.spec))
            case WorkerRegistered(worker_id=worker_id):
                self.workers.add(worker_id)
                self.draining.discard(worker_id)
                named = {(ref.job_id, ref.attempt, worker_id) for ref in event.attempts}
                self._owed |= set(self.held(worker_id)) - named
            case WorkerLeft(worker_id=worker_id) | WorkerLost(worker_id=worker_id):
                assert worker_id in self.workers
                self.workers.remove(worker_id)
            case WorkerDrainSet(worker_id=worker_id, draining=draining):
                assert worker_id in self.workers
                assert draining != (worker_id in self.draining)
                (self.draining.add if draining else self.draining.discard)(worker_id)
            case TrialPaused() | TrialResumed() | TrialStopRequested() | TrialFinished():
                self._add_trial(self.trials[event.trial_id], event)
            case TrialChanged() | TrialAnnotated() | TrialArchived() | PointsAdded():
                self._add_wish(self.trials[event.trial_id], event)
            case JobRetracted(job_id=job_id):
                assert self.jobs[job_id].counts
                self.jobs[job_id].counts = False
            case JobProposed():
                self._propose(self.trials[event.trial_id], event)
            case _:
                assert isinstance(event, JobEvent)
                assert self.trials[event.trial_id].state != "finished"
                self._add_job(self.jobs[event.job_id], event)

    def _add_trial(
        self,
        trial: Account,
        event: TrialPaused | TrialResumed | TrialStopRequested | TrialFinished,
    ) -> None:
        before = trial.state
        match event:
            case TrialPaused():
                assert before == "running"
                trial.state = "paused"
            case TrialResumed():
                assert before == "paused"
                trial.state = "running"
            case TrialStopRequested(reason=reason):
                assert before in ("running", "paused")
                assert reason != "optimizer", event.message
                trial.state = "stopping"
            case TrialFinished():
                assert before != "finished"
                assert not self.open_jobs(event.trial_id)
                assert trial.proposed == sum(trial.counts.values())
                trial.state = "finished"

    def _add_wish(
        self,
        trial: Account,
        event: TrialChanged | TrialAnnotated | TrialArchived | PointsAdded,
    ) -> None:
        match event:
            case TrialChanged():
                assert trial.state in ("running", "paused")
                trial.spec = changed_trial(trial.spec, event)
            case PointsAdded(points=points):
                assert trial.state in ("running", "paused")
                trial.queue += points
            case TrialArchived(archived=archived):
                assert trial.state == "finished"
                assert trial.archived != archived
                trial.archived = archived
            case TrialAnnotated():
                pass

    def _propose(self, trial: Account, event: JobProposed) -> None:
        assert event.job_id not in self.jobs
        assert event.number == trial.proposed + 1
        trial.proposed = event.number
        job = self.jobs[event.job_id] = Job(event.trial_id)
        if event.origin == "imported":
            assert trial.state in ("running", "paused")
            trial.imported += 1
            job.known = self._point(trial, event)
            return
        assert trial.state == "running"
        assert len(self.open_jobs(event.trial_id)) <= trial.spec.parallelism
        if event.origin == "optimizer":
            assert not trial.queue, "what users ask for goes first"
            jobs = trial.spec.budget.jobs
            assert jobs is None or trial.proposed - trial.imported <= jobs
        else:
            assert self._point(trial, event).loss is None

    def _point(self, trial: Account, event: JobProposed) -> Point:
        """The first point of its kind, which the job must be of."""
        known = event.origin == "imported"
        point = next(each for each in trial.queue if (each.loss is not None) == known)
        assert (point.point_id, point.params) == (event.point_id, event.params)
        assert point.retry_of == event.retry_of
        trial.queue.remove(point)
        return point

    def _add_job(self, job: Job, event: JobEvent) -> None:
        assert not job.ends
        match event:
            case JobClaimed(worker_id=worker_id, attempt=attempt):
                assert self.trials[job.trial_id].state == "running"
                assert worker_id in self.workers - self.draining
                assert job.known is None
                assert job.holder is None
                assert not job.stopping
                assert attempt == len(job.lost) + 1
                job.holder = (attempt, worker_id)
            case JobRetracted():
                raise AssertionError("entered before")
            case JobStarted() | MetricReported():
                assert job.holder == (event.attempt, event.worker_id)
            case AttemptLost(worker_id=worker_id, attempt=attempt):
                assert job.holder == (attempt, worker_id)
                job.holder = None
                job.lost.append((attempt, worker_id))
            case JobStopRequested():
                assert not job.stopping
                job.stopping = True
            case JobFinished():
                self._finish(job, event)

    def _finish(self, job: Job, event: JobFinished) -> None:
        trial = self.trials[job.trial_id]
        if job.known is not None:
            assert event.outcome == Succeeded(loss=job.known.loss or 0.0)
            assert event.worker_id is None
        elif event.worker_id is None:
            assert job.holder is None
            exhausted = isinstance(event.outcome, Failed)
            assert exhausted == (not job.stopping and trial.state != "stopping")
            assert not exhausted or len(job.lost) == trial.spec.retries + 1
        elif job.holder is not None:
            assert job.holder == (event.attempt, event.worker_id)
        else:
            assert (event.attempt, event.worker_id) in job.lost
            assert isinstance(event.outcome, Succeeded | Failed)
        job.ends += 1
        job.holder = None
        job.counts = isinstance(event.outcome, Succeeded)
        trial.counts[outcome_name(event.outcome)] += 1
