"""What Ctrl-C asks."""

import io
from collections.abc import Iterator
from typing import IO

import pytest

from hyperdock_cli.question import ask
from hyperdock_cli.watching import Choice


class Typed:
    """Somebody who types these answers; None is another Ctrl-C."""

    def __init__(self, *answers: str | None) -> None:
        self._answers: Iterator[str | None] = iter(answers)

    def read_line(self, _stream: IO[str]) -> str | None:
        """The next answer."""
        return next(self._answers)


@pytest.mark.parametrize(
    ("answers", "choice"),
    [
        (["s\n"], Choice.STOP),
        (["STOP\n"], Choice.STOP),
        (["l\n"], Choice.LEAVE),
        (["c\n"], Choice.WATCH),
        (["\n"], Choice.WATCH),
        ([None], Choice.LEAVE),
        ([""], Choice.LEAVE),
        (["what?\n", "s\n"], Choice.STOP),
    ],
)
def test_an_answer_is_understood(answers: list[str | None], choice: Choice) -> None:
    """Letters or words; Ctrl-C or the end of the input leave; anything else is asked again."""
    said: list[str] = []
    assert ask(Typed(*answers), io.StringIO(), said.append, "its jobs go on") is choice
    assert len([text for text in said if "[s]top" in text]) == len(answers)
    assert "its jobs go on" in said[0]
