"""Tests of the evolution strategy."""

import numpy as np

from hyperdock_common.space import parse_space
from hyperdock_optimizers.cube import Cube
from hyperdock_optimizers.evolution import Evolution

CUBE = Cube(parse_space({name: {"type": "float", "low": 0, "high": 1} for name in "abc"}))
BEST = np.array([0.2, 0.7, 0.4])


def test_it_closes_in_on_the_optimum() -> None:
    """After 300 jobs the best point of a bowl is near its bottom."""
    evolution = Evolution(CUBE, seed=1)
    losses = []
    for number in range(1, 301):
        loss = float(((evolution.ask(number) - BEST) ** 2).sum())
        evolution.tell(number, loss, adapt=True)
        losses.append(loss)
    assert min(losses) < 1e-6


def test_it_goes_on_from_points_that_others_proposed() -> None:
    """An adopted point that is best so far is the next one's parent."""
    evolution = Evolution(CUBE, seed=1)
    for number, place in enumerate((0.9, 0.3, 0.1), start=1):
        evolution.adopt(number, np.full(3, place))
        evolution.tell(number, abs(place - 0.3), adapt=False)
    children = np.array([evolution.ask(number) for number in range(4, 24)])
    assert np.abs(np.median(children, axis=0) - 0.3).max() < 0.05
