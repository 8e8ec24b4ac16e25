"""How a worker's operator writes the variables of all targets."""

import click
import pytest

from hyperdock_worker.variables import Variable


def test_variables_in_one_variable_are_quoted_as_in_a_shell() -> None:
    """A value with spaces has a way in; one that is quoted badly is told as it stands."""
    assert Variable().split_envvar_value("A=1 B='x y'\nC") == ["A=1", "B=x y", "C"]
    assert Variable().split_envvar_value("A='1") == ["A='1"]


@pytest.mark.parametrize("text", ["=1", "", "A B=1", "ä=1"])
def test_what_is_no_name_is_refused(text: str) -> None:
    """Engines would take it and targets never find it."""
    with pytest.raises(click.BadParameter, match="no name of a variable"):
        Variable().convert(text, None, None)
