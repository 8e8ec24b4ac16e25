"""Reading the native format of a space."""

from typing import Any

import pytest

from hyperdock_common.json_types import Json
from hyperdock_common.space import (
    Alternative,
    Choice,
    Condition,
    Constant,
    Float,
    Integer,
    Parameter,
    Space,
    parse_space,
)


def _parameters(raw: Any) -> tuple[Parameter, ...]:
    return parse_space(raw).alternatives[0].parameters


def test_every_type_is_read() -> None:
    """The whole format at once, as a user would write it."""
    assert _parameters(
        {
            "lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": True},
            "layers": {"type": "int", "low": 1, "high": 4, "step": 1},
            "optimizer": {"type": "choice", "values": ["adam", "sgd"]},
            "epochs": {"type": "constant", "value": 10},
        }
    ) == (
        Float(name="lr", low=1e-5, high=0.1, log=True),
        Integer(name="layers", low=1, high=4, step=1),
        Choice(name="optimizer", values=("adam", "sgd")),
        Constant(name="epochs", value=10),
    )


def test_a_list_is_short_for_a_choice_and_a_scalar_for_a_constant() -> None:
    """The short forms mean the same as the long ones."""
    short = {"optimizer": ["adam", "sgd"], "epochs": 10, "name": "x", "flag": True, "none": None}
    long = {
        "optimizer": {"type": "choice", "values": ["adam", "sgd"]},
        **{
            key: {"type": "constant", "value": value}
            for key, value in short.items()
            if key != "optimizer"
        },
    }
    assert _parameters(short) == _parameters(long)


def test_groups_nest_names() -> None:
    """An object without a type is a group, also where one of its members is called type."""
    raw = {"model": {"type": ["cnn", "mlp"], "head": {"size": [1, 2]}}}
    assert _parameters(raw) == (
        Choice(name="model.type", values=("cnn", "mlp")),
        Choice(name="model.head.size", values=(1, 2)),
    )


def test_a_list_of_objects_is_their_union() -> None:
    """Each object is a space of its own."""
    assert parse_space([{"a": 1}, {"b": [1, 2]}]) == Space(
        alternatives=(
            Alternative(parameters=(Constant(name="a", value=1),)),
            Alternative(parameters=(Choice(name="b", values=(1, 2)),)),
        )
    )


@pytest.mark.parametrize(
    ("text", "number"), [("1e-5", 1e-5), ("1E3", 1000), (" 2.5 ", 2.5), ("+.5", 0.5), ("-3", -3)]
)
def test_numbers_may_be_written_as_texts(text: str, number: float) -> None:
    """YAML 1.1 takes 1e-5 for a text; nobody should have to know."""
    (parameter,) = _parameters({"x": {"type": "float", "low": text, "high": "1e4"}})
    assert parameter == Float(name="x", low=number, high=1e4)


def test_whole_numbers_of_any_spelling_are_ints() -> None:
    """1e3 and 5.0 are whole numbers."""
    (parameter,) = _parameters({"x": {"type": "int", "low": 5.0, "high": "1e3", "step": "5"}})
    assert parameter == Integer(name="x", low=5, high=1000, step=5)


def test_optional_fields_may_be_null() -> None:
    """A key without a value in YAML is one that was left out."""
    raw = {"type": "float", "low": 0, "high": 1, "log": None, "step": None, "when": None}
    assert _parameters({"x": raw}) == (Float(name="x", low=0, high=1),)


def test_equal_bounds_are_a_point() -> None:
    """It is allowed, also with what else a range can have."""
    raw = {
        "a": {"type": "float", "low": 1, "high": 1, "log": True},
        "b": {"type": "int", "low": 3, "high": 3, "step": 5},
    }
    assert parse_space(raw).size == 1


def test_any_json_value_can_be_chosen() -> None:
    """Null, booleans, texts, numbers, lists and objects are values as they are."""
    values: list[Json] = [None, True, 1, 1.5, "1e-5", [1, [2]], {"a": {"b": 1}}]
    assert _parameters({"x": values}) == (Choice(name="x", values=tuple(values)),)


def test_values_are_copies() -> None:
    """Changing what was parsed does not change the space."""
    inner = [1]
    space = parse_space({"x": [inner]})
    inner.append(2)
    assert space.from_unit([0]) == {"x": [1]}


def test_a_condition_takes_a_value_or_a_list_of_values() -> None:
    """Each is kept once, as the parent has it."""
    raw = {
        "n": {"type": "int", "low": 1, "high": 9},
        "a": {"type": "float", "low": 0, "high": 1, "when": {"n": 2.0}},
        "b": {"type": "choice", "values": [1], "when": {"n": [3, 1, 3.0]}},
    }
    _, a, b = _parameters(raw)
    assert a.when == (Condition(parameter="n", values=(2,)),)
    assert b.when == (Condition(parameter="n", values=(3, 1)),)
    assert type(a.when[0].values[0]) is int


def test_a_condition_on_a_list_wraps_it() -> None:
    """A list is always a list of values, so a value that is a list stands in another one."""
    raw = {"x": [[1, 2], [3]], "y": {"type": "constant", "value": 0, "when": {"x": [[1, 2]]}}}
    assert _parameters(raw)[1].when == (Condition(parameter="x", values=([1, 2],)),)


def test_a_constant_can_be_a_parent() -> None:
    """It always has the value that is asked for; another one is refused elsewhere."""
    raw = {"a": "x", "b": {"type": "choice", "values": [1, 2], "when": {"a": "x"}}}
    assert parse_space(raw).size == 2


def test_a_condition_names_a_sibling_first() -> None:
    """Then the full name; a dot in front asks for the full name at once."""
    child = {"type": "constant", "value": 0}
    raw = {
        "kind": [1, 2],
        "g": {
            "kind": [1, 2],
            "a": {**child, "when": {"kind": 1}},
            "b": {**child, "when": {".kind": 1}},
            "c": {**child, "when": {"g.kind": 1}},
            "h": {"d": {**child, "when": {"kind": 1}}, "e": {**child, "when": {"g.kind": 1}}},
        },
    }
    parents = {each.name: each.when[0].parameter for each in _parameters(raw) if each.when}
    assert parents == {
        "g.a": "g.kind",
        "g.b": "kind",
        "g.c": "g.kind",
        "g.h.d": "kind",
        "g.h.e": "g.kind",
    }


def test_a_group_condition_holds_for_all_its_members() -> None:
    """Its names are looked up beside the group; conditions on the same parent are joined."""
    raw = {
        "kind": ["a", "b", "c"],
        "g": {
            "when": {"kind": ["a", "b"]},
            "kind": [1, 2],
            "x": {"type": "choice", "values": [1], "when": {"kind": 1, ".kind": ["b", "c"]}},
            "h": {"when": {"kind": 2}, "y": 5},
        },
    }
    conditions = {each.name: each.when for each in _parameters(raw)}
    outer = Condition(parameter="kind", values=("a", "b"))
    assert conditions["g.kind"] == (outer,)
    assert conditions["g.x"] == (
        Condition(parameter="kind", values=("b",)),
        Condition(parameter="g.kind", values=(1,)),
    )
    assert conditions["g.h.y"] == (outer, Condition(parameter="g.kind", values=(2,)))


def test_a_child_may_stand_before_its_parent() -> None:
    """The order of a file is for its reader."""
    raw = {"b": {"type": "choice", "values": [1], "when": {"a": 1}}, "a": [1, 2]}
    assert [each.name for each in parse_space(raw).alternatives[0].ordered] == ["a", "b"]


def test_names_may_hold_dots_and_reserved_words_if_escaped() -> None:
    """No name is out of reach."""
    raw = {r"a\.b": [1], r"c\\d": [2], "g": {r"\when": [3]}, r"\when": [4]}
    params = parse_space(raw).from_unit([0, 0, 0, 0])
    assert params == {"a.b": 1, "c\\d": 2, "g": {"when": 3}, "when": 4}


def test_as_much_as_is_allowed_is_read() -> None:
    """The limits themselves are still good."""
    deep: Any = 1
    for _ in range(16):
        deep = {"g": deep}
    assert parse_space(deep).size == 1
    assert parse_space({"x": list(range(9_999))}).size == 9_999


def test_no_two_spellings_mean_one_name() -> None:
    """So no parameter can be named twice: the keys of an object differ already."""
    names = [r"a\.b", "a\\\\", r"\when", "whe"]
    params = parse_space({"g": dict.fromkeys(names, 1)}).from_unit([])
    assert params == {"g": {"a.b": 1, "a\\": 1, "when": 1, "whe": 1}}
