"""Names of parameters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.space import join_name, split_name


@given(st.lists(st.text(min_size=1), min_size=1).map(tuple))
def test_every_path_comes_back_from_its_name(path: tuple[str, ...]) -> None:
    """Joining loses nothing, whatever characters the keys hold."""
    assert split_name(join_name(path)) == path


def test_a_dot_in_a_key_is_escaped_and_between_keys_is_not() -> None:
    """A name tells a dot that nests from one that belongs to a key."""
    assert join_name(("model", "a.b")) == r"model.a\.b"
    assert split_name(r"model.a\.b") == ("model", "a.b")


@pytest.mark.parametrize("name", ["a\\b", "a\\", "\\when"])
def test_a_lone_backslash_is_no_name(name: str) -> None:
    """What joining never makes is refused, so that a path has one name only."""
    with pytest.raises(ValueError, match="backslash"):
        split_name(name)
