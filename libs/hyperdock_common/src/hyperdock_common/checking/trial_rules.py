"""The rules for what may happen to a trial and to a worker (1 and 4)."""

from typing import Literal, assert_never

from hyperdock_common.checking.accounts import Accounts, Trial, place
from hyperdock_common.checking.job_rules import check_after_end, check_job_event
from hyperdock_common.events import (
    Event,
    Heartbeat,
    JobEvent,
    JobProposed,
    PointsAdded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerEvent,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)


def check_event(accounts: Accounts, event: Event, position: int) -> None:
    """Checks an event against all before it, and enters it."""
    if isinstance(event, WorkerEvent):
        _check_worker(accounts, event, position)
        return
    if event.trial_id in accounts.ended:
        _check_ended(accounts, event, position)
        return
    trial = accounts.trials.get(event.trial_id)
    if isinstance(event, TrialSubmitted):
        _check_submission(accounts, trial, event, position)
        return
    if trial is None:
        accounts.findings.add(4, place(event, position), "its trial was never submitted")
        trial = accounts.trials[event.trial_id] = Trial(proposed=None)
    if isinstance(event, TrialEvent):
        _check_trial(accounts, trial, event, position)
    else:
        check_job_event(accounts, trial, event, position)


def _check_ended(accounts: Accounts, event: TrialEvent | JobEvent, position: int) -> None:
    if isinstance(event, JobEvent) and not isinstance(event, JobProposed):
        check_after_end(accounts, event, position)
    elif not isinstance(event, TrialAnnotated | TrialArchived):
        what = f"{type(event).__name__} comes after the trial's end"
        accounts.findings.add(4, place(event, position), what)


def _check_submission(
    accounts: Accounts, trial: Trial | None, event: TrialSubmitted, position: int
) -> None:
    if trial is not None:
        accounts.findings.add(4, place(event, position), "is submitted again")
        return
    accounts.tally["trials"] += 1
    accounts.trials[event.trial_id] = Trial(state="paused" if event.paused else "running")


def _check_trial(
    accounts: Accounts,
    trial: Trial,
    event: (
        TrialPaused
        | TrialResumed
        | TrialStopRequested
        | TrialFinished
        | TrialChanged
        | TrialAnnotated
        | TrialArchived
        | PointsAdded
    ),
    position: int,
) -> None:
    before = trial.state
    fits = True
    match event:
        case TrialPaused():
            fits, trial.state = before == "running", "paused"
        case TrialResumed():
            fits, trial.state = before == "paused", "running"
        case TrialStopRequested():
            fits, trial.state = before != "stopping", "stopping"
        case TrialChanged() | PointsAdded():
            fits = before != "stopping"
        case TrialAnnotated():
            pass
        case TrialArchived():
            fits = False
        case TrialFinished():
            _check_finish(accounts, trial, event, position)
        case _:
            assert_never(event)
    if not fits:
        what = f"{type(event).__name__} comes while it is {before}"
        accounts.findings.add(4, place(event, position), what)


def _check_finish(accounts: Accounts, trial: Trial, event: TrialFinished, position: int) -> None:
    if trial.jobs:
        still = f"{_some(list(trial.jobs))} never ended"
        accounts.findings.add(1, place(event, position), f"is finished, but {still}")
    accounts.left_open |= trial.jobs.keys()
    del accounts.trials[event.trial_id]
    accounts.ended.add(event.trial_id)


def _check_worker(accounts: Accounts, event: WorkerEvent, position: int) -> None:
    standing = accounts.fleet.get(event.worker_id)
    match event:
        case WorkerRegistered():
            if standing != "lost":  # one that was given up says so again without a restart
                accounts.tally["adopted"] += sum(
                    accounts.lease(ref.trial_id, ref.job_id) == (ref.attempt, event.worker_id)
                    for ref in event.attempts
                )
            accounts.fleet[event.worker_id] = "here"
        case WorkerLeft():
            _check_departure(accounts, event, "left", position)
        case WorkerLost():
            _check_departure(accounts, event, "lost", position)
        case WorkerDrainSet():
            if standing != "here":
                what = "is to be drained, but is not there"
                accounts.findings.add(4, place(event, position), what)
        case Heartbeat():
            what = "a heartbeat stands among the facts"
            accounts.findings.add(3, place(event, position), what)
        case _:
            assert_never(event)


def _check_departure(
    accounts: Accounts,
    event: WorkerLeft | WorkerLost,
    standing: Literal["left", "lost"],
    position: int,
) -> None:
    if accounts.fleet.get(event.worker_id) != "here":
        what = f"is {standing}, but was not there"
        accounts.findings.add(4, place(event, position), what)
    accounts.fleet[event.worker_id] = standing


def _some(job_ids: list[str]) -> str:
    named = ", ".join(job_ids[:5])
    return named if len(job_ids) <= 5 else f"{named} and {len(job_ids) - 5} more"  # noqa: PLR2004
