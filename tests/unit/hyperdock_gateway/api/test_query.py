"""Parameters are read by the types of their model, and refused with their names."""

from typing import Any

import pytest
from tests.unit.hyperdock_gateway.api.kit import Found, Kit, fields, operation

KIT = Kit(operation(query=Found))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"limit": 5, "low": None, "really": False, "kind": None, "text": None}),
        ("limit=9", {"limit": 9}),
        ("low=-1.5e-3", {"low": -0.0015}),
        ("low=2", {"low": 2.0}),
        ("really=true", {"really": True}),
        ("kind=b", {"kind": "b"}),
        ("text=12", {"text": "12"}),
        ("text=true", {"text": "true"}),
        ("text=", {"text": ""}),
        ("text=%C3%BC%20%26", {"text": "ü &"}),
    ],
)
def test_parameters_are_read_by_their_types(query: str, expected: dict[str, Any]) -> None:
    """A parameter means what its type says, and has its default where it was not given."""
    told = KIT.told(KIT.get(f"/thing?{query}"))["query"]
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", ["limit"]),
        ("limit=10", ["limit"]),
        ("limit=1.0", ["limit"]),
        ("limit=1e0", ["limit"]),
        ("limit=+1", ["limit"]),
        ("limit=%201", ["limit"]),
        ("limit=1_0", ["limit"]),
        ("limit=", ["limit"]),
        ("limit=%D9%A1", ["limit"]),
        ("limit=" + "9" * 5000, ["limit"]),
        ("low=nan", ["low"]),
        ("low=inf", ["low"]),
        ("low=1e999", ["low"]),
        ("low=0x1", ["low"]),
        ("really=1", ["really"]),
        ("really=True", ["really"]),
        ("kind=c", ["kind"]),
        ("text=" + "x" * 10, ["text"]),
        ("limit=0&kind=c", ["limit", "kind"]),
        ("limit=1&limit=1", ["limit"]),
        ("unknown=1", ["unknown"]),
        ("unknown=1&unknown=1&other=2", ["unknown", "other"]),
        ("Limit=1", ["Limit"]),
        ("=1", [""]),
    ],
)
def test_wrong_parameters_are_named(query: str, wrong: list[str]) -> None:
    """Whatever is wrong with parameters is a 400 that names each of them."""
    assert fields(KIT.get(f"/thing?{query}"), 400) == wrong


def test_an_operation_without_parameters_takes_none() -> None:
    """Where there are no parameters, each is unknown."""
    answer = Kit(operation()).get("/thing?limit=1")
    assert fields(answer, 400) == ["limit"]
    assert "there are none here" in answer.json()["detail"]
