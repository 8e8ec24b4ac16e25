"""Bodies are read strictly, within limits, and everything wrong with them is told at once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.api.kit import Body, Kit, fields, operation
from tests.unit.hyperdock_gateway.world import Api

from hyperdock_gateway.api.bodies import LARGEST_BODY, LARGEST_YAML

KIT = Kit(operation(method="POST", body=Body))
OPTIONAL = Kit(operation(method="POST", body=Body, body_optional=True))
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{}", {"count": 1, "inner": [], "kind": "a", "free": {}}),
        ('{"count": 2.0}', {"count": 2}),
        ('{"inner": [{"lr": 1}]}', {"inner": [{"lr": 1.0, "tags": []}]}),
        ('{"free": {"a": [1, null, {"b": 1.5}]}}', {"free": {"a": [1, None, {"b": 1.5}]}}),
    ],
)
def test_bodies_are_read_as_their_model(body: str, expected: dict[str, Any]) -> None:
    """A body becomes its model; a whole number may be written with a point, as JSON has it."""
    told = KIT.told(KIT.post(body))["body"]
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('{"count": "2"}', ["count"]),
        ('{"count": true}', ["count"]),
        ('{"count": 2.5}', ["count"]),
        ('{"count": 10}', ["count"]),
        ('{"count": null}', ["count"]),
        ('{"kind": "c"}', ["kind"]),
        ('{"unknown": 1}', ["unknown"]),
        ('{"inner": [{"lr": 1}, {"lr": "x", "more": 1}]}', ["inner[1].lr", "inner[1].more"]),
        ('{"inner": [{}], "count": -1}', ["count", "inner[0].lr"]),
        ('{"inner": [{"lr": NaN}]}', [""]),
        ('{"inner": [{"lr": 1e999}]}', ["inner[0].lr"]),
        ('{"free": {"a": ["\\ud800"]}}', ["free.a[0]"]),
        ('{"free": {"\\udfff": 1}}', ["free"]),
        ('{"count": 1, "count": 2}', ["count"]),
        ('{"free": {"twice": 1, "twice": 2}}', ["twice"]),
        ("[]", [""]),
        ("null", [""]),
        ("", [""]),
        ("{", [""]),
        ("\ufeff{}", [""]),
        ('{"free": ' + "9" * 5000 + "}", [""]),
    ],
)
def test_wrong_bodies_are_refused_with_every_field(body: str, wrong: list[str]) -> None:
    """Whatever is wrong with a body is a 422 that names each field by its path."""
    assert fields(KIT.post(body.encode()), 422) == wrong


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"free":' * 100_000, '{"free":' * 60 + "1" + "}" * 60]
)
def test_nesting_bombs_are_refused(body: str) -> None:
    """A body that is nested without end is a 422, and nothing worse."""
    assert KIT.post(body).status_code == 422


def test_a_body_that_is_no_text_is_refused() -> None:
    """Bytes that are not UTF-8 are a 422."""
    assert fields(KIT.post(b'{"kind": "\xff"}'), 422) == [""]


@pytest.mark.parametrize(
    "media", ["", "text/plain", "application/x-www-form-urlencoded", "application/yaml"]
)
def test_other_media_types_are_refused(media: str) -> None:
    """A body that is not said to be JSON is a 415 that says what is read."""
    answer = KIT.call("POST", "/thing", content=b"{}", headers={"content-type": media})
    assert fields(answer, 415) == []
    assert answer.headers["accept-post"] == "application/json"


def test_an_optional_body_may_be_left_out() -> None:
    """No body counts as an empty object, with or without its type; one that is there is checked."""
    for headers in ({}, JSON):
        answer = OPTIONAL.call("POST", "/thing", headers=headers)
        assert OPTIONAL.told(answer)["body"]["count"] == 1
    assert OPTIONAL.told(OPTIONAL.post('{"count": 3}'))["body"]["count"] == 3
    assert fields(OPTIONAL.post('{"count": 30}'), 422) == ["count"]
    assert OPTIONAL.call("POST", "/thing", content=b"{}").status_code == 415


def test_many_keys_are_read_in_a_moment() -> None:
    """A large object with a key that stands there twice is found out in linear time."""
    keys = ",".join(f'"{number}":0' for number in range(200_000))
    assert fields(KIT.post(f'{{"free":{{{keys},"0":1}}}}'), 422) == ["0"]


def test_a_body_that_announces_too_much_is_refused(api: Api) -> None:
    """A body above the limit is a 413 by its length alone."""
    answer = api.post("/trials", content=b" " * (LARGEST_BODY + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_without_a_length_is_refused_when_it_grows_too_large(api: Api) -> None:
    """A body that does not say its length is counted as it comes, and no further."""
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * LARGEST_BODY:
            sent += 2**20
            yield b" " * 2**20

    assert api.post("/trials", content=chunks(), headers=JSON).status_code == 413
    assert sent < 2 * LARGEST_BODY


def test_a_body_of_the_largest_size_is_read(api: Api) -> None:
    """The limit itself is still allowed: what is refused here is its content."""
    answer = api.post("/trials", content=b" " * LARGEST_BODY, headers=JSON)
    assert answer.status_code == 422


def test_a_body_in_yaml_may_be_less_large(api: Api) -> None:
    """To read it takes a hundred times as long as to read JSON."""
    yaml = {"content-type": "application/yaml"}
    assert api.post("/trials", content=b" " * (LARGEST_YAML + 1), headers=yaml).status_code == 413
    assert api.post("/trials", content=b" " * LARGEST_YAML, headers=yaml).status_code == 422


def test_compressed_bodies_are_refused(api: Api) -> None:
    """A little of one can stand for very much; and the answer says what would be taken."""
    answer = api.post("/trials", content=b"{}", headers={**JSON, "content-encoding": "gzip"})
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "identity"
    plain = api.post("/trials", content=b"{}", headers={**JSON, "content-encoding": "identity"})
    assert plain.status_code == 422


def test_problems_are_told_in_few_words(api: Api) -> None:
    """Of many the first hundred, of long ones the beginning, of half a character its name."""
    document = {"name": "x", "external": True, "space": {"x": [1]}}
    for wrong in ({"points": [1] * 1000}, {"y" * 10**6: 1}, {f"y{n}": 1 for n in range(10**4)}):
        answer = api.post("/trials", json={**document, **wrong})
        assert answer.status_code == 422
        assert 1 <= len(answer.json()["errors"]) <= 100
        assert len(answer.content) < 100_000
    half = api.post("/trials", content=rb'{"space": {"\ud800": [1]}}', headers=JSON)
    assert half.status_code == 422
    assert r"\ud800" in half.json()["detail"]
