"""Which algorithms and options there are."""

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.spec.algorithms import (
    OWN,
    check_algorithm,
    nevergrad_names,
    unusable_names,
)


@pytest.mark.parametrize("name", [*OWN, "NGOpt", "OnePlusOne", "CMA", "TwoPointsDE"])
def test_our_own_and_nevergrads_algorithms_are_known(name: str) -> None:
    """By their names, without importing any of them."""
    check_algorithm(name, {})


@pytest.mark.parametrize(
    ("name", "options"), [("grid", {"points": 5}), ("sobol", {"scramble": True})]
)
def test_known_options_are_taken(name: str, options: dict[str, object]) -> None:
    """Whether their values fit is seen where the trial is complete."""
    check_algorithm(name, options)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rndom", "unknown algorithm 'rndom'; did you mean random? known are auto, grid, random"),
        ("ngopt", "did you mean NGOpt?"),
        ("xyzzy-42", "unknown algorithm 'xyzzy-42'; known are auto"),
    ],
)
def test_an_unknown_algorithm_is_refused_with_the_nearest(name: str, hint: str) -> None:
    """A wrong letter, or capitals."""
    with pytest.raises(InvalidTrial) as caught:
        check_algorithm(name, {})
    assert caught.value.field == "algorithm.name"
    assert hint in caught.value.problem


@pytest.mark.parametrize(
    ("name", "options", "field", "problem"),
    [
        ("grid", {"pts": 1}, "algorithm.options.pts", "grid has no such option; it takes points"),
        ("random", {"a": 1}, "algorithm.options.a", "random has no such option; it takes none"),
        ("NGOpt", {"points": 1}, "algorithm.options.points", "NGOpt has no such option"),
        ("sobol", {"scramble": 1}, "algorithm.options.scramble", "must be true or false"),
    ],
)
def test_an_option_that_nobody_takes_is_refused(
    name: str, options: dict[str, object], field: str, problem: str
) -> None:
    """Naming the option, and those that there are."""
    with pytest.raises(InvalidTrial) as caught:
        check_algorithm(name, options)
    assert caught.value.field == field
    assert problem in caught.value.problem


def test_an_algorithm_that_does_not_work_is_refused_with_the_reason() -> None:
    """It is in the registry, so nobody could guess it."""
    assert unusable_names().keys() <= nevergrad_names()
    for name, reason in unusable_names().items():
        with pytest.raises(InvalidTrial) as caught:
            check_algorithm(name, {})
        assert reason in caught.value.problem
