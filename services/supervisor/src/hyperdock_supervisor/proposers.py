"""The optimizers of the open trials: asked and told in the order of the log, rebuilt from it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from hyperdock_common.errors import HyperdockError
from hyperdock_common.events import (
    Event,
    Failed,
    JobFinished,
    JobProposed,
    JobRetracted,
    Outcome,
    Succeeded,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Optimizer
from hyperdock_common.spec import TrialSpec
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_supervisor.domain.trial import Trial

OptimizerFactory: TypeAlias = Callable[[TrialSpec, int], Optimizer]
"""Makes the optimizer of a spec; the number counts how often it had to begin anew."""

Known: TypeAlias = tuple[JsonObject, float | None]
"""Params and their loss, as optimizers minimize it; None where they are infeasible."""

UNTOLD = frozenset({"attempts_exhausted"})
"""Failures that say nothing about the params."""


class Diverged(HyperdockError):
    """Raised when an optimizer, replayed, proposes something else than the log says it did.

    Attributes:
        params: what it proposes now; None: nothing more.
    """

    def __init__(self, job_id: str, params: JsonObject | None) -> None:
        self.job_id = job_id
        self.params = params
        super().__init__(
            f"replayed, the optimizer does not propose the params of {job_id} again: "
            "the versions of its libraries have changed since"
        )


@dataclass(slots=True)
class _Study:
    """A trial's optimizer, which is made when it is first asked, and what it is yet to learn.

    Attributes:
        asks: how often it was asked, also before it began anew: it goes on counting.
        asked: its open jobs: which ask each of them was.
    """

    optimizer: Optimizer | None = None
    generation: int = 0
    asks: int = 0
    asked: dict[int, int] = field(default_factory=dict)
    known: list[Known] = field(default_factory=list)


class Proposers:
    """One optimizer for each open trial. Whatever goes wrong inside one is a `HyperdockError`.

    Jobs that an optimizer did not propose, of users or of the time before a retraction, it
    learns of when they end.
    """

    def __init__(self, factory: OptimizerFactory) -> None:
        self._factory = factory
        self._studies: dict[str, _Study] = {}

    def knows(self, trial_id: str) -> bool:
        """Whether the trial's optimizer is there; else the next `ask` makes it."""
        study = self._studies.get(trial_id)
        return study is not None and study.optimizer is not None

    def end(self, trial_id: str) -> None:
        """Forgets the optimizer of an ended trial, or one that is to be replayed."""
        self._studies.pop(trial_id, None)

    def ask(self, trial: Trial, number: int) -> JsonObject | None:
        """The params of the trial's job `number`, None where the space is exhausted."""
        study = self._studies.setdefault(trial.trial_id, _Study())
        with _failing_alone(trial):
            if study.optimizer is None:
                study.optimizer = self._factory(trial.submitted, study.generation)
            for params, loss in study.known:
                study.optimizer.learn(params, loss)
            study.known.clear()
            params_or_none = study.optimizer.ask(study.asks + 1)
        study.asks += 1
        study.asked[number] = study.asks
        return params_or_none

    def asks(self, trial_id: str) -> int:
        """How many asks of the trial's optimizer were answered, also before it began anew."""
        study = self._studies.get(trial_id)
        return study.asks if study else 0

    def tell(self, trial: Trial, number: int, params: JsonObject, outcome: Outcome) -> None:
        """Tells how a job of the trial ended, where that says something about its params."""
        study = self._studies.setdefault(trial.trial_id, _Study())
        ask = study.asked.pop(number, None)
        if not _says_something(outcome):
            return
        loss = _loss(trial, outcome)
        if ask is None or study.optimizer is None:
            study.known.append((params, loss))
            return
        with _failing_alone(trial):
            study.optimizer.tell(ask, loss)

    def replay(self, trial: Trial, history: Iterable[Event]) -> None:
        """Rebuilds a trial's optimizer by asking and telling it all that the log says.

        What was before the last retraction it only learns: it has begun anew there.

        Raises:
            Diverged: it proposes something else than it did.
        """
        past = _Past(trial)
        for event in history:
            past.add(event)
        self._studies[trial.trial_id] = _Study(
            generation=past.generation, asks=past.asks, known=list(past.known.values())
        )
        for event in past.since:
            match event:
                case JobProposed(number=number, params=params, origin="optimizer"):
                    again = self.ask(trial, number)
                    if again != params:
                        raise Diverged(event.job_id, again)
                case JobProposed():
                    pass
                case JobFinished(job_id=job_id, outcome=outcome):
                    job = past.jobs[job_id]
                    self.tell(trial, job.number, job.params, outcome)


class _Past:
    """What a trial's history says to its optimizer.

    Attributes:
        generation: how often it began anew: as often as results were retracted.
        asks: how often it was asked before it began anew the last time.
        known: the results of then that count, by job, in the order in which they came.
        since: what happened after that.
    """

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.generation = 0
        self.asks = 0
        self.known: dict[str, Known] = {}
        self.since: list[JobProposed | JobFinished] = []
        self.jobs: dict[str, JobProposed] = {}

    def add(self, event: Event) -> None:
        """Takes in one more event."""
        match event:
            case JobProposed():
                self.jobs[event.job_id] = event
                self.since.append(event)
            case JobFinished():
                self.since.append(event)
            case JobRetracted():
                self._retract(event)
            case _:
                pass

    def _retract(self, retracted: JobRetracted) -> None:
        for event in self.since:
            match event:
                case JobProposed(origin=origin):
                    self.asks += origin == "optimizer"
                case JobFinished(job_id=job_id, outcome=outcome) if _says_something(outcome):
                    self.known[job_id] = (self.jobs[job_id].params, _loss(self._trial, outcome))
                case _:
                    pass
        self.known.pop(retracted.job_id, None)
        self.since.clear()
        self.generation += 1


def _says_something(outcome: Outcome) -> bool:
    """Whether an outcome says anything about the params."""
    match outcome:
        case Succeeded():
            return True
        case Failed(reason=reason):
            return reason not in UNTOLD
        case _:
            return False


def _loss(trial: Trial, outcome: Outcome) -> float | None:
    """The loss as optimizers minimize it; None where the params are infeasible."""
    if not isinstance(outcome, Succeeded):
        return None
    return -outcome.loss if trial.spec.maximizes else outcome.loss


@contextmanager
def _failing_alone(trial: Trial) -> Iterator[None]:
    """A broken optimizer is the end of its own trial, not of the supervisor."""
    try:
        yield
    except HyperdockError:
        raise
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        raise OptimizerFailed(trial.spec.algorithm.name, message) from error
