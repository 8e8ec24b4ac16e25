"""Stores a folder again and again, each time in a process that is killed one command later.

A program of its own: attempt n is the work of a process that ends with -9 as soon as the database
has carried out its n-th command, before it can know. Prints how many attempts it took until one
was finished.
"""

import os
import signal
import sys
from pathlib import Path

from pymongo import monitoring

from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings

MOST = 60


class Death(monitoring.CommandListener):
    """Comes when so many commands were carried out."""

    def __init__(self, left: int) -> None:
        self._left = left

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Nothing to count."""

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:  # noqa: ARG002
        """One more."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to count."""


def store(url: str, folder: Path, attempt: int) -> None:
    """Stores the folder, if it lives that long."""
    monitoring.register(Death(attempt))
    with MongoServer(MongoSettings(url=url)) as server:
        MongoArtifactStore(server).put_folder("t1", "j1", attempt, folder)


def main(url: str, folder: str) -> None:
    """Makes the attempts."""
    for attempt in range(1, MOST):
        if (child := os.fork()) == 0:
            store(url, Path(folder), attempt)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            sys.stdout.write(f"{attempt}\n")
            return
        assert os.WTERMSIG(status) == signal.SIGKILL


main(*sys.argv[1:])
