"""When two JSON values are the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.space import identity, same
from hyperdock_common.space.equality import digest

_SCALARS = st.sampled_from([None, True, False, 0, 1, 0.0, -0.0, 1.0, 1.5, "", "1", "true", 2**60])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, 1.0), (0.0, -0.0), ([1, "a"], [1.0, "a"]), ({"a": 1, "b": 2}, {"b": 2.0, "a": 1})],
)
def test_equal_numbers_are_the_same(left: Any, right: Any) -> None:
    """JSON has one kind of number, and no order of keys."""
    assert same(left, right)
    assert digest(left) == digest(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, True), (0, False), ("1", 1), (None, False), ([], {}), ([1], [True]), ({"a": 0}, {"b": 0})],
)
def test_other_types_are_not_the_same(left: Any, right: Any) -> None:
    """Unlike in Python, true is not 1 and false is not 0, inside of others too."""
    assert not same(left, right)
    assert digest(left) != digest(right)


@given(_VALUES, _VALUES)
def test_identities_are_equal_exactly_for_the_same_values(left: Any, right: Any) -> None:
    """A set of identities answers as a comparison one by one does."""
    assert (identity(left) == identity(right)) == same(left, right)
