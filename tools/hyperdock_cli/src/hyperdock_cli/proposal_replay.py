"""Asks and tells an optimizer again all that the log says of a trial, and compares proposals.

The engine of `hyperdock replay optimizer` and of the check of rule 6. As slow as the optimizers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hyperdock_cli.trial_replay import Divergence, Generation, TrialReplay, Verdict, are_others
from hyperdock_common.errors import DecodeError, OutOfPlace
from hyperdock_common.events import (
    Event,
    JobFinished,
    JobProposed,
    JobRetracted,
    RecordedEvent,
    TrialFinished,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.history import coherent, history
from hyperdock_common.ports import EventLog
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_supervisor.bootstrap import library_versions
from hyperdock_supervisor.domain.trial import Trial, evolve
from hyperdock_supervisor.proposers import Diverged, OptimizerFactory, Proposers

_NOBODY = 0
"""The number of no job."""
FAILED = "optimizer"
"""Why a trial stops whose optimizer failed."""


@dataclass(slots=True)
class _History:
    """What a trial's stream says to its optimizer, and whether that failed."""

    trial: Trial
    events: list[JobProposed | JobFinished | JobRetracted] = field(default_factory=list)
    failed: bool = False

    def parts(self) -> Iterator[tuple[int, int]]:
        """From where to where each generation is: the last event is the retraction that ends it.

        What was before the last retraction a replay does not ask again.
        """
        begin = 0
        for place, event in enumerate(self.events):
            if isinstance(event, JobRetracted):
                yield begin, place
                begin = place + 1
        yield begin, len(self.events)


def replay_trial(
    log: EventLog,
    trial_id: str,
    factory: OptimizerFactory = make_optimizer,
    *,
    anyway: bool = False,
) -> TrialReplay:
    """Replays all the proposals of a trial.

    Args:
        log: where the trial stands.
        trial_id: which trial.
        factory: makes its optimizer.
        anyway: also where other libraries than those that are here made proposals.

    Raises:
        StorageUnavailable: the log cannot be read.
    """
    try:
        past = _read(coherent(history(log, stream=f"trial-{trial_id}")))
    except (DecodeError, OutOfPlace) as damage:
        return TrialReplay(trial_id=trial_id, verdict="unreadable", failure=str(damage))
    if past is None:
        return TrialReplay(trial_id=trial_id, verdict="no_trial")
    installed = library_versions()
    versions = _versions(past.events)
    algorithm = past.trial.spec.algorithm.name
    if not anyway and any(are_others(each, installed) for each in versions):
        return TrialReplay(
            trial_id=trial_id,
            verdict="other_versions",
            algorithm=algorithm,
            generations=[
                Generation(number=number, recorded=_asked(past.events[begin:end]), reproduced=0)
                for number, (begin, end) in enumerate(past.parts())
            ],
            versions=versions,
            installed=installed,
        )
    generations, error = _replay(past, factory)
    verdict: Verdict = "reproduced"
    if isinstance(error, Diverged):
        verdict = "diverged"
    elif error is not None and not (
        past.failed and all(each.reproduced == each.recorded for each in generations)
    ):
        verdict = "fails"
    return TrialReplay(
        trial_id=trial_id,
        verdict=verdict,
        algorithm=algorithm,
        generations=generations,
        versions=versions,
        installed=installed,
        divergence=_divergence(past, error) if isinstance(error, Diverged) else None,
        failed=past.failed,
        failure=str(error) if isinstance(error, OptimizerFailed) else "",
    )


def _read(records: Iterator[RecordedEvent]) -> _History | None:
    """What the optimizer was asked and told: nothing more once its trial was to stop."""
    first = next(records, None)
    if first is None or not isinstance(first.event, TrialSubmitted):
        return None
    past = _History(evolve(None, first.event, first.recorded_at))
    for record in records:
        match record.event:
            case TrialStopRequested(reason=reason):
                past.failed = reason == FAILED
                break
            case TrialFinished():
                break
            case JobProposed() | JobFinished() | JobRetracted() as event:
                past.events.append(event)
            case _:
                pass
    return past


def _replay(
    past: _History, factory: OptimizerFactory
) -> tuple[list[Generation], Diverged | OptimizerFailed | None]:
    """The generations up to the first that goes wrong, and how it does."""
    proposers, trial = Proposers(factory), past.trial
    before = 0
    generations: list[Generation] = []
    error: Diverged | OptimizerFailed | None = None
    for number, (begin, end) in enumerate(past.parts()):
        asked = _asked(past.events[begin:end])
        reproduced = 0
        if error is None:
            try:
                proposers.replay(trial, past.events[:end])
                reproduced = asked
                if past.failed and end == len(past.events):
                    proposers.ask(trial, _NOBODY)  # the log has no proposal of an ask that failed
            except Diverged as parting:
                error, reproduced = parting, _asked(_before(past.events[begin:end], parting.job_id))
            except OptimizerFailed as failure:
                error, reproduced = failure, proposers.asks(trial.trial_id) - before
            finally:
                proposers.end(trial.trial_id)
        before += asked
        generations.append(Generation(number=number, recorded=asked, reproduced=reproduced))
    return generations, error


def _asked(events: Iterable[Event]) -> int:
    return sum(isinstance(each, JobProposed) and each.origin == "optimizer" for each in events)


def _before(events: Iterable[Event], job_id: str) -> Iterator[Event]:
    for event in events:
        if isinstance(event, JobProposed) and event.job_id == job_id:
            return
        yield event


def _versions(events: Iterable[Event]) -> list[Mapping[str, str]]:
    """Every set of versions that proposals were made with, each once."""
    found: list[Mapping[str, str]] = []
    for event in events:
        if isinstance(event, JobProposed) and event.versions and event.versions not in found:
            found.append(event.versions)
    return found


def _divergence(past: _History, error: Diverged) -> Divergence:
    versions: Mapping[str, str] = {}
    for event in past.events:
        if isinstance(event, JobProposed):
            versions = event.versions or versions
            if event.job_id == error.job_id:
                return Divergence(
                    job_id=event.job_id,
                    number=event.number,
                    recorded=event.params,
                    replayed=error.params,
                    versions=versions,
                )
    raise ValueError(f"{error.job_id} is no job of this trial")
