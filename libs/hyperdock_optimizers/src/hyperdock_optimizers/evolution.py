"""Searches around the best point so far, at the same small cost however long the trial is."""

import numpy as np

from hyperdock_optimizers.cube import Cube, Points
from hyperdock_optimizers.improvement import vary

_FIRST_STEP = 0.1
_LARGEST_STEP, _SMALLEST_STEP = 0.5, 1e-6
_AFTER_SUCCESS, _AFTER_FAILURE = 2.0, 0.84


class Evolution:
    """A (1+1) evolution strategy: larger steps while they succeed, smaller ones while they fail.

    A job's draws belong to the seed and its number.
    """

    def __init__(self, cube: Cube, seed: int) -> None:
        self._cube = cube
        self._seed = seed
        self._running: dict[int, Points] = {}
        self._best: tuple[float, Points] | None = None
        self._step = _FIRST_STEP

    def ask(self, number: int) -> Points:
        """The point of this job: a variation of the best one, anywhere if there is none."""
        draws = np.random.default_rng((self._seed, number))
        if self._best is None:
            point = draws.random(self._cube.size)
        else:
            point = vary(self._best[1][None], self._step, self._cube, draws)[0]
        return self.adopt(number, point)

    def adopt(self, number: int, point: Points) -> Points:
        """Take a point that others propose as one of ours, in its canonical form."""
        self._running[number] = self._cube.canonical(point[None])[0][0]
        return self._running[number]

    def tell(self, number: int, loss: float, *, adapt: bool) -> None:
        """Learn from the loss of a job; about the size of steps only where it was such a step."""
        point = self._running.pop(number)
        better = self._best is None or loss <= self._best[0]
        if better:
            self._best = (loss, point)
        if adapt:
            step = self._step * (_AFTER_SUCCESS if better else _AFTER_FAILURE)
            self._step = min(max(step, _SMALLEST_STEP), _LARGEST_STEP)

    def learn(self, point: Points, loss: float) -> None:
        """Know of a (canonical) point of others, which may be the best."""
        if self._best is None or loss < self._best[0]:
            self._best = (loss, point)
