"""Checks that the optimizers, replayed, propose what they proposed (rule 6).

It asks and tells again all that the log says, trial by trial: as slow as the optimizers are.
"""

from collections.abc import Iterator, Sequence

from hyperdock_common.checking import Counts, Finding, Progress, Report
from hyperdock_common.errors import HyperdockError
from hyperdock_common.events import (
    Event,
    JobProposed,
    JobRetracted,
    RecordedEvent,
    TrialFinished,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.history import history
from hyperdock_common.ports import EventLog
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_supervisor.bootstrap import library_versions
from hyperdock_supervisor.domain.trial import evolve
from hyperdock_supervisor.proposers import Diverged, OptimizerFactory, Proposers

_FAILED = "optimizer"


class OtherVersions(HyperdockError):
    """Raised when proposals were made with other libraries than those that are here."""

    def __init__(self, versions: dict[str, str]) -> None:
        self.versions = versions
        super().__init__(", ".join(f"{name} {each}" for name, each in sorted(versions.items())))


def check_proposals(
    log: EventLog,
    trial_ids: Sequence[str],
    progress: Progress,
    factory: OptimizerFactory = make_optimizer,
) -> Report:
    """Replays the proposals of these trials.

    Raises:
        StorageUnavailable, DecodeError: the log cannot be read.
    """
    report = Report()
    for done, trial_id in enumerate(trial_ids, 1):
        report = report.merge(_check_trial(log, trial_id, factory))
        progress("trials", done, len(trial_ids))
    return report


def _check_trial(log: EventLog, trial_id: str, factory: OptimizerFactory) -> Report:
    records = history(log, stream=f"trial-{trial_id}")
    first = next(records, None)
    if first is None or not isinstance(first.event, TrialSubmitted):
        return Report()  # rule 4 tells what is wrong with such a log
    trial = evolve(None, first.event, first.recorded_at)
    proposers = Proposers(factory)
    try:
        events = list(_until_end(records))
        for end in _ends_of_parts(events):
            proposers.replay(trial, events[:end])
    except OtherVersions as other:
        here = ", ".join(f"{name} {each}" for name, each in sorted(library_versions().items()))
        return Report(
            notes=[f"trial {trial_id} is not replayed: it was made with {other}; here is {here}"]
        )
    except Diverged as error:
        return _found(f"job {error.job_id}", "the optimizer does not propose its params again")
    except OptimizerFailed as error:
        if not _failed_then(log, trial_id):
            return _found(f"trial {trial_id}", f"the optimizer fails now, and did not: {error}")
    finally:
        proposers.end(trial_id)
    return Report(counts=Counts(replayed=1))


def _until_end(records: Iterator[RecordedEvent]) -> Iterator[Event]:
    """What the optimizer was asked and told: nothing more once its trial was to stop."""
    here = library_versions()
    for record in records:
        match record.event:
            case TrialStopRequested() | TrialFinished():
                return
            case JobProposed(versions=versions) if versions and versions != here:
                raise OtherVersions(versions)
            case _:
                yield record.event


def _ends_of_parts(events: Sequence[Event]) -> Iterator[int]:
    """Up to where to replay: the optimizer begins anew with each retraction, and at last ends.

    What was before the last of them a replay does not ask again.
    """
    yield from (place for place, each in enumerate(events) if isinstance(each, JobRetracted))
    yield len(events)


def _failed_then(log: EventLog, trial_id: str) -> bool:
    return any(
        isinstance(each.event, TrialStopRequested) and each.event.reason == _FAILED
        for each in history(log, stream=f"trial-{trial_id}")
    )


def _found(where: str, what: str) -> Report:
    finding = Finding(invariant=6, where=where, what=what)
    return Report(findings=[finding], counts=Counts(replayed=1))
