"""Independent draws, the yardstick of every other optimizer."""

import numpy as np

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space


class RandomSearch:
    """The params of a job depend on the seed and its number alone, not on what came before.

    So a restart costs nothing however long the trial is, and job 10,000 costs what job 1 does.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._space = space
        self._seed = seed
        self._dimensions = len(space.dimensions)

    def ask(self, number: int) -> JsonObject:
        """The params of this job."""
        return self._space.from_unit(draw(self._seed, number, self._dimensions))

    def tell(self, number: int, loss: float | None) -> None:
        """Nothing to learn."""

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Nothing to learn."""


def draw(seed: int, number: int, count: int) -> list[float]:
    """So many numbers in [0, 1) that belong to this seed and this job."""
    return list(np.random.default_rng((seed, number)).random(count).tolist())
