"""Spaces: from dimensions to params."""

import itertools
from typing import Any

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space import Choice, Dimension, Space, parse_param_space, parse_space

CONDITIONAL = {
    "optimizer": ["adam", "sgd"],
    "momentum": {"type": "float", "low": 0, "high": 1, "step": 0.5, "when": {"optimizer": "sgd"}},
    "nesterov": {"type": "choice", "values": [True, False], "when": {"momentum_kind": "new"}},
    "momentum_kind": {"type": "choice", "values": ["old", "new"], "when": {"optimizer": "sgd"}},
    "epochs": 10,
}
UNION = [{"kind": "svm", "c": [1, 2]}, {"kind": "tree", "depth": [2, 3, 4]}]


def test_dimensions_are_the_searched_parameters_with_parents_first() -> None:
    """Constants are none of them; otherwise the order is that of the definition."""
    keys = [dimension.key for dimension in parse_space(CONDITIONAL).dimensions]
    assert keys == ["optimizer", "momentum", "momentum_kind", "nesterov"]


def test_the_definition_order_is_kept_beside_the_order_of_decision() -> None:
    """What is recorded is what was written."""
    alternative = parse_space(CONDITIONAL).alternatives[0]
    assert [each.name for each in alternative.parameters] == list(CONDITIONAL)


def test_a_union_chooses_its_alternative_in_a_dimension_of_its_own() -> None:
    """Its key collides with no parameter, not even one that is called the same."""
    space = parse_space([{"alternative": [1, 2]}, {"alternative": [3], "0:alternative": [1]}])
    which = Choice(name="alternative", values=(0, 1))
    assert space.dimensions[0] == Dimension(key="alternative", parameter=which)
    keys = [dimension.key for dimension in space.dimensions]
    assert keys == ["alternative", "0:alternative", "1:alternative", "1:0:alternative"]


def test_one_alternative_needs_no_choice() -> None:
    """A parameter may be called `alternative` there."""
    space = parse_space([{"alternative": [1, 2]}])
    assert space.from_unit([0.9]) == {"alternative": 2}


def test_params_are_nested_with_constants_added() -> None:
    """A dotted name gives the place in the params."""
    space = parse_space({"model": {"depth": [2, 3], "head": {"size": 5}}, "lr": [0.1]})
    params = space.resolve({"model.depth": 3, "lr": 0.1})
    assert params == {"model": {"depth": 3, "head": {"size": 5}}, "lr": 0.1}


def test_inactive_parameters_are_left_out_with_all_that_hangs_on_them() -> None:
    """A condition not met, and a parent that is inactive itself, both take a parameter away."""
    space = parse_space(CONDITIONAL)
    values: dict[str, Any] = {"momentum": 0.5, "momentum_kind": "new", "nesterov": True}
    assert space.resolve({**values, "optimizer": "adam"}) == {"optimizer": "adam", "epochs": 10}
    assert space.resolve({**values, "optimizer": "sgd"}) == {
        **values,
        "optimizer": "sgd",
        "epochs": 10,
    }


def test_values_of_inactive_parameters_may_be_absent() -> None:
    """Nobody has to invent what will be left out."""
    params = parse_space(CONDITIONAL).resolve({"optimizer": "adam"})
    assert params == {"optimizer": "adam", "epochs": 10}


def test_a_group_without_active_parameters_is_left_out() -> None:
    """No empty object stands for it."""
    space = parse_space({"kind": ["a", "b"], "b": {"when": {"kind": "b"}, "x": 1}})
    assert space.resolve({"kind": "a"}) == {"kind": "a"}
    assert space.resolve({"kind": "b"}) == {"kind": "b", "b": {"x": 1}}


def test_a_union_gives_the_params_of_the_chosen_alternative() -> None:
    """Values for the other alternatives do not matter."""
    space = parse_space(UNION)
    values: dict[str, Any] = {"0:c": 2, "1:depth": 4}
    assert space.resolve({**values, "alternative": 0}) == {"kind": "svm", "c": 2}
    assert space.resolve({**values, "alternative": 1}) == {"kind": "tree", "depth": 4}
    with pytest.raises(TypeError, match="index"):
        space.resolve({**values, "alternative": "svm"})


def test_params_share_nothing_with_the_space() -> None:
    """Whoever changes params does not change what comes next."""
    space = parse_space({"layers": [[1, 2]], "fixed": {"type": "constant", "value": {"a": []}}})
    params: Any = space.from_unit([0])
    params["layers"].append(3)
    params["fixed"]["a"].append(3)
    assert space.from_unit([0]) == {"layers": [1, 2], "fixed": {"a": []}}


def test_a_point_needs_one_coordinate_a_dimension() -> None:
    """A point of another cube is a mistake of the program."""
    with pytest.raises(ValueError, match="shorter"):
        parse_space(CONDITIONAL).from_unit([0.5])


def test_a_space_of_constants_has_one_point() -> None:
    """There may be nothing to search: the target is then run on what there is."""
    space = parse_space({"epochs": 10})
    assert space.dimensions == ()
    assert space.size == 1
    assert space.from_unit([]) == {"epochs": 10}
    assert list(space.grid()) == [{"epochs": 10}]


def test_the_grid_varies_the_first_parameter_slowest() -> None:
    """Its order is that of nested loops."""
    space = parse_space({"a": [1, 2], "b": {"type": "int", "low": 1, "high": 3}})
    pairs = [(params["a"], params["b"]) for params in space.grid()]
    assert pairs == list(itertools.product([1, 2], [1, 2, 3]))


def test_the_grid_has_no_second_point_for_inactive_parameters() -> None:
    """What does not show in the params is not gone through."""
    points = list(parse_space(CONDITIONAL).grid())
    assert points[0] == {"optimizer": "adam", "epochs": 10}
    assert len(points) == 1 + 3 * (1 + 2) == parse_space(CONDITIONAL).size


def test_the_grid_gives_repeated_values_and_points_once() -> None:
    """Neither a value listed twice nor alternatives that overlap make a job twice."""
    space = parse_space([{"a": [1, 2, 1], "b": 0}, {"a": [2, 3], "b": [0, 1]}, {"a": [True]}])
    assert list(space.grid()) == [
        {"a": 1, "b": 0},
        {"a": 2, "b": 0},
        {"a": 2, "b": 1},
        {"a": 3, "b": 0},
        {"a": 3, "b": 1},
        {"a": True},
    ]
    assert space.size == 2 + 4 + 1, "an upper bound where alternatives overlap"


def test_the_grid_is_made_as_it_is_asked_for() -> None:
    """A grid beyond all measure costs what is taken of it."""
    space = parse_space({f"x{i}": {"type": "int", "low": 1, "high": 10**12} for i in range(50)})
    assert space.size == 10**600
    assert next(space.grid()) == {f"x{i}": 1 for i in range(50)}


def test_the_grid_cuts_continuous_parameters_into_points() -> None:
    """Finite parameters keep all their values."""
    space = parse_space({"x": {"type": "float", "low": 0, "high": 1}, "n": [1, 2, 3]})
    points = [(params["x"], params["n"]) for params in space.grid(points=2)]
    assert points == list(itertools.product([0, 1], [1, 2, 3]))
    assert space.size is None


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"a": [1], "m": {"lr": {"type": "float", "low": 0, "high": 1}}}, "space.m.lr"),
        ([{"a": [1]}, {"lr": {"type": "float", "low": 0, "high": 1}}], "space[1].lr"),
    ],
)
def test_a_grid_of_something_continuous_is_refused_at_once(raw: Any, field: str) -> None:
    """The parameter is named, and every way out of it."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space(raw).grid()
    assert caught.value.field == field
    for remedy in ("step", "choice", "algorithm.options.points"):
        assert remedy in caught.value.problem


def test_a_grid_of_no_points_is_refused() -> None:
    """The option at fault is named."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space({"x": {"type": "float", "low": 0, "high": 1}}).grid(0)
    assert caught.value.field == "algorithm.options.points"


def test_the_same_space_gives_the_same_grid() -> None:
    """A grid can be taken up again where it was left."""
    space = parse_space(UNION)
    assert list(space.grid()) == list(space.grid())
    assert isinstance(space, Space)


def test_flat_names_with_dots_stay_one_key() -> None:
    """The original's names are not nested."""
    space = parse_param_space({"a.b": [1, 2], "a": 3})
    assert space.dimensions[0].key == r"a\.b"
    assert space.from_unit([0]) == {"a.b": 1, "a": 3}
