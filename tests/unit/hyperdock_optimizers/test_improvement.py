"""Tests of where the next job promises the most."""

import math

import numpy as np

from hyperdock_common.space import parse_space
from hyperdock_optimizers.cube import Cube
from hyperdock_optimizers.gaussian_process import GaussianProcess, likely_scales
from hyperdock_optimizers.improvement import log_improvement, most_promising, vary

LINE = Cube(parse_space({"x": {"type": "float", "low": 0, "high": 1}}))
FEW = Cube(parse_space({"x": {"type": "int", "low": 1, "high": 4}}))


def process_on(cube: Cube, places: list[float], losses: list[float]) -> GaussianProcess:
    """A process with losses at these places of one dimension."""
    points, active = cube.canonical(np.array(places)[:, None])
    return GaussianProcess(
        points, active, np.array(losses), cube.categorical, likely_scales(cube.size)
    )


def test_the_improvement_is_right_and_its_tail_finite() -> None:
    """It agrees with the known value at 0 and goes on smoothly where floats end."""
    values = log_improvement(np.array([0.0, -4.99, -5.01, -1e6]))
    assert math.isclose(values[0], math.log(1 / math.sqrt(2 * math.pi)))
    assert abs(values[1] - values[2]) < 0.3
    assert np.isfinite(values).all()


def test_the_promising_place_is_where_losses_fall() -> None:
    """Between two good points and far from a bad one lies the next job."""
    places = [0.0, 0.25, 0.5, 1.0]
    process = process_on(LINE, places, [1.0, -1.0, -1.0, 1.0])
    found = most_promising(
        process, np.array(places)[:, None], LINE, set(), np.random.default_rng(1)
    )
    assert 0.25 < found[0] < 0.5


def test_points_are_not_tried_twice_while_there_are_others() -> None:
    """The best value of few is not proposed again as long as another one is new."""
    points, _ = FEW.canonical(np.array([[0.1], [0.4], [0.6]]))
    process = process_on(FEW, [0.1, 0.4, 0.6], [-1.0, 0.0, 1.0])
    tried = {point.tobytes() for point in points}
    found = most_promising(process, points, FEW, tried, np.random.default_rng(1))
    assert FEW.params(found) == {"x": 4}


def test_when_everything_was_tried_something_is_proposed_again() -> None:
    """A space that is used up does not stop the trial."""
    points, _ = FEW.canonical(np.array([[0.1], [0.4], [0.6], [0.9]]))
    process = process_on(FEW, [0.1, 0.4, 0.6, 0.9], [-1.0, 0.0, 1.0, 1.0])
    tried = {point.tobytes() for point in points}
    found = most_promising(process, points, FEW, tried, np.random.default_rng(1))
    assert found.tobytes() in tried


def test_variations_stay_in_the_cube_and_move() -> None:
    """Every variation has at least one new coordinate, and none is out of bounds."""
    cube = Cube(parse_space({name: {"type": "float", "low": 0, "high": 1} for name in "abcdef"}))
    points = np.full((200, 6), 0.99)
    varied = vary(points, 0.3, cube, np.random.default_rng(1))
    assert ((varied >= 0) & (varied <= 1)).all()
    assert (varied != points).any(axis=1).all()
