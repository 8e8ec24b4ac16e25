"""Tests of the grid search."""

from hyperdock_common.space import parse_space
from hyperdock_optimizers.grid import GridSearch

SPACE = parse_space({"a": [1, 2], "b": ["x", "y", "z"]})


def test_every_combination_comes_once_and_then_none() -> None:
    """A grid proposes all of the space and then says that there is no more."""
    grid = GridSearch(SPACE)
    found = [grid.ask(number) for number in range(1, 7)]
    assert sorted(str(params) for params in found) == sorted(
        str({"a": a, "b": b}) for a in (1, 2) for b in "xyz"
    )
    assert grid.ask(7) is None
    assert grid.ask(8) is None


def test_a_job_has_the_same_params_whoever_asks_first() -> None:
    """Asking for a later or an earlier job gives what asking in order gives."""
    in_order = GridSearch(SPACE)
    expected = {number: in_order.ask(number) for number in range(1, 7)}
    grid = GridSearch(SPACE)
    assert [grid.ask(number) for number in (4, 2, 6)] == [expected[n] for n in (4, 2, 6)]


def test_points_cut_a_continuous_parameter() -> None:
    """With `points` a float is taken at so many even places."""
    grid = GridSearch(parse_space({"x": {"type": "float", "low": 0, "high": 1}}), points=3)
    assert [grid.ask(number) for number in range(1, 5)] == [{"x": 0}, {"x": 0.5}, {"x": 1}, None]
