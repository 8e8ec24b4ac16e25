"""What values parameters can take."""

import math
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hyperdock_common.space import Choice, Condition, Constant, Float, Integer

_UNITS = st.floats(0, 1)
_BOUNDS = st.floats(allow_nan=False, allow_infinity=False)
_WHOLE = st.integers(-(2**53), 2**53)


@given(_BOUNDS, _BOUNDS, _UNITS)
def test_a_float_is_never_out_of_its_bounds(a: float, b: float, u: float) -> None:
    """Rounding does not lead outside, not even at the ends of what a float can hold."""
    low, high = sorted((a, b))
    assert low <= Float(name="x", low=low, high=high).from_unit(u) <= high


@given(st.floats(5e-324, 1.7e308), st.floats(5e-324, 1.7e308), _UNITS)
def test_a_log_float_is_never_out_of_its_bounds(a: float, b: float, u: float) -> None:
    """Neither does rounding on the log scale."""
    low, high = sorted((a, b))
    assert low <= Float(name="x", low=low, high=high, log=True).from_unit(u) <= high


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(1e-3, 1e7), _UNITS)
def test_a_stepped_float_takes_one_of_its_values(
    low: float, width: float, step: float, u: float
) -> None:
    """With a step every place of the unit interval gives a value of the list, in bounds."""
    parameter = Float(name="x", low=low, high=low + width, step=step)
    assume(parameter.cardinality is not None and parameter.cardinality < 1000)
    values = list(parameter.candidates())
    assert parameter.from_unit(u) in values
    assert len(set(values)) == len(values) == parameter.cardinality
    assert all(parameter.low <= value <= parameter.high for value in values)


@given(_WHOLE, _WHOLE, st.none() | st.integers(1, 2**40), _UNITS)
def test_an_int_takes_one_of_its_values(a: int, b: int, step: int | None, u: float) -> None:
    """Every place of the unit interval gives a value in bounds and on a step."""
    low, high = sorted((a, b))
    parameter = Integer(name="x", low=low, high=high, step=step)
    assert parameter.takes(parameter.from_unit(u))


@given(st.integers(1, 2**53), st.integers(1, 2**53), _UNITS)
def test_a_log_int_is_never_out_of_its_bounds(a: int, b: int, u: float) -> None:
    """Rounding to whole numbers does not lead outside."""
    low, high = sorted((a, b))
    parameter = Integer(name="x", low=low, high=high, log=True)
    assert parameter.takes(parameter.from_unit(u))


def test_the_ends_of_the_unit_interval_are_the_bounds_themselves() -> None:
    """0 and 1 give the bounds as they were written, with no rounding."""
    for log in (False, True):
        parameter = Float(name="x", low=1e-5, high=0.1, log=log)
        assert [parameter.from_unit(u) for u in (0, 1)] == [1e-5, 0.1]


def test_a_log_float_is_even_on_its_log_scale() -> None:
    """The middle of the unit interval is the geometric mean."""
    middle = Float(name="x", low=1e-4, high=1.0, log=True).from_unit(0.5)
    assert math.isclose(middle, 1e-2)


def test_steps_are_computed_in_decimals() -> None:
    """A step of 0.1 gives the numbers that its user would write."""
    tenths = Float(name="x", low=0, high=1, step=0.1)
    assert list(tenths.candidates()) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert list(Float(name="x", low=0.1, high=0.35, step=0.1).candidates()) == [0.1, 0.2, 0.3]


def test_all_ints_have_the_same_share_both_ends_included() -> None:
    """Evenly spread places give evenly many of each value."""
    parameter = Integer(name="x", low=-1, high=3)
    counts = Counter(parameter.from_unit(i / 1000) for i in range(1001))
    assert set(counts) == {-1, 0, 1, 2, 3}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_log_int_prefers_small_values_and_reaches_both_ends() -> None:
    """The share of a value is the width of its rounding interval on the log scale."""
    parameter = Integer(name="x", low=1, high=8, log=True)
    counts = Counter(parameter.from_unit(i / 10_000) for i in range(10_001))
    assert list(counts) == list(range(1, 9))
    for value, count in counts.items():
        share = math.log((value + 0.5) / (value - 0.5)) / math.log(8.5 / 0.5)
        assert count == pytest.approx(10_000 * share, abs=2)


def test_a_choice_gives_every_listed_value_its_share() -> None:
    """A value listed twice is drawn twice as often, but is one value of the grid."""
    parameter = Choice(name="x", values=("a", "b", "a", 1, True, 1.0))
    assert [parameter.from_unit(i / 6) for i in range(7)] == ["a", "b", "a", 1, True, 1.0, 1.0]
    assert list(parameter.candidates()) == ["a", "b", 1, True]
    assert parameter.cardinality == 4


def test_a_point_is_finite() -> None:
    """Equal bounds leave one value, with or without a step."""
    for step in (None, 0.5):
        point = Float(name="x", low=2.5, high=2.5, step=step)
        assert point.cardinality == 1
        assert list(point.candidates()) == [point.from_unit(0.7)] == [2.5]


def test_a_continuous_float_is_cut_into_points() -> None:
    """Both ends are among them, spaced evenly on the parameter's own scale."""
    linear = Float(name="x", low=0, high=1)
    assert linear.cardinality is None
    assert list(linear.candidates(5)) == [0, 0.25, 0.5, 0.75, 1]
    assert list(linear.candidates(1)) == [0.5]
    log = list(Float(name="x", low=1, high=100, log=True).candidates(3))
    assert log == pytest.approx([1, 10, 100])


def test_more_points_than_floats_give_each_float_once() -> None:
    """Between two neighbouring floats there are no others."""
    neighbours = Float(name="x", low=1.0, high=math.nextafter(1.0, 2))
    assert list(neighbours.candidates(50)) == [neighbours.low, neighbours.high]


def test_points_are_made_one_at_a_time() -> None:
    """So many that no memory would hold them cost nothing until they are asked for."""
    many = Float(name="x", low=0, high=1).candidates(10**12)
    assert [next(many), next(many)] == [0, pytest.approx(1e-12)]


def test_a_continuous_float_has_no_values_of_its_own() -> None:
    """Going through them without a number of points is a mistake of the program."""
    with pytest.raises(ValueError, match="continuous"):
        list(Float(name="x", low=0, high=1).candidates())


@pytest.mark.parametrize(
    ("value", "takes"),
    [(1, True), (3.0, True), (2, False), (9, False), (1.5, False), (True, False)],
)
def test_an_int_knows_its_values(value: float, takes: bool) -> None:  # noqa: FBT001 - a table
    """In bounds and on a step, as a whole number of whatever type, but no boolean."""
    assert Integer(name="x", low=1, high=7, step=2).takes(value) is takes


def test_a_wide_int_is_never_gone_through() -> None:
    """What it has is computed, so that the widest range costs nothing."""
    wide = Integer(name="x", low=-(2**53), high=2**53)
    assert wide.cardinality == 2**54 + 1
    assert wide.takes(0.0)


def test_a_constant_has_its_one_value() -> None:
    """It takes part in conditions and grids as the others do."""
    constant = Constant(name="x", value=[1])
    assert constant.cardinality == 1
    assert list(constant.candidates(3)) == [[1]]


def test_a_condition_compares_by_type() -> None:
    """A condition on 1 is not met by true, but by 1.0."""
    condition = Condition(parameter="x", values=(1, "on"))
    assert [condition.holds(value) for value in (1, 1.0, "on", True, "1", None)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
