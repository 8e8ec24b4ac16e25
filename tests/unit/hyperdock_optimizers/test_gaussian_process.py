"""Tests of the model of losses."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import check_grad

from hyperdock_optimizers.gaussian_process import (
    GaussianProcess,
    _unlikeliness,
    learn_scales,
    likely_scales,
    squared_distances,
)

DRAWS = np.random.default_rng(1)
POINTS = DRAWS.random((20, 2))
ACTIVE = np.ones((20, 2), dtype=bool)
NUMERIC = np.array([False, False])
LOSSES = np.sin(5 * POINTS[:, 0]) / 0.7


def process_of(losses: NDArray[np.float64]) -> GaussianProcess:
    """A process of these losses with learnt scales."""
    scales = learn_scales(POINTS, ACTIVE, losses, NUMERIC, likely_scales(2))
    return GaussianProcess(POINTS, ACTIVE, losses, NUMERIC, scales)


def test_a_smooth_function_is_predicted() -> None:
    """Between the points the mean is near the function, and the deviation says how near."""
    others = DRAWS.random((50, 2))
    means, deviations = process_of(LOSSES).predict(others, np.ones((50, 2), dtype=bool))
    errors = np.abs(means - np.sin(5 * others[:, 0]) / 0.7)
    assert errors.mean() < 0.1
    assert (errors < 4 * deviations + 0.02).mean() > 0.9


def test_known_points_are_almost_certain() -> None:
    """At its own points the model says the losses, and far away it is unsure."""
    process = process_of(LOSSES)
    means, deviations = process.predict(POINTS, ACTIVE)
    assert np.allclose(means, LOSSES, atol=0.05)
    _, far = process.predict(np.array([[5.0, 5.0]]), np.ones((1, 2), dtype=bool))
    assert far[0] > 5 * deviations.max()


def test_a_point_is_left_out_as_if_it_had_never_been_known() -> None:
    """The formula comes to what a process of all the others says, one by one."""
    noisy = LOSSES + 0.3 * DRAWS.standard_normal(20)
    scales = learn_scales(POINTS, ACTIVE, noisy, NUMERIC, likely_scales(2))
    left_out = GaussianProcess(POINTS, ACTIVE, noisy, NUMERIC, scales).left_out()
    for place in range(20):
        others = np.arange(20) != place
        process = GaussianProcess(POINTS[others], ACTIVE[others], noisy[others], NUMERIC, scales)
        means, _ = process.predict(POINTS[[place]], ACTIVE[[place]])
        assert np.isclose(left_out[place], means[0])


def test_a_believed_point_is_no_news_but_certain() -> None:
    """Running jobs leave the means as they are and take the deviation away where they run."""
    process = process_of(LOSSES)
    there, active = np.array([[0.9, 0.1]]), np.ones((1, 2), dtype=bool)
    believing = process.believing(there, active)
    before, after = process.predict(there, active), believing.predict(there, active)
    assert np.allclose(before[0], after[0], atol=0.01)
    assert after[1][0] < before[1][0]


def test_the_gradient_is_the_slope() -> None:
    """The search for lengths and noise follows the true gradient."""
    squares = squared_distances(POINTS, ACTIVE, NUMERIC)
    at = np.array([-0.4, 0.3, -3.0])
    error = check_grad(
        lambda x: _unlikeliness(x, squares, LOSSES)[0],
        lambda x: _unlikeliness(x, squares, LOSSES)[1],
        at,
    )
    assert error < 1e-3


def test_distances_of_choices_and_of_missing_parameters() -> None:
    """Choices differ or not, and a point without a parameter is apart from all that have it."""
    points = np.array([[0.1, 0.2], [0.9, 0.5], [0.1, 0.5], [0.5, 0.5]])
    active = np.array([[True, True], [True, True], [True, False], [False, False]])
    squares = squared_distances(points, active, np.array([True, False]))
    assert np.allclose(squares[:, 0, 1], [1, 0.09])
    assert np.allclose(squares[:, 0, 2], [0, 0.09 + 0.25])
    assert np.allclose(squares[:, 2, 3], [1, 0])
    assert np.allclose(squares[:, 1, 3], [1, 0.25])
    assert np.allclose(squares, squares.transpose(0, 2, 1))


def test_equal_points_and_losses_break_nothing() -> None:
    """A model of the same point over and over is still a model."""
    points, losses = np.full((10, 2), 0.5), np.zeros(10)
    active = np.ones((10, 2), dtype=bool)
    scales = learn_scales(points, active, losses, NUMERIC, likely_scales(2))
    means, deviations = GaussianProcess(points, active, losses, NUMERIC, scales).predict(
        points, active
    )
    assert np.isfinite(means).all()
    assert np.isfinite(deviations).all()
