"""An attempt's files that are copied into its container and back: worker and engine share no disk.

They go in before the start and come back after the end; in between the metrics are fetched as they
grow, and what the container writes is measured.
"""

import shutil
import time
from pathlib import Path

import structlog

from hyperdock_common.errors import HyperdockError, RunnerUnavailable
from hyperdock_common.ports.runner import AttemptFolder
from hyperdock_worker.contract.metrics import NAME as METRICS
from hyperdock_worker.docker_engine.archive import Unpackable, measure, pack, unpack
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.options import FOLDER
from hyperdock_worker.docker_engine.state import Refused, Stat

_log = structlog.get_logger()
_NOT_FOUND = 404

LOOK = 1.0
"""Seconds between two looks at the metrics; longer where fetching them takes long."""

SHARE = 0.1
"""The share of the time that is spent on fetching metrics, at most."""

MEASURE = 5.0
"""Seconds between two measurements of what the container wrote."""


def put_files(engine: Engine, container: str, folder: AttemptFolder) -> None:
    """Puts the prepared files into a container that was not started yet.

    Raises:
        Refused: the engine does not take them.
        RunnerUnavailable: the engine does not answer, or the files are not readable here.
    """
    try:
        packed = pack(folder.target, FOLDER.strip("/"))
    except OSError as error:
        raise RunnerUnavailable(f"the attempt's files cannot be read: {error}") from error
    engine.put(container, "/", packed)


class CopiedFiles:
    """The files of one started container, looked after by the thread that waits for its end."""

    def __init__(self, engine: Engine, container: str, folder: AttemptFolder, limit: int) -> None:
        self._engine = engine
        self._container = container
        self._folder = folder
        self._limit = limit
        self._metrics: Stat | None = None
        self._next_look = time.monotonic() + LOOK
        self._next_measure = time.monotonic() + MEASURE
        self._unsuspicious = limit

    def look(self) -> None:
        """Brings the metrics up to date, if it is time to."""
        begun = time.monotonic()
        if begun < self._next_look:
            return
        try:
            self._bring_metrics()
        except (HyperdockError, OSError) as error:
            _log.debug("metrics_not_fetched", container=self._container, error=str(error))
        ended = time.monotonic()
        self._next_look = ended + max(LOOK, (ended - begun) / SHARE)

    def are_too_large(self) -> bool:
        """Whether the target has written more than it may, if it is time to measure that."""
        now = time.monotonic()
        if now < self._next_measure:
            return False
        self._next_measure = now + MEASURE
        try:
            written = self._engine.written(self._container)
            if written <= self._unsuspicious:
                return False
            # Some of it may lie outside of the folder, where it does not count.
            counted = self._count()
        except HyperdockError:
            return False
        self._unsuspicious = written + self._limit - counted
        return counted > self._limit

    def fetch(self) -> None:
        """Replaces the folder's content by what the ended target left; may be repeated.

        Raises:
            Refused: the engine does not give it.
            RunnerUnavailable: the engine does not answer.
            Unpackable: it cannot be had or kept in full.
        """
        fresh = self._fresh("fetched")
        try:
            with self._engine.archive(self._container, FOLDER) as pieces:
                unpack(pieces, fresh, self._limit)
        except Refused as refusal:
            if refusal.status != _NOT_FOUND:
                raise
        try:
            shutil.rmtree(self._folder.target, ignore_errors=True)
            fresh.rename(self._folder.target)
        except OSError as error:
            raise Unpackable(f"the files cannot be kept here: {error}") from error

    def _bring_metrics(self) -> None:
        path = f"{FOLDER}/{METRICS}"
        found = self._engine.stat(self._container, path)
        if found is None or found == self._metrics or not self._is_fit(found):
            return
        fresh = self._fresh("metrics")
        with self._engine.archive(self._container, path) as pieces:
            complete = unpack(pieces, fresh, self._limit)
        if complete and (fresh / METRICS).is_file():
            (fresh / METRICS).replace(self._folder.target / METRICS)
            self._metrics = found

    def _is_fit(self, found: Stat) -> bool:
        return found.plain and found.size <= self._limit

    def _count(self) -> int:
        """How much the folder holds, counted until it is beyond the limit."""
        with self._engine.archive(self._container, FOLDER) as pieces:
            return measure(pieces, self._limit)

    def _fresh(self, name: str) -> Path:
        fresh = self._folder.path / name
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
        except OSError as error:
            raise Unpackable(f"there is no room for the files: {error}") from error
        return fresh
