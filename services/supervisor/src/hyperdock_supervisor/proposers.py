"""The optimizers of the open trials: asked and told in the order of the log, rebuilt from it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from hyperdock_common.errors import HyperdockError
from hyperdock_common.events import (
    Failed,
    JobFinished,
    JobProposed,
    Outcome,
    RecordedEvent,
    Succeeded,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Optimizer
from hyperdock_common.spec import TrialSpec
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_supervisor.domain.trial import Trial

OptimizerFactory: TypeAlias = Callable[[TrialSpec], Optimizer]

UNTOLD = frozenset({"attempts_exhausted"})
"""Failures that say nothing about the params."""


class Diverged(HyperdockError):
    """Raised when an optimizer, replayed, proposes something else than the log says it did."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(
            f"replayed, the optimizer does not propose the params of {job_id} again: "
            "the versions of its libraries have changed since"
        )


class Proposers:
    """One optimizer for each open trial. Whatever goes wrong inside one is a `HyperdockError`."""

    def __init__(self, factory: OptimizerFactory) -> None:
        self._factory = factory
        self._optimizers: dict[str, Optimizer] = {}

    def knows(self, trial_id: str) -> bool:
        """Whether the trial's optimizer is there; else the next `ask` makes it."""
        return trial_id in self._optimizers

    def end(self, trial_id: str) -> None:
        """Forgets the optimizer of an ended trial."""
        self._optimizers.pop(trial_id, None)

    def ask(self, trial: Trial, number: int) -> JsonObject | None:
        """The params of the trial's job `number`, None where the space is exhausted."""
        with _failing_alone(trial):
            if trial.trial_id not in self._optimizers:
                self._optimizers[trial.trial_id] = self._factory(trial.spec)
            return self._optimizers[trial.trial_id].ask(number)

    def tell(self, trial: Trial, number: int, outcome: Outcome) -> None:
        """Tells how a job of the trial ended, where that says something about its params."""
        with _failing_alone(trial):
            optimizer = self._optimizers[trial.trial_id]
            match outcome:
                case Succeeded(loss=loss):
                    optimizer.tell(number, -loss if trial.spec.maximizes else loss)
                case Failed(reason=reason) if reason not in UNTOLD:
                    optimizer.tell(number, None)
                case _:
                    pass

    def replay(self, trial: Trial, history: Iterable[RecordedEvent]) -> None:
        """Rebuilds a trial's optimizer by asking and telling it all that the log says.

        Raises:
            Diverged: it proposes something else than it did.
        """
        self.end(trial.trial_id)
        numbers: dict[str, int] = {}
        for record in history:
            match record.event:
                case JobProposed(job_id=job_id, number=number, params=params):
                    numbers[job_id] = number
                    if self.ask(trial, number) != params:
                        raise Diverged(job_id)
                case JobFinished(job_id=job_id, outcome=outcome):
                    self.tell(trial, numbers[job_id], outcome)
                case _:
                    pass


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
