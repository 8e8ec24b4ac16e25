"""The default: models the losses while jobs are few, searches around the best when they are many.

The rule, and what it was measured against: docs/decisions/0002-default-algorithm.md.
"""

import numpy as np

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space
from hyperdock_optimizers.cube import Cube, Points
from hyperdock_optimizers.evolution import Evolution
from hyperdock_optimizers.model import Model
from hyperdock_optimizers.sobol import QuasiRandom

MODELLED_JOBS = 250
"""Later jobs are proposed without the model, whose time would be spent again at every restart."""
MODELLED_DIMENSIONS = 40
"""With more, so few jobs say too little about each for what the model costs."""
DESIGN = 8
"""So many jobs (less those known from elsewhere), and all before three losses are known, are points
of a Sobol sequence."""
_FEWEST_LOSSES = 3


class AutoSearch:
    """A Sobol design, then Bayesian optimization, then an evolution strategy."""

    def __init__(self, space: Space, seed: int) -> None:
        self._cube = Cube(space)
        self._sobol = QuasiRandom(self._cube.size, seed)
        self._model = Model(self._cube, seed)
        self._evolution = Evolution(self._cube, seed)
        self._modelled = MODELLED_JOBS if self._cube.size <= MODELLED_DIMENSIONS else DESIGN
        self._told = 0
        self._learnt = 0

    def ask(self, number: int) -> JsonObject:
        """The params of this job."""
        point = self._point(number)
        if number <= self._modelled:
            self._model.add(number, point)
        return self._cube.params(point)

    def tell(self, number: int, loss: float) -> None:
        """Learn from the loss of a job."""
        self._told += 1
        if number <= self._modelled:
            self._model.tell(number, loss)
        self._evolution.tell(number, loss, adapt=number > self._modelled)

    def learn(self, params: JsonObject, loss: float) -> None:
        """Learn from a result of others. It takes the place of a point of the design."""
        self._told += 1
        self._learnt += 1
        point = self._cube.canonical(np.array([self._cube.space.to_unit(params)]))[0][0]
        if self._modelled > DESIGN:
            self._model.learn(-self._learnt, point, loss)
        self._evolution.learn(point, loss)

    def _point(self, number: int) -> Points:
        if number > self._modelled:
            return self._evolution.ask(number)
        if number + self._learnt <= DESIGN or self._told < _FEWEST_LOSSES:
            point = np.array(self._sobol.point(number))
        else:
            point = self._model.propose(number)
        return self._evolution.adopt(number, point)
