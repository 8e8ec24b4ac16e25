"""An algorithm over a recorded trial: exact where a proposal was evaluated, guessed elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import mean

import numpy as np

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Optimizer
from hyperdock_common.space import identity
from hyperdock_common.spec import Algorithm, TrialSpec
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.what_if.recorded import (
    CANCELLED,
    FAILED,
    Asked,
    Ended,
    RecordedTrial,
)
from hyperdock_optimizers.what_if.surrogate import Quality, Surrogate

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of an algorithm with one seed.

    Attributes:
        best: the best loss (minimized) after each job that ended; infinite before the first.
        exact: how many of its jobs had been evaluated, and `guessed` how many had not.
    """

    seed: int
    best: Sequence[float]
    exact: int
    guessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """Several runs of an algorithm.

    Attributes:
        quality: of the surrogate; None: none was needed, all is exact.
    """

    algorithm: Algorithm
    runs: Sequence[Run]
    quality: Quality | None

    @property
    def exact(self) -> float:
        """The share of the proposals that had been evaluated."""
        exact = sum(run.exact for run in self.runs)
        return exact / max(1, exact + sum(run.guessed for run in self.runs))

    @property
    def source(self) -> str:
        """Where the figures come from, in a word."""
        return "exact" if self.quality is None else "surrogate"

    def best(self, jobs: int) -> tuple[float, float, float]:
        """The quartiles over the runs of the best loss after so many jobs."""
        after = [
            run.best[min(jobs, len(run.best)) - 1] if run.best else np.inf for run in self.runs
        ]
        low, middle, high = np.quantile(after, [0.25, 0.5, 0.75], method="nearest")
        return float(low), float(middle), float(high)


class Truth:
    """What a job would have come to: as it is recorded, or as the surrogate guesses.

    Params that were evaluated several times have the mean of their losses; those that only failed
    fail. Elsewhere nothing fails: from where jobs failed nobody can tell where others would have.

    Args:
        trial: what is recorded.
        anyway: also where guesses are worth nothing.
    """

    def __init__(self, trial: RecordedTrial, *, anyway: bool = False) -> None:
        self._space = trial.spec.parsed_space
        self._anyway = anyway
        self._known: dict[object, list[float]] = {}
        where: dict[object, JsonObject] = {}
        for job in trial.jobs.values():
            if job.state == FAILED:
                self._known.setdefault(identity(job.params), [])
        for job in trial.results:
            if job.loss is not None:
                place = identity(job.params)
                self._known.setdefault(place, []).append(job.loss)
                where.setdefault(place, job.params)
        # each once: a twin would tell what a result was that is guessed from all the others
        self._results = [(params, mean(self._known[place])) for place, params in where.items()]
        self._surrogate: Surrogate | None = None

    @property
    def quality(self) -> Quality | None:
        """Of the surrogate; None: nothing had to be guessed."""
        return self._surrogate.quality if self._surrogate else None

    def loss(self, params: JsonObject) -> tuple[float | None, bool]:
        """The loss (None: the job fails), and whether it is recorded.

        Raises:
            CannotTell: it is not, and a guess would be worth nothing.
        """
        losses = self._known.get(identity(params))
        if losses is not None:
            return (mean(losses) if losses else None), True
        if self._surrogate is None:
            made = Surrogate(self._space, self._results)
            if not self._anyway:
                made.check(len(self._results))
            self._surrogate = made
        return self._surrogate.loss(params), False


def suppose(
    trial: RecordedTrial,
    algorithm: Algorithm,
    seeds: Sequence[int],
    truth: Truth,
    progress: Told = lambda _done, _total: None,
) -> Supposed:
    """Runs an algorithm in the place of the recorded one.

    Its jobs are asked for and end in the order in which the recorded ones were and did, so that it
    knows as much at each moment. Points of users stay where they were; retries of what the recorded
    algorithm proposed come to nothing, as this one did not propose them.

    Args:
        trial: what is recorded.
        algorithm: which, with its options; its seed is none of its own.
        seeds: one a run.
        truth: what jobs come to.
        progress: told how many jobs of how many have ended.

    Raises:
        CannotTell: something has to be guessed, and a guess would be worth nothing.
        OptimizerFailed: the algorithm cannot go on.
    """
    jobs = len(trial.ended)
    total = len(seeds) * jobs
    runs = []
    for place, seed in enumerate(seeds):
        seeded = algorithm.model_copy(update={"seed": seed})
        spec = trial.spec.model_copy(update={"algorithm": seeded})
        course = _Course(trial, spec, truth)
        for _ in course.jobs():
            progress(place * jobs + len(course.best), total)
        runs.append(course.result())
    guessed = any(run.guessed for run in runs)
    return Supposed(algorithm=algorithm, runs=runs, quality=truth.quality if guessed else None)


@dataclass(slots=True)
class _Course:
    """One run on its way."""

    trial: RecordedTrial
    spec: TrialSpec
    truth: Truth
    asked: dict[int, JsonObject] = field(default_factory=dict)
    asks: dict[int, int] = field(default_factory=dict)
    best: list[float] = field(default_factory=list)
    exact: int = 0
    guessed: int = 0
    exhausted: bool = False

    def jobs(self) -> Iterator[int]:
        """Goes through it; the number of each job that ends."""
        optimizer = make_optimizer(self.spec)
        for happening in self.trial.happenings:
            if isinstance(happening, Asked):
                self._ask(optimizer, happening.number)
            elif isinstance(happening, Ended):
                self._end(optimizer, happening.number)
                yield happening.number

    def result(self) -> Run:
        """What it came to."""
        return Run(
            seed=self.spec.algorithm.seed or 0,
            best=self.best,
            exact=self.exact,
            guessed=self.guessed,
        )

    def _ask(self, optimizer: Optimizer, number: int) -> None:
        """The job of the other algorithm in the place of this one; none once it has no more."""
        if self.trial.jobs[number].origin != "optimizer" or self.exhausted:
            return
        params = optimizer.ask(len(self.asks) + 1)
        if params is None:
            self.exhausted = True
            return
        self.asks[number] = len(self.asks) + 1
        self.asked[number] = params

    def _end(self, optimizer: Optimizer, number: int) -> None:
        job = self.trial.jobs[number]
        if job.state == CANCELLED:
            return
        if number in self.asks:
            loss, exact = self.truth.loss(self.asked[number])
            self.exact += exact
            self.guessed += not exact
            optimizer.tell(self.asks[number], loss)
        elif job.origin == "optimizer":
            return
        elif job.origin == "retry":
            loss = None
        else:
            loss = job.loss
            if loss is not None or job.state == FAILED:
                optimizer.learn(job.params, loss)
        if job.was_run:
            before = self.best[-1] if self.best else np.inf
            self.best.append(before if loss is None else min(before, loss))
