"""The rules for what may happen to a job (1, 2 and, for its attempts, 4)."""

from collections.abc import Callable
from typing import assert_never

from hyperdock_common.checking.accounts import Accounts, Job, Trial, place
from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
)


def check_job_event(accounts: Accounts, trial: Trial, event: JobEvent, position: int) -> None:
    """Checks an event of an open trial's job against all before it, and enters it."""
    if isinstance(event, JobProposed):
        _check_proposal(accounts, trial, event, position)
        return
    if isinstance(event, JobRetracted):
        if event.job_id not in trial.ended:
            accounts.findings.add(4, place(event, position), "is retracted, but has no result")
        return
    job = trial.jobs.get(event.job_id)
    if job is None and event.job_id in trial.ended:
        check_after_end(accounts, event, position)
        return
    if job is None:
        accounts.findings.add(2, place(event, position), "comes before its job was proposed")
        job = trial.jobs[event.job_id] = Job(proposed=False)
    _check_open(accounts, trial, job, event, position)


def check_after_end(accounts: Accounts, event: JobEvent, position: int) -> None:
    """Notes an event of a job that has ended; that its result was wrong may still be said."""
    if isinstance(event, JobRetracted):
        return
    if not isinstance(event, JobFinished):
        what = f"{type(event).__name__} comes after the job's end"
        accounts.findings.add(2, place(event, position), what)
    elif event.job_id in accounts.left_open:
        accounts.left_open.remove(event.job_id)
        accounts.tally["ended"] += 1
        accounts.findings.add(1, place(event, position), "ends after its trial")
    else:
        accounts.doubled.add(event.job_id)
        accounts.findings.add(1, place(event, position), "ends, but the job had ended before")


def _check_proposal(accounts: Accounts, trial: Trial, event: JobProposed, position: int) -> None:
    def found(invariant: int, what: str) -> None:
        accounts.findings.add(invariant, place(event, position), what)

    early = trial.jobs.get(event.job_id)
    known = event.job_id in trial.ended or (early is not None and early.proposed)
    if known or event.number <= (trial.proposed or 0):
        found(4, f"job number {event.number} is proposed again")
        return
    if trial.state != "running" and not (trial.state == "paused" and event.origin == "imported"):
        found(4, f"is proposed although its trial is {trial.state}")
    if trial.proposed is not None and event.number != trial.proposed + 1:
        found(1, f"is number {event.number}; number {trial.proposed + 1} was never proposed")
    accounts.tally["jobs"] += 1
    trial.proposed = event.number
    job = trial.jobs.setdefault(event.job_id, Job())
    job.proposed = True


def _check_open(
    accounts: Accounts,
    trial: Trial,
    job: Job,
    event: JobClaimed | JobStarted | MetricReported | JobFinished | AttemptLost | JobStopRequested,
    position: int,
) -> None:
    def found(invariant: int, what: str) -> None:
        accounts.findings.add(invariant, place(event, position), what)

    match event:
        case JobClaimed():
            accounts.tally["claims"] += 1
            _check_claim(accounts, trial, job, event, found)
        case JobStarted() | MetricReported():
            if job.lease != (event.attempt, event.worker_id):
                found(2, f"{_not_its(event, job)} reports {type(event).__name__}")
        case AttemptLost():
            _check_loss(accounts, job, event, found)
        case JobStopRequested():
            if job.stopping:
                found(4, "is to stop, but was to stop before")
            job.stopping = True
        case JobFinished():
            _check_end(accounts, job, event, found)
            del trial.jobs[event.job_id]
            trial.ended.add(event.job_id)
        case _:
            assert_never(event)


def _check_claim(
    accounts: Accounts,
    trial: Trial,
    job: Job,
    event: JobClaimed,
    found: Callable[[int, str], None],
) -> None:
    if job.lease is not None:
        found(2, f"is claimed by {event.worker_id} while {_held(job)}")
        return
    if event.attempt != job.attempt:
        found(2, f"is claimed where attempt {job.attempt} was to come")
    if accounts.fleet.get(event.worker_id) != "here":
        found(4, f"is claimed by {event.worker_id}, which is not registered")
    if trial.state == "stopping" or job.stopping:
        found(8, "is claimed although it is to stop")
    job.attempt = event.attempt
    job.lease = (event.attempt, event.worker_id)


def _check_loss(
    accounts: Accounts, job: Job, event: AttemptLost, found: Callable[[int, str], None]
) -> None:
    lease = (event.attempt, event.worker_id)
    if job.lease == lease:
        accounts.tally["attempts_lost"] += 1
        job.lost.append(lease)
        job.lease = None
        job.attempt = event.attempt + 1
    elif lease in job.lost:
        found(4, "is lost, but was lost before")
    else:
        found(2, f"is lost, but {_held(job)}")


def _check_end(
    accounts: Accounts, job: Job, event: JobFinished, found: Callable[[int, str], None]
) -> None:
    accounts.tally["ended"] += 1
    if event.worker_id is None:
        if job.lease is not None:
            found(2, f"ends without a worker, but {_held(job)}")
    elif job.lease == (event.attempt, event.worker_id):
        pass
    elif (event.attempt, event.worker_id) not in job.lost:
        found(2, f"{_not_its(event, job)} ends it")
    elif isinstance(event.outcome, Cancelled):
        found(2, "its lease was lost, so it cannot end as cancelled")
    else:
        accounts.tally["late_results"] += 1
        if job.lease is not None:
            found(2, f"a lost attempt's result ends it, but {_held(job)}")


def _held(job: Job) -> str:
    if job.lease is None:
        return "nobody holds its lease"
    attempt, worker = job.lease
    return f"{worker} holds the lease of attempt {attempt}"


def _not_its(event: JobStarted | MetricReported | JobFinished, job: Job) -> str:
    return f"{event.worker_id}, which does not hold the lease ({_held(job)}),"
