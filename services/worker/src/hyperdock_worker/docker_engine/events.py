"""The ends of all of a worker's containers, from one stream of the engine's events.

One stream costs less than a waiting request per container, and tells an end sooner.
"""

import threading
import time
from dataclasses import dataclass, field

import structlog

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.options import WORKER_LABEL
from hyperdock_worker.docker_engine.state import EngineEvent, Refused
from hyperdock_worker.docker_engine.stream import Stream
from hyperdock_worker.docker_engine.verdict import Witness

_log = structlog.get_logger()
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_PATIENCE = 5.0  # an engine that hangs may keep the thread for ever


@dataclass(slots=True)
class Watch:
    """What is known of one container's end.

    Attributes:
        ended: is set as soon as the container is known to have ended.
        witness: how that became known.
        told: the engine's own word of the end, where it reached us.
        signalled: somebody had the engine send it a signal: we, a user, or the engine as it stops.
        seen_in: the unbroken stretch of the stream in which the container was last known to run.
    """

    seen_in: int
    ended: threading.Event = field(default_factory=threading.Event)
    witness: Witness | None = None
    told: EngineEvent | None = None
    out_of_memory: bool = False
    signalled: bool = False

    def end(self, witness: Witness, told: EngineEvent | None = None) -> None:
        """Notes the end; the first to tell it counts."""
        if self.witness is None:
            self.told = told
            self.witness = witness
        self.ended.set()


class Events:
    """Follows the engine's events, over its absences too.

    Attributes:
        stretch: counts how often the stream broke.
        connected: whether it holds now.
        changed_at: since when it holds or does not, on the monotonic clock.
    """

    def __init__(self, engine: Engine, worker_id: str) -> None:
        self._engine = engine
        self._label = f"{WORKER_LABEL}={worker_id}"
        self._watches: dict[str, Watch] = {}
        self._since = time.time() - 1  # a container that starts before the stream does
        self._back_at = 0.0
        self._stop = threading.Event()
        self._stream: Stream[EngineEvent] | None = None
        self.stretch = 0
        self.connected = False
        self.changed_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="docker-events", daemon=True)
        self._thread.start()

    def watch(self, container: str) -> Watch:
        """Watches a container, best before it is started."""
        return self._watches.setdefault(container, Watch(seen_in=self.stretch))

    def unwatch(self, container: str) -> None:
        """Forgets a container."""
        self._watches.pop(container, None)

    def is_unbroken_for(self, watch: Watch) -> bool:
        """Whether the stream has held since the container was known to run."""
        return watch.seen_in == self.stretch

    def close(self) -> None:
        """Stops following."""
        self._stop.set()
        if self._stream is not None:
            self._stream.close()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                self._follow()
                pause = _FIRST_PAUSE
            except (RunnerUnavailable, Refused) as error:
                _log.debug("docker_events_unavailable", error=str(error))
                pause = min(2 * pause, _LONGEST_PAUSE)
            self._stop.wait(pause)

    def _follow(self) -> None:
        with self._engine.events(self._label, ("die", "oom", "kill"), int(self._since)) as stream:
            self._stream = stream
            self.changed_at, self._back_at = time.monotonic(), time.time()
            self.connected = True
            if self._stop.is_set():
                return
            for event in stream:
                self._since = event.at
                self._tell(event)
            # What the engine told is told: a break shows only after that.
            self.changed_at = time.monotonic()
            self.connected = False
            self.stretch += 1
            self._since = max(self._since, self._back_at)
        if not self._stop.is_set():
            _log.warning("docker_events_broke_off")

    def _tell(self, event: EngineEvent) -> None:
        watch = self._watches.get(event.container)
        if watch is None:
            return
        match event.action:
            case "oom":
                watch.out_of_memory = True
            case "kill":
                watch.signalled = True
            case _:
                unbroken = watch.seen_in == self.stretch or event.at > self._back_at
                watch.end(Witness.SEEN if unbroken else Witness.REPLAYED, event)
