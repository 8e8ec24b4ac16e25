"""Proposes where a model of the losses so far expects the largest improvement."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from hyperdock_optimizers.cube import Cube, Points
from hyperdock_optimizers.gaussian_process import (
    GaussianProcess,
    Vector,
    learn_scales,
    likely_scales,
)
from hyperdock_optimizers.improvement import most_promising

_MOST_KNOWN = 150
"""The model is of at most so many jobs, half of them the best, half the newest of the others: its
cost grows cubically."""
_MOST_RUNNING = 100
_NEAR = 0.01
_CROWD = 4
"""Where so many points are so near in each coordinate, every other job goes anywhere instead."""


class Model:
    """Bayesian optimization: a Gaussian process of the losses, and expected improvement.

    Running jobs count as if they had the losses that the model expects, so that parallel jobs do
    not crowd. A job's draws belong to the seed and its number.
    """

    def __init__(self, cube: Cube, seed: int) -> None:
        self._cube = cube
        self._seed = seed
        self._points: dict[int, Points] = {}
        self._losses: dict[int, float] = {}
        self._foreign: list[int] = []
        self._tried: set[bytes] = set()
        self._scales = likely_scales(cube.size)
        self._told = 0
        self._learnt_from = 0

    def add(self, number: int, point: Points) -> None:
        """Know that a job runs at this (canonical) point."""
        self._points[number] = point
        self._tried.add(point.tobytes())

    def tell(self, number: int, loss: float) -> None:
        """Learn from the loss of a job."""
        self._losses[number] = loss
        self._told += 1

    def learn(self, key: int, point: Points, loss: float) -> None:
        """Know of the loss of a (canonical) point of others; keys are below 0, each the next.

        They count as older than all jobs. However many come, only those are kept that `_known`
        could choose.
        """
        self.add(key, point)
        self.tell(key, loss)
        self._foreign.append(key)
        if len(self._foreign) > 4 * _MOST_KNOWN:
            kept = _best_and_newest(self._foreign, self._losses)
            for each in set(self._foreign) - set(kept):
                del self._points[each], self._losses[each]
            self._foreign = sorted(kept, reverse=True)

    def propose(self, number: int) -> Points:
        """The point of this job; at least two losses must be known."""
        draws = np.random.default_rng((self._seed, number))
        with _threads().limit(limits=1):  # sums depend on how many threads share them
            process, points = self._process()
            point = most_promising(process, points, self._cube, self._tried, draws)
        if number % 2 and self._is_crowded(point):
            point = self._cube.canonical(draws.random((1, self._cube.size)))[0][0]
        return point

    def _is_crowded(self, point: Points) -> bool:
        """Whether some points are so near that little can be gained there.

        A model that is wrong about where the valleys are refines one of them for ever.
        """
        distances = np.abs(np.array(list(self._points.values())) - point).max(axis=1)
        return int((distances < _NEAR).sum()) >= _CROWD

    def _process(self) -> tuple[GaussianProcess, Points]:
        """The process after the running jobs, and the points it is of."""
        known = self._known()
        points, active = self._cube.canonical(np.array([self._points[each] for each in known]))
        losses = standardized(np.array([self._losses[each] for each in known]))
        categorical = self._cube.categorical
        if self._learnt_from != self._told:
            self._scales = learn_scales(points, active, losses, categorical, self._scales)
            self._learnt_from = self._told
        process = GaussianProcess(points, active, losses, categorical, self._scales)
        running = [each for each in self._points if each not in self._losses][-_MOST_RUNNING:]
        if not running:
            return process, points
        more, more_active = self._cube.canonical(np.array([self._points[each] for each in running]))
        return process.believing(more, more_active), np.vstack([points, more])

    def _known(self) -> list[int]:
        """The numbers of the jobs to model."""
        return _best_and_newest(self._losses, self._losses)


def _best_and_newest(numbers: Iterable[int], losses: Mapping[int, float]) -> list[int]:
    """Of so many jobs those to model; what others proposed (below 0) is older than all else."""
    ranked = sorted(numbers, key=lambda each: (losses[each], each))
    best = ranked[: _MOST_KNOWN // 2]
    by_age = sorted(ranked[len(best) :], key=lambda each: (each > 0, abs(each)))
    return best + by_age[-(_MOST_KNOWN - len(best)) :]


@cache
def _threads() -> ThreadpoolController:
    """The thread pools of the linear algebra libraries, which takes a while to find."""
    return ThreadpoolController()


def standardized(losses: Vector) -> Vector:
    """The losses as a model likes them: large ones compressed, mean 0, deviation 1."""
    above = losses / 2 - losses.min() / 2  # halves, as a difference may be beyond the floats
    typical = float(np.median(above)) or float(above.mean()) or 1.0
    compressed = np.log1p(3 * np.minimum(above / typical, 1e300))
    return np.asarray((compressed - compressed.mean()) / (compressed.std() + 1e-12))
