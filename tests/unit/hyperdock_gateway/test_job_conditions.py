"""The line in which conditions on params are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.ports.views import Comparison, Condition, Plain
from hyperdock_gateway.job_conditions import MOST, parse_conditions, write_condition

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['"', "\\", '\\"', ",", "a.b", "=", "null", "1", "true", " x ", "\n"]
)
NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.sampled_from([0, -0.0, 1e308, 5e-324])
)
PATHS = st.lists(TEXTS, min_size=1, max_size=3)
ORDERED = st.sampled_from(
    [Comparison.LESS, Comparison.AT_MOST, Comparison.MORE, Comparison.AT_LEAST]
)
EQUALITY = st.sampled_from([Comparison.EQUAL, Comparison.NOT_EQUAL])
CONDITIONS = st.tuples(PATHS, ORDERED, TEXTS | NUMBERS) | st.tuples(
    PATHS, EQUALITY, TEXTS | NUMBERS | st.booleans() | st.none()
)
SPACES = st.sampled_from(["", " ", "\t ", "\n"])


def condition(path: str, comparison: str, value: Plain) -> Condition:
    """A condition on a param by the keys that lead to it."""
    return Condition(("params", *path.split("/")), Comparison(comparison), value)


@given(asked=st.lists(CONDITIONS, min_size=1, max_size=MOST), space=SPACES)
def test_what_is_written_is_read_again(
    asked: list[tuple[list[str], Comparison, str | int | float | None]], space: str
) -> None:
    """Whatever names and values hold, a line of conditions is read as it was meant."""
    line = f"{space},{space}".join(write_condition(*each) for each in asked)
    expected = [Condition(("params", *path), how, value) for path, how, value in asked]
    found = parse_conditions(f"{space}{line}{space}")
    assert found == expected
    assert [type(each.value) for each in found] == [type(each.value) for each in expected]


@given(line=st.text() | st.text('ab1.,="\\<>! '))
def test_any_other_line_is_refused_with_a_place_in_it(line: str) -> None:
    """No line does anything but give conditions, or say at which character it is wrong."""
    try:
        assert parse_conditions(line)
    except ValueError as error:
        place = str(error).removeprefix("at character ").partition(":")[0]
        assert 1 <= int(place) <= len(line) + 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lr>=0.001", [condition("lr", ">=", 0.001)]),
        (
            "a<1,b<=2,c>3,d>=4",
            [
                condition(n, o, v)
                for n, o, v in zip("abcd", ("<", "<=", ">", ">="), (1, 2, 3, 4), strict=True)
            ],
        ),
        (
            "model.depth < 5 , optimizer = adam",
            [condition("model/depth", "<", 5), condition("optimizer", "=", "adam")],
        ),
        ('"a.b"="x,y"', [condition("a.b", "=", "x,y")]),
        (r"a\.b.c!=1", [condition("a.b/c", "!=", 1)]),
        ('model."a b".c=x', [condition("model/a b/c", "=", "x")]),
        ("kind=two words ,x=1", [condition("kind", "=", "two words"), condition("x", "=", 1)]),
        ("kind=a=b", [condition("kind", "=", "a=b")]),
        (
            "x=.5,y=-1e-3,z=+2",
            [condition("x", "=", 0.5), condition("y", "=", -0.001), condition("z", "=", 2)],
        ),
        (
            "x=true,y!=null,z=false",
            [
                condition("x", "=", value=True),
                condition("y", "!=", None),
                condition("z", "=", value=False),
            ],
        ),
        (
            'x="1",y="true",z=""',
            [condition("x", "=", "1"), condition("y", "=", "true"), condition("z", "=", "")],
        ),
        (
            "x=nan,y=1_000,z=0x1",
            [condition("x", "=", "nan"), condition("y", "=", "1_000"), condition("z", "=", "0x1")],
        ),
        (
            "größe>1,learning-rate=1",
            [condition("größe", ">", 1), condition("learning-rate", "=", 1)],
        ),
    ],
)
def test_lines_mean_what_they_look_like(line: str, expected: list[Condition]) -> None:
    """Numbers, truth values and null are such unless they stand in quotes; the rest is text."""
    found = parse_conditions(line)
    assert found == expected
    assert [type(each.value) for each in found] == [type(each.value) for each in expected]


@pytest.mark.parametrize(
    ("line", "place", "problem"),
    [
        ("", 1, "the name of a parameter"),
        ("lr", 3, "one of = != < <= > >="),
        ("lr=", 4, "a number or a text"),
        ("lr==1", 4, "a number or a text"),
        ("lr=>1", 4, "a number or a text"),
        ("lr=1,", 6, "the name of a parameter"),
        ("=1", 1, "the name of a parameter"),
        (".x=1", 1, "the name of a parameter"),
        ("a..b=1", 3, "the name of a parameter"),
        ('"lr=1', 1, "the name of a parameter"),
        ('lr="1', 4, "a number or a text"),
        ('lr="1"2', 7, "a comma"),
        ('lr=a"b"', 5, "a comma"),
        (r"a\b=1", 2, "one of = != < <= > >="),
        ("lr<null", 8, "compares with a number or a text only"),
        ("lr>=true", 9, "compares with a number or a text only"),
        ("lr=1e999", 9, "too large"),
        (",".join(["x=1"] * (MOST + 1)), 4 * MOST + 1, f"more than {MOST} conditions"),
    ],
)
def test_wrong_lines_are_told_where_and_what(line: str, place: int, problem: str) -> None:
    """The refusal names the character at which it went wrong, and what belongs there."""
    with pytest.raises(ValueError, match=f"^at character {place}: ") as refused:
        parse_conditions(line)
    assert problem in str(refused.value)
