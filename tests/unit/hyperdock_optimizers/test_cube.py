"""Tests of the canonical form of points."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperdock_common.space import Space, parse_space
from hyperdock_optimizers.cube import Cube

MIXED = parse_space(
    {
        "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
        "depth": {"type": "int", "low": 1, "high": 8},
        "width": {"type": "int", "low": 1, "high": 40, "log": True},
        "step": {"type": "float", "low": 0, "high": 1, "step": 0.25},
        "model": ["tree", "net", "linear"],
        "group": {"leaf": {"type": "float", "low": 0, "high": 1, "when": {"model": "tree"}}},
        "solver": {"type": "choice", "values": ["sgd", "adam"], "when": {"model": "net"}},
        "beta": {"type": "float", "low": 0, "high": 1, "when": {"solver": "adam"}},
    }
)
MIXED_CUBE = Cube(MIXED)
UNION = parse_space(
    [
        {"a": {"type": "float", "low": 0, "high": 1}},
        {"a": [1, 2], "b": {"type": "int", "low": 0, "high": 3, "when": {"a": 2}}},
    ]
)


def point(space: Space, **coordinates: float) -> list[float]:
    """A point in the middle of the cube but for these coordinates (`__` for a colon)."""
    named = {name.replace("__", ":").lstrip("_"): u for name, u in coordinates.items()}
    return [named.get(dimension.key, 0.5) for dimension in space.dimensions]


def active_keys(space: Space, coordinates: list[float]) -> set[str]:
    """The keys of the dimensions that are active at a point."""
    _, active = Cube(space).canonical(np.array([coordinates]))
    keys = [dimension.key for dimension in space.dimensions]
    return {key for key, is_active in zip(keys, active[0], strict=True) if is_active}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_the_canonical_point_means_the_same_params(coordinates: list[float]) -> None:
    """Moving a coordinate to the middle of its value changes no value (but at its very edge)."""
    cube = MIXED_CUBE
    canonical, _ = cube.canonical(np.array([coordinates]))
    again, _ = cube.canonical(canonical)
    assert np.array_equal(canonical, again)
    params, original = cube.params(canonical[0]), MIXED.from_unit(coordinates)
    assert params["model"] == original["model"]
    assert set(params) == set(original)


def test_points_with_the_same_params_are_the_same_point() -> None:
    """Places within one value of an int, a step or a choice cannot be told apart."""
    cube = Cube(MIXED)
    left = point(MIXED, depth=0.01, step=0.21, model=0.35, lr=0.3)
    right = point(MIXED, depth=0.12, step=0.39, model=0.64, lr=0.3)
    canonical, _ = cube.canonical(np.array([left, right]))
    assert np.array_equal(canonical[0], canonical[1])


def test_only_what_the_values_allow_is_active() -> None:
    """Conditions are followed through groups and over several levels."""
    always = {"lr", "depth", "width", "step", "model"}
    assert active_keys(MIXED, point(MIXED, model=0.1)) == {*always, "group.leaf"}
    assert active_keys(MIXED, point(MIXED, model=0.5, solver=0.2)) == {*always, "solver"}
    assert active_keys(MIXED, point(MIXED, model=0.5, solver=0.7)) == {*always, "solver", "beta"}
    assert active_keys(MIXED, point(MIXED, model=0.9)) == always


def test_only_the_chosen_alternative_is_active() -> None:
    """In a union the parameters of the other alternatives stay out."""
    assert active_keys(UNION, point(UNION, alternative=0.2)) == {"alternative", "0:a"}
    chosen = point(UNION, alternative=0.8, _1__a=0.2)
    assert active_keys(UNION, chosen) == {"alternative", "1:a"}
    chosen = point(UNION, alternative=0.8, _1__a=0.8)
    assert active_keys(UNION, chosen) == {"alternative", "1:a", "1:b"}
