"""Tests of the Sobol search."""

import pytest

from hyperdock_common.space import parse_space
from hyperdock_optimizers.sobol import QuasiRandom, SobolSearch

SPACE = parse_space({"x": {"type": "float", "low": 0, "high": 1}, "c": ["a", "b"]})


def test_a_restart_jumps_to_the_point_it_needs() -> None:
    """Job n has the same params whether or not the jobs before were asked for."""
    live = SobolSearch(SPACE, seed=1)
    proposed = [live.ask(number) for number in range(1, 40)]
    restarted = SobolSearch(SPACE, seed=1)
    assert [restarted.ask(n) for n in (20, 21, 39, 1)] == [proposed[n - 1] for n in (20, 21, 39, 1)]


def test_the_seed_scrambles() -> None:
    """Two seeds give two sequences, and without scrambling there is only one."""
    assert SobolSearch(SPACE, seed=1).ask(1) != SobolSearch(SPACE, seed=2).ask(1)
    plain = [SobolSearch(SPACE, seed=seed, scramble=False).ask(3) for seed in (1, 2)]
    assert plain[0] == plain[1]


def test_points_are_even() -> None:
    """Of 16 points 4 are in each quarter of every axis."""
    points = [QuasiRandom(2, seed=5).point(number) for number in range(1, 17)]
    for axis in (0, 1):
        quarters = [int(point[axis] * 4) for point in points]
        assert [quarters.count(quarter) for quarter in range(4)] == [4, 4, 4, 4]


@pytest.mark.parametrize("dimensions", [1, 21201, 21202])
def test_any_number_of_dimensions_works(dimensions: int) -> None:
    """Where Sobol's numbers end random points take over."""
    assert len(QuasiRandom(dimensions, seed=1).point(1)) == dimensions
