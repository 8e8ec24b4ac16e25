"""Where ids come from: the same for the same call under the same key."""

from types import SimpleNamespace
from typing import Any

import pytest

from hyperdock_gateway.chance import chance_of, digest_of


def call(key: str | None, actor: str | None = None) -> Any:
    """A call with this key."""
    services = SimpleNamespace(random_bytes=lambda count: b"?" * count)
    return SimpleNamespace(key=key, actor=actor, services=services)


def test_without_a_key_it_is_chance() -> None:
    """The gateway's own."""
    assert chance_of(call(None), "submit")(3) == b"???"


def test_the_same_call_draws_the_same() -> None:
    """In the same order; each draw is another one."""
    first, again = chance_of(call("k"), "submit"), chance_of(call("k"), "submit")
    drawn = [first(16), first(4), first(4)]
    assert drawn == [again(16), again(4), again(4)]
    assert len(set(drawn)) == 3
    assert drawn[0][:4] != drawn[1]


@pytest.mark.parametrize(
    ("other", "purpose"),
    [
        (call("k2"), "submit"),
        (call("k", "ada"), "submit"),
        (call("k"), "clone t"),
        (call("submit"), "k"),
    ],
)
def test_other_calls_draw_otherwise(other: Any, purpose: str) -> None:
    """Another key, another person, or another operation."""
    assert chance_of(other, purpose)(16) != chance_of(call("k"), "submit")(16)


def test_contents_are_told_apart_by_their_digest() -> None:
    """Not by the order of names; whatever texts hold."""
    assert digest_of({"a": 1, "b": [2.5]}) == digest_of({"b": [2.5], "a": 1})
    contents = [{}, {"a": 1}, {"a": 2}, {"a": None}, {"a": "1"}, [1], "\udfff", "ü"]
    assert len({digest_of(each) for each in contents}) == len(contents)
