"""Params of one space in another one: taken where they fit, and why not where they do not."""

from typing import Any

import pytest

from hyperdock_common.space import fill_problems, parse_space, refit

X = {"type": "float", "low": 0, "high": 1}
DEPTH = {"type": "int", "low": 1, "high": 8}


def refitted(space: dict[str, Any], params: dict[str, Any], fill: Any = None) -> Any:
    """The params in this space, or why not."""
    found = refit(parse_space(space), params, fill)
    assert (found.params is None) != (found.misfit is None)
    return found.misfit or found.params


def test_params_that_fit_stay_as_they_are() -> None:
    """Nested and with choices that are objects."""
    space = {"x": X, "net": {"depth": DEPTH, "shape": {"type": "choice", "values": [{"a": 1}, 2]}}}
    params = {"x": 0.5, "net": {"depth": 3, "shape": {"a": 1}}}
    assert refitted(space, params) == params


def test_a_parameter_that_is_gone_is_dropped() -> None:
    """Alone or in a group; an object among its values is nothing to stumble over."""
    params = {"x": 0.5, "net": {"depth": 3, "width": 9}, "shape": {"a": {"b": 1}}, "y": 1}
    assert refitted({"x": X, "net": {"depth": DEPTH}}, params) == {"x": 0.5, "net": {"depth": 3}}


@pytest.mark.parametrize("value", [1.5, -1, "a", None])
def test_a_value_out_of_bounds_leaves_it_out(value: Any) -> None:
    """It is not moved to the nearest one: nobody knows the loss there."""
    assert refitted({"x": X, "y": X}, {"x": value}) == "out_of_space"


def test_a_new_parameter_is_lacked_unless_it_is_filled_in() -> None:
    """Not over a value that is there."""
    space = {"x": X, "net": {"depth": DEPTH}}
    assert refitted(space, {"x": 0.5}) == "lacks_parameter"
    filled = refitted(space, {"x": 0.5}, {"net": {"depth": 2}, "x": 0.75, "other": 1})
    assert filled == {"x": 0.5, "net": {"depth": 2}}


def test_what_is_filled_in_must_be_of_the_space_too() -> None:
    """Or it is as if it had not been said."""
    assert refitted({"x": X, "depth": DEPTH}, {"x": 0.5}, {"depth": 99}) == "lacks_parameter"


@pytest.mark.parametrize(
    ("fill", "field", "problem"),
    [
        ({"depth": 99}, "fill.depth", "must be a whole number from 1 to 8, not 99"),
        ({"depth": "text"}, "fill.depth", "must be a whole number from 1 to 8"),
        ({"net": {"width": 1.5}}, "fill.net.width", "must be a whole number"),
        ({"net": 3}, "fill.net", "unknown parameter"),
        ({"net.width": 3}, r"fill.net\.width", "did you mean `net.width`?"),
        ({"dept": 3}, "fill.dept", "did you mean `depth`?"),
        ({"one": 2}, "fill.one", "is always 1"),
    ],
)
def test_what_cannot_be_filled_in_is_named(fill: Any, field: str, problem: str) -> None:
    """Wherever it would be active: a value that nobody can take is a mistake."""
    space = {"x": X, "depth": DEPTH, "net": {"width": DEPTH}, "one": 1}
    (found,) = fill_problems(parse_space(space), fill, "fill")
    assert found.field == field
    assert problem in found.problem


def test_what_one_alternative_takes_may_be_filled_in() -> None:
    """And constants as they are, and what is there only with some other value."""
    small = {"depth": DEPTH, "kind": ["a", "b"], "only": {**X, "when": {"kind": "a"}}, "one": 1}
    space = parse_space([small, {"depth": {**DEPTH, "low": 9, "high": 10}}])
    for fill in ({"depth": 10}, {"depth": 1, "only": 0.5, "one": 1}, {}):
        assert fill_problems(space, fill, "fill") == []


def test_values_are_filled_in_where_their_parameter_is_active() -> None:
    """And left away elsewhere."""
    space = {"kind": ["tree", "net"], "depth": {**DEPTH, "when": {"kind": "tree"}}}
    assert refitted(space, {"kind": "tree"}, {"depth": 3}) == {"kind": "tree", "depth": 3}
    assert refitted(space, {"kind": "net"}, {"depth": 3}) == {"kind": "net"}


def test_a_parameter_that_became_a_constant_fits_with_its_value_only() -> None:
    """A fixed one is what a narrower search looks like."""
    space = {"x": X, "depth": {"type": "constant", "value": 3}}
    assert refitted(space, {"x": 0.5, "depth": 3}) == {"x": 0.5, "depth": 3}
    assert refitted(space, {"x": 0.5, "depth": 4}) == "out_of_space"


def test_what_was_active_and_no_longer_is_does_not_fit() -> None:
    """The loss was found with it."""
    space = {"kind": ["a", "b"], "x": {**X, "when": {"kind": "a"}}}
    assert refitted(space, {"kind": "b", "x": 0.5}) == "out_of_space"
    assert refitted(space, {"kind": "a", "x": 0.5}) == {"kind": "a", "x": 0.5}
