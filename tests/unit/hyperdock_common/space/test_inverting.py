"""Params back to a point: what `from_unit` gives, `to_unit` finds."""

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hyperdock_common.space import Choice, Float, Integer, parse_space

_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_POSITIVE = st.floats(min_value=5e-324, allow_nan=False, allow_infinity=False)
_UNITS = st.floats(0, 1) | st.floats(0, 1e-12) | st.integers(0, 2**53).map(lambda n: n / 2**53)


@st.composite
def floats(draw: st.DrawFn) -> Float:
    """Ranges of any size, on both scales; not so narrow that rounding is all that is in them."""
    log = draw(st.booleans())
    ends = _POSITIVE if log else _FINITE
    near = st.floats(0.5, 100)
    low, high = sorted(
        (draw(ends), draw(ends)) if draw(st.booleans()) else (draw(near), draw(near))
    )
    assume(low == high or high / 2 - low / 2 > 0.05 * max(abs(low), abs(high)))
    return Float(name="x", low=low, high=high, log=log)


@settings(deadline=None, max_examples=400)
@given(floats(), _UNITS)
def test_every_float_that_comes_out_goes_back_in(parameter: Float, u: float) -> None:
    """Exactly, whatever the range and the scale."""
    value = parameter.from_unit(u)
    place = parameter.to_unit(value)
    assert 0 <= place <= 1
    assert parameter.from_unit(place) == value


@settings(deadline=None, max_examples=200)
@given(floats(), st.data())
def test_a_float_that_no_place_gives_goes_in_next_to_it(parameter: Float, data: Any) -> None:
    """What people write is kept but for its last digits."""
    value = data.draw(st.floats(parameter.low, parameter.high))
    found = parameter.from_unit(parameter.to_unit(value))
    width = math.log(parameter.high) - math.log(parameter.low) if parameter.log else 1
    size = abs(value) if parameter.log else max(abs(parameter.low), abs(parameter.high))
    assert abs(found - value) <= max(1e-13 * (1 + width) * size, 5e-324)


@settings(deadline=None, max_examples=200)
@given(st.integers(-(2**53), 2**53), st.integers(1, 2**53), st.booleans(), _UNITS)
def test_every_int_that_comes_out_goes_back_in(low: int, width: int, log: bool, u: float) -> None:  # noqa: FBT001
    """Up to the largest bounds, on both scales."""
    if log:
        low = abs(low) % 2**30 + 1
        width = width % 2**40 + low
    parameter = Integer(name="n", low=low, high=min(low + width, 2**53), log=log)
    value = parameter.from_unit(u)
    assert parameter.from_unit(parameter.to_unit(value)) == value


@given(st.integers(-100, 100), st.integers(0, 300), st.integers(1, 7), st.data())
def test_every_step_goes_in_and_comes_out(low: int, width: int, step: int, data: Any) -> None:
    """Of ints and of floats in tenths."""
    whole = Integer(name="n", low=low, high=low + width, step=step)
    value = data.draw(st.sampled_from(list(whole.candidates())))
    assert whole.from_unit(whole.to_unit(value)) == value
    tenths = Float(name="x", low=low / 10, high=(low + width) / 10, step=step / 10)
    tenth = data.draw(st.sampled_from(list(tenths.candidates())))
    assert tenths.from_unit(tenths.to_unit(tenth)) == tenth


def test_choices_are_told_apart_by_type() -> None:
    """`true` is not 1, neither alone nor inside a list, though Python says so."""
    choice = Choice(name="c", values=(1, True, [1], [True], "1", None, {"a": 1}))
    assert [choice.index(each) for each in choice.values] == list(range(7))
    assert choice.index(1.0) == 0
    assert choice.index(False) is None
    for each in choice.values:
        assert repr(choice.from_unit(choice.to_unit(each))) == repr(each)
    with pytest.raises(ValueError, match="is no value of c"):
        choice.to_unit("2")


UNION = parse_space(
    [
        {"a": {"type": "float", "low": 0, "high": 1}},
        {"a": [1, 2], "b": {"type": "int", "low": 0, "high": 3, "when": {"a": 2}}},
    ]
)


def test_a_union_goes_back_to_the_first_alternative_that_fits() -> None:
    """What is not chosen, and what is inactive, stands in its middle."""
    assert UNION.to_unit({"a": 1}) == (0.25, 1.0, 0.5, 0.5)
    assert UNION.to_unit({"a": 2, "b": 3}) == (0.75, 0.5, 0.75, 0.875)
    with pytest.raises(ValueError, match="no params of the space"):
        UNION.to_unit({"a": 3})
