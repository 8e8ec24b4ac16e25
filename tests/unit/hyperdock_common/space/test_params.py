"""Params that people write: what is accepted as what, and how the rest is refused."""

import json
from typing import Any

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space import Space, check_params, parse_space

SPACE = parse_space(
    {
        "lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": True},
        "drop": {"type": "float", "low": 0, "high": 0.5, "step": 0.1},
        "layers": {"type": "int", "low": 1, "high": 9, "step": 2},
        "solver": ["adam", "sgd", 5, True, None, [1, 2]],
        "momentum": {"type": "float", "low": 0, "high": 1, "when": {"solver": "sgd"}},
        "nesterov": {
            "type": "choice",
            "values": ["yes", "no"],
            "when": {"solver": ["sgd", "adam"]},
        },
        "epochs": 10,
        "model": {"depth": [2, 3], "head": {"width": {"type": "int", "low": 1, "high": 4}}},
        r"flat\.name": [1, 2],
    }
)
GOOD: dict[str, Any] = {
    "lr": 0.01,
    "drop": 0.3,
    "layers": 5,
    "solver": "adam",
    "nesterov": "yes",
    "epochs": 10,
    "model": {"depth": 2, "head": {"width": 4}},
    "flat.name": 1,
}
UNION = parse_space([{"k": 1, "x": [1, 2]}, {"k": 2, "y": [3], "z": [4, 5]}])
MISSING = object()


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The good params with some replaced, or left out."""
    return {key: each for key, each in {**GOOD, **changes}.items() if each is not MISSING}


@pytest.mark.parametrize(
    ("changes", "became"),
    [
        ({}, {}),
        ({"epochs": MISSING}, {"epochs": 10}),
        ({"epochs": 10.0}, {"epochs": 10}),
        ({"layers": 3.0}, {"layers": 3}),
        ({"lr": 1e-05}, {"lr": 1e-5}),
        ({"drop": 0}, {"drop": 0.0}),
        ({"drop": 0.1 + 0.2}, {"drop": 0.3}),
        ({"solver": 5.0, "nesterov": MISSING}, {"solver": 5}),
        ({"solver": None, "nesterov": MISSING}, {"solver": None}),
        ({"solver": [1.0, 2], "nesterov": MISSING}, {"solver": [1, 2]}),
        ({"solver": "sgd", "momentum": 1}, {"momentum": 1.0}),
    ],
)
def test_params_become_what_the_space_would_give(
    changes: dict[str, Any], became: dict[str, Any]
) -> None:
    """By type as well as by value, complete."""
    expected = {**changed(changes), **became}
    found = check_params(SPACE, changed(changes))
    assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)


REFUSED: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"lr": MISSING}, "lr", ("is missing: give a number from 1e-05 to 0.1",)),
    ({"lr": 1}, "lr", ("must be a number from 1e-05 to 0.1, not 1",)),
    ({"lr": 0}, "lr", ("must be a number from 1e-05", "not 0")),
    ({"lr": 10**400}, "lr", ("must be a number",)),
    ({"lr": -(10**400)}, "lr", ("must be a number",)),
    ({"lr": float("nan")}, "lr", ("must be a number", "NaN")),
    ({"lr": float("inf")}, "lr", ("must be a number", "Infinity")),
    ({"lr": "0.01"}, "lr", ("must be a number", 'not "0.01"')),
    ({"lr": True}, "lr", ("must be a number", "not true")),
    ({"lr": None}, "lr", ("must be a number", "not null")),
    ({"lr": [0.01]}, "lr", ("must be a number", "not a list")),
    ({"drop": 0.25}, "drop", ("from 0.0 to 0.5 in steps of 0.1, not 0.25",)),
    ({"drop": 0.50001}, "drop", ("in steps of 0.1",)),
    ({"layers": 4}, "layers", ("must be a whole number from 1 to 9 in steps of 2, not 4",)),
    ({"layers": 3.5}, "layers", ("whole number", "not 3.5")),
    ({"layers": 11}, "layers", ("not 11",)),
    ({"layers": 1e300}, "layers", ("whole number",)),
    ({"layers": float("inf")}, "layers", ("whole number",)),
    ({"layers": float("nan")}, "layers", ("whole number",)),
    ({"layers": True}, "layers", ("whole number", "not true")),
    ({"solver": "sdg"}, "solver", ('one of "adam", "sgd", 5', "did you mean `sgd`?")),
    ({"solver": 1}, "solver", ("must be one of", "not 1")),
    ({"solver": False}, "solver", ("must be one of", "not false")),
    ({"solver": MISSING}, "solver", ("is missing: give one of",)),
    ({"momentum": 0.5}, "momentum", ("is there only where `solver` is", '"sgd"', "leave it out")),
    ({"solver": "sgd"}, "momentum", ("is missing",)),
    ({"solver": 5}, "nesterov", ('only where `solver` is "sgd" or "adam"',)),
    ({"epochs": 11}, "epochs", ("is always 10: leave it out",)),
    ({"epochs": "10"}, "epochs", ("is always 10",)),
    ({"model": 5}, "model", ("is a group", "`model.depth`", "`model.head.width`", "not 5")),
    ({"model": {"depth": 2, "head": None}}, "model.head", ("is a group", "not null")),
    ({"model": {"depth": 2}}, "model.head.width", ("is missing",)),
    (
        {"model": {"depth": 9, "head": {"width": 1}}},
        "model.depth",
        ("must be one of 2, 3, not 9",),
    ),
    (
        {"model": {"depth": 2, "dept": 3, "head": {"width": 1}}},
        "model.dept",
        ("unknown parameter: did you mean `model.depth`?",),
    ),
    ({"depth": 2}, "depth", ("did you mean `model.depth`?",)),
    ({"model.depth": 2}, r"model\.depth", ("unknown parameter", "did you mean `model.depth`?")),
    ({"learning": {"rate": 1}}, "learning", ("unknown parameter", "there are `lr`")),
    ({"": 1}, "", ("unknown parameter",)),
    ({"flat.name": 3}, r"flat\.name", ("must be one of 1, 2, not 3",)),
]


@pytest.mark.parametrize(
    ("changes", "name", "words"), REFUSED, ids=[f"{each[1]}-{each[2][0][:30]}" for each in REFUSED]
)
def test_is_refused(changes: dict[str, Any], name: str, words: tuple[str, ...]) -> None:
    """One fault is one problem, which names the parameter and says what it may be."""
    with pytest.raises(InvalidTrial) as caught:
        check_params(SPACE, changed(changes), "points[3].params")
    (only,) = caught.value.problems
    assert only.field == f"points[3].params.{name}"
    for each in words:
        assert each in only.problem


def test_all_faults_are_told_at_once() -> None:
    """In the order of the parameters, what is unknown last; but never more than a page of them."""
    with pytest.raises(InvalidTrial) as caught:
        check_params(SPACE, changed({"typo": 1, "layers": 0, "lr": 5, "momentum": 0}))
    fields = [each.field for each in caught.value.problems]
    assert fields == ["params.lr", "params.layers", "params.momentum", "params.typo"]
    with pytest.raises(InvalidTrial) as caught:
        check_params(SPACE, {f"unknown {n}": n for n in range(10_000)})
    assert len(caught.value.problems) == 20


def test_what_hangs_on_a_faulty_parameter_is_not_judged() -> None:
    """Nobody knows yet whether it should be there."""
    for solver in ("sdg", MISSING):
        for more in ({}, {"momentum": 0.5}):
            with pytest.raises(InvalidTrial) as caught:
                check_params(SPACE, changed({"solver": solver, **more}))
            assert [each.field for each in caught.value.problems] == ["params.solver"]


@pytest.mark.parametrize("params", [None, 5, "x", [], [GOOD]])
def test_what_is_no_object_is_refused(params: Any) -> None:
    """There is no parameter to name."""
    with pytest.raises(InvalidTrial) as caught:
        check_params(SPACE, params)
    assert (caught.value.field, "must be an object" in caught.value.problem) == ("params", True)


def test_params_of_a_union_are_those_of_the_first_alternative_that_fits() -> None:
    """Constants tell alternatives apart, and are filled in where they need not."""
    assert check_params(UNION, {"x": 2}) == {"k": 1, "x": 2}
    assert check_params(UNION, {"k": 2, "y": 3, "z": 5}) == {"k": 2, "y": 3, "z": 5}


def test_what_fits_no_alternative_is_compared_with_the_nearest() -> None:
    """And that is said."""
    with pytest.raises(InvalidTrial) as caught:
        check_params(UNION, {"k": 2, "y": 3, "z": 6})
    whole, only = caught.value.problems
    assert (whole.field, only.field) == ("params", "params.z")
    assert "the nearest is space[1]" in whole.problem


def test_an_empty_group_says_nothing() -> None:
    """Params with all of a group's parameters inactive may show the group, or not."""
    space = parse_space({"a": [1, 2], "g": {"when": {"a": 2}, "b": [1, 2]}})
    for params in ({"a": 1}, {"a": 1, "g": {}}):
        assert check_params(space, params) == {"a": 1}


def test_the_params_are_a_copy_of_the_space() -> None:
    """Whoever changes them changes nothing else."""
    space: Space = parse_space({"c": [[1], [2]]})
    params = check_params(space, {"c": [2]})
    assert isinstance(params["c"], list)
    params["c"].append(9)
    assert check_params(space, {"c": [2]}) == {"c": [2]}
