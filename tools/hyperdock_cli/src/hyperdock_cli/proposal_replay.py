"""Asks and tells an optimizer again all that the log says of a trial, and compares proposals.

The engine of `hyperdock replay optimizer` and of the check of rule 6. As slow as the optimizers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

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
from hyperdock_common.history import history
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import EventLog
from hyperdock_common.space import join_name
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_supervisor.bootstrap import library_versions
from hyperdock_supervisor.domain.trial import Trial, evolve
from hyperdock_supervisor.proposers import Diverged, OptimizerFactory, Proposers

FAILED = "optimizer"
"""Why a trial stops whose optimizer failed."""

Verdict: TypeAlias = Literal["reproduced", "diverged", "fails", "other_versions", "no_trial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One parameter that is proposed otherwise; None: it is not there."""

    name: str
    recorded: Json
    replayed: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """Where an optimizer first proposes something else.

    Attributes:
        number: of the job.
        params: as they are recorded, and as they are proposed now; None: nothing is proposed.
        versions: of the libraries that made the proposal, as far as the log says.
    """

    job_id: str
    number: int
    recorded: JsonObject
    replayed: JsonObject | None
    versions: Mapping[str, str]

    @property
    def differences(self) -> Sequence[Difference]:
        """Parameter by parameter, those that are not the same."""
        then, now = dict(_flat(self.recorded)), dict(_flat(self.replayed or {}))
        names = [*then, *(name for name in now if name not in then)]
        return [
            Difference(name=name, recorded=then.get(name), replayed=now.get(name))
            for name in names
            if (name in then, then.get(name)) != (name in now, now.get(name))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One life of an optimizer: up to a retraction, or to the end.

    Attributes:
        number: how often it had begun anew, from 0.
        recorded: how many proposals of it the log holds.
        reproduced: how many of them it made again.
    """

    number: int
    recorded: int
    reproduced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReplay:
    """What the replay of one trial came to.

    Attributes:
        verdict: in a word; `other_versions` where it was not tried for that reason.
        versions: every set of libraries that made proposals, in order.
        failure: how the optimizer failed, now and then alike or only now.
    """

    trial_id: str
    verdict: Verdict
    algorithm: str = ""
    generations: Sequence[Generation] = ()
    versions: Sequence[Mapping[str, str]] = ()
    installed: Mapping[str, str] = field(default_factory=dict)
    divergence: Divergence | None = None
    failure: str = ""

    @property
    def recorded(self) -> int:
        """How many proposals of the optimizer the log holds."""
        return sum(each.recorded for each in self.generations)

    @property
    def reproduced(self) -> int:
        """How many of them it made again."""
        return sum(each.reproduced for each in self.generations)

    @property
    def other_versions(self) -> Sequence[Mapping[str, str]]:
        """Those of the versions that are not installed."""
        return [each for each in self.versions if each != self.installed]

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        parting = self.divergence
        return {
            "trial_id": self.trial_id,
            "verdict": self.verdict,
            "algorithm": self.algorithm,
            "recorded": self.recorded,
            "reproduced": self.reproduced,
            "generations": [
                {"number": each.number, "recorded": each.recorded, "reproduced": each.reproduced}
                for each in self.generations
            ],
            "versions": {
                "recorded": [dict(each) for each in self.versions],
                "installed": dict(self.installed),
            },
            "divergence": parting
            and {
                "job_id": parting.job_id,
                "number": parting.number,
                "recorded": parting.recorded,
                "replayed": parting.replayed,
                "versions": dict(parting.versions),
            },
            "failure": self.failure or None,
        }


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
        StorageUnavailable, DecodeError: the log cannot be read.
    """
    past = _read(history(log, stream=f"trial-{trial_id}"))
    if past is None:
        return TrialReplay(trial_id=trial_id, verdict="no_trial")
    installed = library_versions()
    versions = _versions(past.events)
    algorithm = past.trial.spec.algorithm.name
    if not anyway and any(each != installed for each in versions):
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
    elif error is not None and not past.failed:
        verdict = "fails"
    return TrialReplay(
        trial_id=trial_id,
        verdict=verdict,
        algorithm=algorithm,
        generations=generations,
        versions=versions,
        installed=installed,
        divergence=_divergence(past, error) if isinstance(error, Diverged) else None,
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
    generations: list[Generation] = []
    error: Diverged | OptimizerFailed | None = None
    for number, (begin, end) in enumerate(past.parts()):
        asked = _asked(past.events[begin:end])
        reproduced = 0
        if error is None:
            try:
                proposers.replay(trial, past.events[:end])
                reproduced = asked
            except Diverged as parting:
                error, reproduced = parting, _asked(_before(past.events[begin:end], parting.job_id))
            except OptimizerFailed as failure:
                error, reproduced = failure, asked if past.failed else 0
            finally:
                proposers.end(trial.trial_id)
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


def _flat(params: JsonObject, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Json]]:
    for key, value in params.items():
        if isinstance(value, dict):
            yield from _flat(value, (*path, key))
        else:
            yield join_name((*path, key)), value
