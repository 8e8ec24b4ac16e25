"""Running the programs that images are made with, and telling what they said when they fail."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .problems import CommandFailed

_PLACES = "/usr/sbin:/sbin"  # where debootstrap lies, and few users' PATH leads


def run(command: Sequence[str | Path], said: int = 12) -> str:
    """Runs a command to its end and returns its output.

    Raises:
        CommandFailed: it is not there or failed, with the last `said` lines of what it wrote.
    """
    words = [str(word) for word in command]
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{_PLACES}"}
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    except FileNotFoundError as error:
        raise CommandFailed(f"no {words[0]} here: run scripts/install-test-needs") from error
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-said:])
        raise CommandFailed(f"{words[0]} failed with {done.returncode}:\n{tail}")
    return done.stdout


def as_root(command: Sequence[str | Path]) -> list[str | Path]:
    """The same command with root's rights."""
    return list(command) if os.geteuid() == 0 else ["sudo", *command]
