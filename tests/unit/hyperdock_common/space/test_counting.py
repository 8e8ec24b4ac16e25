"""Counting params without going through them."""

from typing import Any

from hyperdock_common.space import parse_space


def _size_and_count(raw: Any) -> tuple[int | None, int]:
    space = parse_space(raw)
    return space.size, sum(1 for _ in space.grid())


def test_parameters_without_conditions_are_multiplied() -> None:
    """The number of params is far beyond what could be gone through."""
    space = parse_space({f"x{i}": {"type": "int", "low": 1, "high": 10} for i in range(100)})
    assert space.size == 10**100


def test_a_wide_parent_is_not_gone_through() -> None:
    """Only the values that conditions name are looked at."""
    space = parse_space(
        {
            "n": {"type": "int", "low": 1, "high": 10**15},
            "x": {"type": "choice", "values": [1, 2, 3], "when": {"n": [5, 7]}},
        }
    )
    assert space.size == 10**15 - 2 + 2 * 3


def test_a_parameter_with_several_parents_counts_where_all_of_them_allow_it() -> None:
    """Parents are decided together where they share a child."""
    raw: dict[str, Any] = {f"p{i}": [0, 1, 2] for i in range(4)}
    raw["x"] = {"type": "choice", "values": ["a", "b"], "when": {f"p{i}": [1, 2] for i in range(4)}}
    raw["y"] = {"type": "choice", "values": [1, 2, 3], "when": {"x": "a", "p0": 2}}
    size, count = _size_and_count(raw)
    assert size == count


def test_many_parents_of_one_child_are_counted_fast() -> None:
    """What matters is whether the child is still possible, not every value before it."""
    raw: dict[str, Any] = {f"p{i}": [0, 1] for i in range(60)}
    raw["x"] = {"type": "choice", "values": [1, 2], "when": {f"p{i}": 1 for i in range(60)}}
    assert parse_space(raw).size == 2**60 + 1


def test_long_chains_of_conditions_are_counted_and_gone_through() -> None:
    """Neither is limited by how deep Python can call; parents may come last."""
    raw: dict[str, Any] = {
        f"p{i}": {"type": "choice", "values": [0, 1], "when": {f"p{i - 1}": 1}}
        for i in range(400, 0, -1)
    }
    raw["p0"] = [0, 1]
    assert _size_and_count(raw) == (402, 402)


def test_a_thousand_values_with_a_child_each_are_counted() -> None:
    """Each child is there for one value of its parent."""
    raw: dict[str, Any] = {"kind": list(range(1000))}
    for i in range(1000):
        raw[f"x{i}"] = {"type": "int", "low": 0, "high": 4, "when": {"kind": i}}
    assert parse_space(raw).size == 1000 * 5


def test_contrived_conditions_give_an_upper_bound() -> None:
    """Counting gives up in time, and never on the low side."""
    raw: dict[str, Any] = {f"p{i}": [0, 1] for i in range(40)}
    for i in range(40):
        parents = {f"p{(i * 7 + j * j) % 40}": 1 for j in range(12)}
        raw[f"x{i}"] = {"type": "choice", "values": [0, 1], "when": parents}
    size = parse_space(raw).size
    assert size is not None
    assert 2**40 <= size <= 2**80
