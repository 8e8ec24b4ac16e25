"""Running programs to their end, within a time."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
_PAUSE: Final = 0.5


class Failed(Exception):
    """Raised when a step did not do what it should."""


def run(
    command: Sequence[str | Path], *, within: float = 120, also: Mapping[str, str] | None = None
) -> str:
    """Returns what a command printed.

    Raises:
        Failed: it did not end well, or not in time; with the end of what it said.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=within, cwd=CHECKOUT,
            env={**os.environ, **(also or {})},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(words)}: not done within {within:.0f} s") from error
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise Failed(f"{' '.join(words)} ended with {done.returncode}:\n{tail}")
    return done.stdout


def wait_until(what: str, holds: Callable[[], bool], within: float) -> None:
    """Waits for a condition.

    Raises:
        Failed: it does not hold in time.
    """
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise Failed(f"not within {within:.0f} s: {what}")
        time.sleep(_PAUSE)
