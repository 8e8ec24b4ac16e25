"""The canonical form of a space."""

import json
from typing import Any

import pytest

from hyperdock_common.space import dump_space, parse_param_space, parse_space


def test_every_type_is_written_out() -> None:
    """Short forms become long ones, and conditions name full paths and lists of values."""
    raw = {
        "lr": {"type": "float", "low": "1e-5", "high": 1, "log": True},
        "n": {"type": "int", "low": 1, "high": 9, "step": 2},
        "optimizer": ["adam", "sgd"],
        "epochs": 10,
        "model": {"when": {"optimizer": "sgd"}, "depth": [2, 3], "x": {"y": None}},
    }
    when = {"optimizer": ["sgd"]}
    assert dump_space(parse_space(raw)) == {
        "lr": {"type": "float", "low": 1e-5, "high": 1.0, "log": True},
        "n": {"type": "int", "low": 1, "high": 9, "step": 2},
        "optimizer": {"type": "choice", "values": ["adam", "sgd"]},
        "epochs": {"type": "constant", "value": 10},
        "model": {
            "depth": {"type": "choice", "values": [2, 3], "when": when},
            "x": {"y": {"type": "constant", "value": None, "when": when}},
        },
    }


@pytest.mark.parametrize(
    "raw",
    [
        {"b": {"type": "choice", "values": [1], "when": {"a": 1}}, "a": [1, 2]},
        [{"a": [1, 2]}, {"g": {"b": {"type": "float", "low": 0, "high": 1, "step": 0.1}}}],
        {"k": [1, 2], "g": {"when": {"k": 1}, "k": [1, 2], "x": 1}},
        {r"a\.b": [1], "g": {r"\when": [1], "type": {"type": "constant", "value": "x"}}},
        {"x": {"type": "constant", "value": [{"when": 1, "type": "float"}]}},
    ],
)
def test_a_dumped_space_is_read_back_as_the_same(raw: Any) -> None:
    """Also after its trip through JSON, and with order, hidden names and reserved words."""
    space = parse_space(raw)
    assert parse_space(json.loads(json.dumps(dump_space(space)))) == space


def test_a_legacy_space_is_dumped_with_the_values_that_were_drawn() -> None:
    """What is recorded does not depend on scipy; names of any characters come back."""
    raw = {
        "x": {"hdock_distr": "uniform", "hdock_samples": 3},
        "a.b": [1],
        "when": 1,
        "type": "x",
        "c\\d": {"type": "float", "when": {}},
    }
    space = parse_param_space(raw)
    dumped: Any = dump_space(space)
    drawn = [params["x"] for params in space.grid()]
    assert dumped["x"] == {"type": "choice", "values": drawn}
    assert parse_space(dumped) == space


def test_a_dump_shares_nothing_with_the_space() -> None:
    """Whoever changes it does not change the space."""
    space = parse_space({"a": [[1]], "b": {"type": "constant", "value": 1, "when": {"a": [[1]]}}})
    dumped: Any = dump_space(space)
    dumped["a"]["values"][0].append(2)
    dumped["b"]["when"]["a"][0].append(2)
    assert space == parse_space(dump_space(space))
    assert space.from_unit([0]) == {"a": [1], "b": 1}
