"""One attempt's container in the runner's hands, from its start to its exit."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports.runner import Exit, Running
from hyperdock_worker.docker_engine.archive import Unpackable
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.copies import CopiedFiles
from hyperdock_worker.docker_engine.events import Events, Watch
from hyperdock_worker.docker_engine.holders import Holder, Holders
from hyperdock_worker.docker_engine.late_failure import late_start_failure
from hyperdock_worker.docker_engine.logs import LogFollower
from hyperdock_worker.docker_engine.state import Refused
from hyperdock_worker.docker_engine.verdict import End, Witness, judge

NOT_FETCHED = "what the target left in its container could not be fetched"

LOOK = 5.0
"""Seconds between two looks at a container whose end was not told: an event may have been lost."""

_log = structlog.get_logger()
_REPLAY = 1.0  # the engine may still tell what happened while we did not listen
_NO_EVENTS = 30.0  # an engine that answers, but tells no events any more
_AWAY_PAUSE = 0.1
_FETCHES = 5
_FETCH_PAUSE = 1.0
_LATE_OOM = 0.1
"""That memory was short may become known a little after the end."""


@dataclass(slots=True)
class Attempt:
    """A started container and what serves it; `exit` is set once it is known.

    Attributes:
        files: what brings its files here, where they were copied into it.
        asked: whether we asked it to end.
        failures: how often its files could not be brought here by an engine that answers.
    """

    running: Running
    watch: Watch
    log: LogFollower | None
    files: CopiedFiles | None
    holder: Holder | None
    asked: bool = False
    failures: int = 0
    exit: Exit | None = None
    looked_at: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Waiting:
    """Waits for the ends of attempts and finds out what they mean."""

    def __init__(self, engine: Engine, events: Events, holders: Holders) -> None:
        self._engine = engine
        self._events = events
        self._holders = holders

    def wait(self, attempt: Attempt, timeout: float) -> Exit | None:
        """The exit as soon as there is one, None after `timeout` seconds without one."""
        deadline = time.monotonic() + timeout
        while attempt.exit is None:
            left = max(0.0, deadline - time.monotonic())
            if attempt.watch.ended.wait(min(left, _REPLAY)):
                with attempt.lock:
                    self._conclude(attempt)
            else:
                self._look_after(attempt)
                self._look_after_files(attempt)
            if attempt.exit is None and time.monotonic() >= deadline:
                return None
        return attempt.exit

    def _look_after(self, attempt: Attempt) -> None:
        """Asks for the container now and then, and when the engine is back after an absence."""
        events, watch, now = self._events, attempt.watch, time.monotonic()
        if events.is_unbroken_for(watch):
            if now - attempt.looked_at < LOOK:
                return
        elif now - events.changed_at < (_REPLAY if events.connected else _NO_EVENTS):
            return
        attempt.looked_at = now
        try:
            stretch = events.stretch
            container = self._engine.inspect(attempt.running.handle)
        except (RunnerUnavailable, Refused):
            return
        if container is not None and container.runs:
            watch.seen_in = stretch
        elif not watch.ended.is_set():
            unbroken = container is not None and events.is_unbroken_for(watch)
            watch.end(Witness.SEEN if unbroken else Witness.FOUND)

    def _look_after_files(self, attempt: Attempt) -> None:
        """Brings what is of use before the end, and ends what writes without end."""
        if attempt.files is None:
            return
        attempt.files.look()
        if attempt.files.are_too_large():
            attempt.asked = True
            with suppress(RunnerUnavailable, Refused):  # asked again
                self._engine.kill(attempt.running.handle, "SIGKILL")

    def _conclude(self, attempt: Attempt) -> None:
        """Sets the exit of an ended container, unless the engine is away."""
        if attempt.exit is not None:
            return
        if attempt.log is not None:
            attempt.log.expect_end()
        try:
            end = self._end(attempt)
            fetched = end is None or self._fetch(attempt)
        except (RunnerUnavailable, Refused):
            time.sleep(_AWAY_PAUSE)  # known to have ended, but how is only known to the engine
            return
        if not fetched and attempt.failures < _FETCHES:
            time.sleep(_FETCH_PAUSE)
            return
        if attempt.log is not None:
            attempt.log.finish()
        folder = attempt.running.order.folder
        ended = judge(
            end,
            attempt.watch.witness or Witness.FOUND,
            asked=attempt.asked,
            signalled=attempt.watch.signalled,
            has_loss=(folder.target / "loss.json").is_file(),
        )
        if not fetched:
            ended = replace(ended, lost=NOT_FETCHED)
        if not attempt.asked:
            ended = replace(ended, cannot_start=late_start_failure(ended.code, folder.log))
        self._free(attempt, ended)
        attempt.exit = ended

    def _fetch(self, attempt: Attempt) -> bool:
        """Brings the files here, if they are not; false where that failed for no known reason."""
        if attempt.files is None:
            return True
        try:
            attempt.files.fetch()
        except (Refused, Unpackable) as error:
            attempt.failures += 1
            _log.warning("files_not_fetched", container=attempt.running.handle, error=str(error))
            return False
        return True

    def _end(self, attempt: Attempt) -> End | None:
        """How the container ended; None if it is gone."""
        if (known := _plain_end(attempt)) is not None:
            return known
        end = self._look(attempt)
        if end is not None and end.code and not end.out_of_memory and _is_limited(attempt):
            time.sleep(_LATE_OOM)
            end = self._look(attempt)
        return end

    def _look(self, attempt: Attempt) -> End | None:
        container = self._engine.inspect(attempt.running.handle)
        if container is None:
            return None
        return End(
            code=container.code,
            out_of_memory=container.out_of_memory or attempt.watch.out_of_memory,
            seconds=container.seconds,
        )

    def _free(self, attempt: Attempt, ended: Exit) -> None:
        self._events.unwatch(attempt.running.handle)
        if attempt.holder is None:
            return
        if ended.lost is None:
            self._holders.give_back(attempt.holder)
        else:
            self._holders.drop(attempt.holder)


def _is_limited(attempt: Attempt) -> bool:
    return attempt.running.order.offer.limits.memory is not None


def _plain_end(attempt: Attempt) -> End | None:
    """The end as the engine's event tells it, where nothing else could be learned by asking."""
    told = attempt.watch.told
    if told is None or told.code != 0 or _is_limited(attempt):
        return None
    return End(
        code=0,
        out_of_memory=attempt.watch.out_of_memory,
        seconds=max(0.0, told.at - attempt.running.started_at),
    )
