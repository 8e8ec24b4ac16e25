"""Tests of the random search."""

from hyperdock_common.space import parse_space
from hyperdock_optimizers.random_search import RandomSearch

SPACE = parse_space({"x": {"type": "float", "low": 0, "high": 1}, "c": ["a", "b"]})


def test_params_depend_on_seed_and_number_alone() -> None:
    """A restarted search proposes job 10 as the live one did, without the nine before."""
    live = RandomSearch(SPACE, seed=1)
    proposed = [live.ask(number) for number in range(1, 11)]
    assert RandomSearch(SPACE, seed=1).ask(10) == proposed[9]
    assert RandomSearch(SPACE, seed=2).ask(10) != proposed[9]


def test_losses_change_nothing() -> None:
    """Random search does not learn."""
    told = RandomSearch(SPACE, seed=1)
    told.ask(1)
    told.tell(1, 0.5)
    assert told.ask(2) == RandomSearch(SPACE, seed=1).ask(2)


def test_draws_cover_the_space() -> None:
    """Both values of a choice and both halves of a range come up."""
    search = RandomSearch(SPACE, seed=3)
    found = [search.ask(number) for number in range(1, 41)]
    assert {params["c"] for params in found} == {"a", "b"}
    assert {float(str(params["x"])) < 0.5 for params in found} == {True, False}
