"""Every space that is refused, with the field at fault and the way out."""

import math
from datetime import date
from typing import Any

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space import parse_space

FLOAT = {"type": "float", "low": 0.5, "high": 1}
INT = {"type": "int", "low": 1, "high": 9}
ON_A = {"a": [1, 2]}


def _deep(levels: int, inside: Any) -> Any:
    for _ in range(levels):
        inside = {"g": inside}
    return inside


def _endless() -> Any:
    group: dict[str, Any] = {}
    group["g"] = group
    return group


def _bomb() -> Any:
    value: Any = "x"
    for _ in range(15):
        value = [value] * 10
    return value


# what is refused, the field it names, words of the problem: what is wrong and what to do
REFUSED: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "empty": ({}, "space", ("empty", "at least one parameter")),
    "empty union": ([], "space", ("empty list", "at least one space")),
    "empty alternative": ([{"a": 1}, {}], "space[1]", ("empty", "at least one parameter")),
    "text": ("lr", "space", ("must be an object", '"lr"')),
    "null": (None, "space", ("must be an object", "null")),
    "number in union": ([1], "space[0]", ("must be an object", "not 1")),
    "list in union": ([[1]], "space[0]", ("must be an object", "a list")),
    "nameless parameter": (FLOAT, "space", ("no name", "lr: {type: float")),
    "when at the top": ({"when": {"a": 1}, "a": 1}, "space.when", ("whole", r"`\when`")),
    # names
    "name with a dot": ({"a.b": 1}, "space.a.b", ("dot", "`a: {b: …}`", r"`a\.b`")),
    "empty name": ({"g": {"": 1}}, "space.g", ("empty name",)),
    "name with a stray backslash": ({"a\\b": 1}, "space.a\\b", ("backslash", r"`\\`")),
    "boolean name": ({True: 1}, "space", ("true", "in quotes")),
    "number as name": ({"g": {3: 1}}, "space.g", ("3", "in quotes")),
    "name with NUL": ({"a\0": 1}, "space", ("cannot be stored",)),
    "name with half a surrogate": ({"\ud800": 1}, "space", ("cannot be stored",)),
    # types and keys
    "unknown type": (
        {"a": {"type": "flaot"}},
        "space.a.type",
        ("did you mean `float`?", "`int`", "`choice`", "`constant`"),
    ),
    "type of another tool": (
        {"a": {"type": "uniform"}},
        "space.a.type",
        ("there are `float`", "a constant called type"),
    ),
    "unknown key": (
        {"a": {**FLOAT, "stp": 1}},
        "space.a.stp",
        ("unknown key", "did you mean `step`?", "`low`", "`when`"),
    ),
    "key of another type": ({"a": {**INT, "values": [1]}}, "space.a.values", ("allowed are",)),
    "key that is no text": ({"a": {**INT, 3: 1}}, "space.a.3", ("unknown key",)),
    "range without type": (
        {"a": {"low": 0, "high": 1}},
        "space.a.type",
        ("is missing", "`type: float`", "{type: constant, value: …}"),
    ),
    "values without type": ({"a": {"values": [1]}}, "space.a.type", ("is missing", "`choice`")),
    "empty group": ({"g": {}}, "space.g", ("without parameters", "value: {}")),
    "group of a condition": (
        {"a": [1], "g": {"when": {"a": 1}}},
        "space.g",
        ("without parameters",),
    ),
    "the original's form": (
        {"a": {"hdock_distr": "norm", "hdock_samples": 1}},
        "space.a",
        ("param_space",),
    ),
    "missing low": ({"a": {"type": "float", "high": 1}}, "space.a.low", ("missing", "`high`")),
    "missing high": ({"a": {"type": "int", "low": 1}}, "space.a.high", ("missing", "`low`")),
    "empty high": ({"a": {**INT, "high": None}}, "space.a.high", ("missing",)),
    "missing values": ({"a": {"type": "choice"}}, "space.a.values", ("missing",)),
    "missing value": ({"a": {"type": "constant"}}, "space.a.value", ("missing",)),
    # ranges
    "low above high": ({"a": {**INT, "low": 10}}, "space.a.low", ("10", "above high (9)")),
    "low above high in a union": (
        [{"a": 1}, {"g": {"a": {**FLOAT, "low": 2}}}],
        "space[1].g.a.low",
        ("above high (1.0)", "exchange"),
    ),
    "log of zero": ({"a": {**FLOAT, "low": 0, "log": True}}, "space.a.low", ("above 0", "log")),
    "log of a negative": ({"a": {**FLOAT, "low": -1, "log": True}}, "space.a.low", ("above 0",)),
    "log of int zero": ({"a": {**INT, "low": 0, "log": True}}, "space.a.low", ("at least 1",)),
    "log as text": ({"a": {**FLOAT, "log": "yes"}}, "space.a.log", ("true or false", '"yes"')),
    "log and step": (
        {"a": {**FLOAT, "log": True, "step": 0.1}},
        "space.a.step",
        ("does not go with log", "leave one of them out"),
    ),
    "int log and step": ({"a": {**INT, "log": True, "step": 1}}, "space.a.step", ("log",)),
    "step of zero": ({"a": {**FLOAT, "step": 0}}, "space.a.step", ("above 0", "leave it out")),
    "negative step": ({"a": {**INT, "step": -1}}, "space.a.step", ("above 0", "-1")),
    "fractional int step": ({"a": {**INT, "step": 0.5}}, "space.a.step", ("whole number",)),
    "step below rounding": (
        {"a": {**FLOAT, "high": 1e16, "step": 0.1}},
        "space.a.step",
        ("too small", "enlarge"),
    ),
    "infinite bound": ({"a": {**FLOAT, "high": math.inf}}, "space.a.high", ("finite",)),
    "NaN bound": ({"a": {**FLOAT, "low": math.nan}}, "space.a.low", ("finite", "nan")),
    "bound beyond floats": ({"a": {**FLOAT, "high": 10**400}}, "space.a.high", ("finite",)),
    "text beyond floats": ({"a": {**FLOAT, "high": "1e999"}}, "space.a.high", ("finite",)),
    "infinite int bound": ({"a": {**INT, "high": math.inf}}, "space.a.high", ("finite",)),
    "infinite step": ({"a": {**FLOAT, "step": math.inf}}, "space.a.step", ("finite",)),
    "boolean bound": ({"a": {**FLOAT, "low": True}}, "space.a.low", ("a number", "true")),
    "text as bound": ({"a": {**FLOAT, "low": "nan"}}, "space.a.low", ("a number", '"nan"')),
    "grouped digits": ({"a": {**INT, "high": "1_000"}}, "space.a.high", ("a number",)),
    "object as bound": ({"a": {**FLOAT, "low": {}}}, "space.a.low", ("a number", "an object")),
    "list as bound": ({"a": {**FLOAT, "low": [1]}}, "space.a.low", ("a number", "a list")),
    "fractional int bound": (
        {"a": {**INT, "low": 1.5}},
        "space.a.low",
        ("whole number", "1.5", "`type: float`"),
    ),
    "int beyond exact floats": (
        {"a": {**INT, "high": 2**53 + 1}},
        "space.a.high",
        ("2^53", "`type: float`"),
    ),
    # values
    "empty choice": ({"a": {"type": "choice", "values": []}}, "space.a.values", ("empty list",)),
    "empty short choice": ({"a": []}, "space.a", ("empty list", "at least one value")),
    "choice of no list": (
        {"a": {"type": "choice", "values": "adam"}},
        "space.a.values",
        ("must be a list", '"adam"'),
    ),
    "NaN as value": ({"a": [1, math.nan]}, "space.a[1]", ("finite",)),
    "infinite constant": ({"a": math.inf}, "space.a", ("finite",)),
    "date as value": ({"a": [date(2020, 1, 2)]}, "space.a[0]", ("2020-01-02", "quotes")),
    "int beyond 64 bits": ({"a": [2**63]}, "space.a[0]", ("64 bits", "text")),
    "half a surrogate": ({"a": ["\ud800"]}, "space.a[0]", ("cannot be stored",)),
    "key that is no text inside": ({"a": [{"b": {1: 2}}]}, "space.a[0].b", ("1", "quotes")),
    # conditions
    "when of no object": (
        {**ON_A, "b": {**INT, "when": "a"}},
        "space.b.when",
        ("`optimizer: sgd`",),
    ),
    "empty when": ({**ON_A, "b": {**INT, "when": {}}}, "space.b.when", ("it is empty",)),
    "when with no values": (
        {**ON_A, "b": {**INT, "when": {"a": []}}},
        "space.b.when.a",
        ("at least",),
    ),
    "when names nothing": (
        {"optimizer": [1], "b": {**INT, "when": {"optimiser": 1}}},
        "space.b.when.optimiser",
        ("names no parameter", "did you mean `optimizer`?", "there are `optimizer`, `b`"),
    ),
    "when names something endless": (
        {"a": [1], "b": {**INT, "when": {"a" * 99: 1}}},
        "space.b.when." + "a" * 99,
        ("names no parameter",),
    ),
    "when names a group": (
        {"g": {"a": [1]}, "b": {**INT, "when": {"g": 1}}},
        "space.b.when.g",
        ("is a group", "`g.a`"),
    ),
    "when names with a stray backslash": (
        {**ON_A, "b": {**INT, "when": {"a\\": 1}}},
        "space.b.when.a\\",
        ("names no parameter",),
    ),
    "when by no text": ({**ON_A, "b": {**INT, "when": {1: 1}}}, "space.b.when", ("quotes",)),
    "when on itself": ({"b": {**INT, "when": {"b": 1}}}, "space.b.when.b", ("itself", "another")),
    "group when on its member": (
        {"g": {"when": {"g.a": 1}, "a": [1]}},
        "space.g.when.g.a",
        ("`g.a` cannot depend on itself",),
    ),
    "when that loops": (
        {
            "a": {"type": "choice", "values": [1], "when": {"c": 1}},
            "b": {"type": "choice", "values": [1], "when": {"a": 1}},
            "c": {"type": "choice", "values": [1], "when": {"b": 1}},
        },
        "space.a.when",
        ("circle", "a needs c needs b needs a", "leave one"),
    ),
    "when on a float": (
        {"a": FLOAT, "b": {**INT, "when": {"a": 0.5}}},
        "space.b.when.a",
        ("is a float", "a choice or an int"),
    ),
    "value that a choice cannot take": (
        {**ON_A, "b": {**INT, "when": {"a": [1, 3]}}},
        "space.b.when.a",
        ("3 is no value of `a`", "1, 2"),
    ),
    "value of another type": (
        {**ON_A, "b": {**INT, "when": {"a": True}}},
        "space.b.when.a",
        ("true is no value", "1, 2"),
    ),
    "value off an int's steps": (
        {"a": {**INT, "step": 2}, "b": {**INT, "when": {"a": 2}}},
        "space.b.when.a",
        ("2 is no value", "from 1 to 9", "steps of 2"),
    ),
    "text for an int": ({"a": INT, "b": {**INT, "when": {"a": "1"}}}, "space.b.when.a", ('"1"',)),
    "value that a constant has not": (
        {"a": "x", "b": {**INT, "when": {"a": "y"}}},
        "space.b.when.a",
        ('"y"', 'can be "x"'),
    ),
    "conditions that contradict": (
        {**ON_A, "g": {"when": {"a": 1}, "b": {**INT, "when": {"a": 2}}}},
        "space.g.b.when",
        ("contradicts", "`a` (1)", "both"),
    ),
    # measure
    "too deep": (_deep(17, 1), "space" + ".g" * 16, ("too deep", "16")),
    "without end": (_endless(), "space" + ".g" * 16, ("too deep", "16")),
    "too deep a value": ({"a": [_deep(17, 1)]}, "space.a[0]" + ".g" * 17, ("too deep", "16")),
    "too many values": ({"a": list(range(10_000))}, "space", ("10,000", "range")),
    "too many parameters": ({f"p{i}": 1 for i in range(10_001)}, "space", ("10,000",)),
    "many by aliases": ({"a": _bomb()}, "space", ("10,000",)),
    "many conditions": (
        {
            "a": list(range(200)),
            "g": {"when": {"a": list(range(200))}, **{f"p{i}": 1 for i in range(50)}},
        },
        "space",
        ("10,000",),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_space_is_refused_with_its_field_and_the_way_out(case: str) -> None:
    """One problem, at the field that is at fault, with what is wrong and what is allowed."""
    raw, field, words = REFUSED[case]
    with pytest.raises(InvalidTrial) as caught:
        parse_space(raw)
    assert [each.field for each in caught.value.problems] == [field]
    for word in words:
        assert word in caught.value.problem


def test_the_field_can_have_another_name() -> None:
    """Whoever keeps spaces elsewhere says how to call them."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space({"a": []}, field="spaces.mine")
    assert caught.value.field == "spaces.mine.a"


def test_problems_of_several_parameters_are_told_at_once() -> None:
    """Nobody has to mend one after the other."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space([{"a": [], "b": {"type": "x"}, "c": 1}, {"d": {**INT, "low": "z"}}])
    fields = [each.field for each in caught.value.problems]
    assert fields == ["space[0].a", "space[0].b.type", "space[1].d.low"]


def test_a_problem_of_a_group_is_told_once() -> None:
    """All its members have it, but there is one place to mend."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space({"g": {"when": {"x": 1}, "a": 1, "b": 2}})
    assert [each.field for each in caught.value.problems] == ["space.g.when.x"]


def test_problems_beyond_count_are_cut() -> None:
    """The first twenty are enough to begin with."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space({f"p{i}": [] for i in range(1000)})
    assert len(caught.value.problems) == 20


def test_long_values_are_cut_in_messages() -> None:
    """A message can be read."""
    with pytest.raises(InvalidTrial) as caught:
        parse_space(
            {"a": [f"{i}" * 100 for i in range(99)], "b": {**INT, "when": {"a": "x" * 999}}}
        )
    assert len(caught.value.problem) < 1000
    assert "(99 in all)" in caught.value.problem
