"""Draws that fill the space more evenly than random ones."""

import numpy as np
from scipy.stats import qmc

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space
from hyperdock_optimizers.random_search import draw


class SobolSearch:
    """Job n is the nth point of a Sobol sequence, scrambled by the seed. Losses change nothing.

    A restart jumps to the point that it needs. In more dimensions than there are direction numbers
    for (21,201) the points are random.
    """

    def __init__(self, space: Space, seed: int, *, scramble: bool = True) -> None:
        self._space = space
        self._points = QuasiRandom(len(space.dimensions), seed, scramble=scramble)

    def ask(self, number: int) -> JsonObject:
        """The params of this job."""
        return self._space.from_unit(self._points.point(number))

    def tell(self, number: int, loss: float | None) -> None:
        """Nothing to learn."""

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Nothing to learn."""


class QuasiRandom:
    """The points of the sequence, by number from 1."""

    def __init__(self, dimensions: int, seed: int, *, scramble: bool = True) -> None:
        self._dimensions = dimensions
        self._seed = seed
        self._engine = None
        if dimensions <= qmc.Sobol.MAXDIM:
            draws = np.random.default_rng(seed)
            self._engine = qmc.Sobol(dimensions, scramble=scramble, rng=draws)

    def point(self, number: int) -> list[float]:
        """One point of the unit cube; cheapest in order."""
        if self._engine is None:
            return draw(self._seed, number, self._dimensions)
        ahead = number - 1 - self._engine.num_generated
        if ahead < 0:
            self._engine.reset()
            ahead = number - 1
        if ahead:
            self._engine.fast_forward(ahead)
        # One at a time, scipy has no reason to warn that the number of points is no power of two.
        return list(self._engine.random(1)[0].tolist())
