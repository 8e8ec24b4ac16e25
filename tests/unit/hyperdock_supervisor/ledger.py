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
    JobStarted,
    JobStopRequested,
    MetricReported,
    Succeeded,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.spec import TrialSpec, parse_trial


@dataclass
class Job:
    """A job: how often it ended, who holds its lease, and who held it before."""

    trial_id: str
    ends: int = 0
    holder: tuple[int, str] | None = None
    lost: list[tuple[int, str]] = field(default_factory=list)
    stopping: bool = False


@dataclass
class Account:
    """A trial: its state, and how many of its jobs ended in which way."""

    spec: TrialSpec
    state: str = "running"
    proposed: int = 0
    counts: Counter[str] = field(default_factory=Counter)


class Ledger:
    """Takes in one recorded event after the other, and refuses what must not happen."""

    def __init__(self) -> None:
        self.trials: dict[str, Account] = {}
        self.jobs: dict[str, Job] = {}
        self.workers: set[str] = set()
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
                named = {(ref.job_id, ref.attempt, worker_id) for ref in event.attempts}
                self._owed |= set(self.held(worker_id)) - named
            case WorkerLeft(worker_id=worker_id) | WorkerLost(worker_id=worker_id):
                assert worker_id in self.workers
                self.workers.remove(worker_id)
            case TrialPaused() | TrialResumed() | TrialStopRequested() | TrialFinished():
                self._add_trial(self.trials[event.trial_id], event)
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

    def _propose(self, trial: Account, event: JobProposed) -> None:
        assert trial.state == "running"
        assert event.job_id not in self.jobs
        assert event.number == trial.proposed + 1
        assert len(self.open_jobs(event.trial_id)) < trial.spec.parallelism
        trial.proposed = event.number
        assert trial.proposed <= (trial.spec.budget.jobs or trial.proposed)
        self.jobs[event.job_id] = Job(event.trial_id)

    def _add_job(self, job: Job, event: JobEvent) -> None:
        assert not job.ends
        match event:
            case JobClaimed(worker_id=worker_id, attempt=attempt):
                assert self.trials[job.trial_id].state == "running"
                assert worker_id in self.workers
                assert job.holder is None
                assert not job.stopping
                assert attempt == len(job.lost) + 1
                job.holder = (attempt, worker_id)
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
        if event.worker_id is None:
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
        trial.counts[outcome_name(event.outcome)] += 1
