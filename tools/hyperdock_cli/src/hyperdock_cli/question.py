"""What Ctrl-C asks the person at the terminal."""

from collections.abc import Callable
from typing import IO, Protocol

from hyperdock_cli.watching import Choice

_ANSWERS = {
    "s": Choice.STOP,
    "stop": Choice.STOP,
    "l": Choice.LEAVE,
    "leave": Choice.LEAVE,
    "c": Choice.WATCH,
    "continue": Choice.WATCH,
    "": Choice.WATCH,
}


class Lines(Protocol):
    """Where answers come from."""

    def read_line(self, stream: IO[str]) -> str | None:
        """A line; empty at the end of the input, None if a signal came instead."""


def ask(lines: Lines, stream: IO[str], write: Callable[[str], None], hint: str) -> Choice:
    """Asks until there is an answer; another Ctrl-C or the end of the input means to leave."""
    while True:
        write(
            f"\n[s]top the trial, [l]eave it ({hint}), "
            "or [c]ontinue watching? (Ctrl-C again: leave) "
        )
        line = lines.read_line(stream)
        if not line:
            write("\n")
            return Choice.LEAVE
        choice = _ANSWERS.get(line.strip().lower())
        if choice is not None:
            return choice
