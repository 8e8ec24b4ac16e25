"""Runs targets as containers of a Docker engine."""

import platform
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial

from hyperdock_common.errors import HyperdockError, RunnerUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.runner import Exit, Order, Running
from hyperdock_worker.docker_engine.attempt import Attempt, Waiting
from hyperdock_worker.docker_engine.chores import Chores
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.copies import CopiedFiles
from hyperdock_worker.docker_engine.events import Events, Watch
from hyperdock_worker.docker_engine.holders import Holder, Holders
from hyperdock_worker.docker_engine.launch import (
    AlreadyThere,
    Launched,
    Launcher,
    StartInDoubt,
    was_launched,
)
from hyperdock_worker.docker_engine.logs import LogFollower
from hyperdock_worker.docker_engine.options import (
    COPIED,
    FILES_LABEL,
    WORKER_LABEL,
    container_name,
    gpus_of,
)
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.docker_engine.state import Refused
from hyperdock_worker.docker_engine.verdict import VANISHED, Witness

YOUNG = 5.0
"""Seconds after which a container's init is up for certain."""

START_PATIENCE, START_LOOK = 2.0, 0.02
INIT_AND_TARGET = 2

IN_DOUBT = "the Docker engine went away while the container was being started"


class DockerRunner:
    """The port Runner over a Docker engine, which need not answer yet when this is made.

    Args:
        worker_id: marks the containers, so that the worker finds its own after a restart.
        settings: see there.
    """

    def __init__(self, worker_id: str, settings: DockerSettings) -> None:
        self._worker_id = worker_id
        self._settings = settings
        self._engine = Engine(settings.url, tls=settings.tls)
        self._chores = Chores()
        self._events = Events(self._engine, worker_id)
        self._holders = Holders(self._engine, worker_id, settings, self._chores)
        self._launcher = Launcher(self._engine, worker_id, settings, self._events, self._holders)
        self._waiting = Waiting(self._engine, self._events, self._holders)
        self._attempts: dict[str, Attempt] = {}
        self._locks: dict[str, threading.Lock] = {}

    def check(self) -> None:
        """Says whether containers could be started now."""
        try:
            self._engine.ping()
        except Refused as refusal:
            raise RunnerUnavailable(f"the Docker engine failed: {refusal}") from refusal

    def start(self, order: Order) -> Running:
        """Starts a container, or finds the one that was started for this attempt before."""
        name = container_name(order)
        with self._locks.setdefault(name, threading.Lock()):
            attempt = self._attempts.get(name)
            if attempt is None:
                try:
                    attempt = self._started(order, name)
                except HyperdockError:
                    self._locks.pop(name, None)
                    raise
                self._attempts[name] = attempt
            return attempt.running

    def adopt(self, orders: Sequence[Order]) -> Sequence[Running]:
        """Finds the containers of an earlier process by their labels and names."""
        try:
            found = self._adopted({container_name(order): order for order in orders})
        except Refused as refusal:
            raise RunnerUnavailable(f"the Docker engine failed: {refusal}") from refusal
        for slot in range(self._settings.slots):
            self._holders.prepare(slot, self._settings.network)
        return found

    def wait(self, running: Running, timeout: float) -> Exit | None:
        """The exit as soon as there is one, None after `timeout` seconds without one."""
        return self._waiting.wait(self._attempts[container_name(running.order)], timeout)

    def stop(self, running: Running, *, force: bool) -> None:
        """TERM to the target, or KILL to everything in its container.

        Raises:
            RunnerUnavailable: the engine does not answer; nothing was asked.
        """
        attempt = self._attempts.get(container_name(running.order))
        if attempt is None or attempt.exit is not None:
            return
        attempt.asked = True
        try:
            if not force:
                self._await_target(running)
            self._engine.kill(running.handle, "SIGKILL" if force else "SIGTERM")
        except Refused as refusal:
            raise RunnerUnavailable(f"the Docker engine failed: {refusal}") from refusal

    def discard(self, running: Running) -> None:
        """Removes the container; should the engine be away, as soon as it is back."""
        name = container_name(running.order)
        attempt = self._attempts.pop(name, None)
        self._locks.pop(name, None)
        if attempt is None:
            return
        self._events.unwatch(running.handle)
        if attempt.exit is None:
            if attempt.log is not None:
                attempt.log.release()
            if attempt.holder is not None:
                self._holders.drop(attempt.holder)
        self._remove(running.handle)

    def close(self) -> None:
        """Lets go of the engine and removes idle holders; running containers go on."""
        self._events.close()
        for attempt in list(self._attempts.values()):
            if attempt.exit is None and attempt.log is not None:
                attempt.log.release()
        self._attempts.clear()
        self._chores.close()
        self._holders.close()
        self._engine.close()

    def _await_target(self, running: Running) -> None:
        """Waits until a young container's init has a child: before, TERM would not be heard."""
        deadline = time.monotonic() + START_PATIENCE
        while time.time() - running.started_at < YOUNG and time.monotonic() < deadline:
            try:
                if self._engine.processes(running.handle) >= INIT_AND_TARGET:
                    return
            except Refused:  # it has ended
                return
            time.sleep(START_LOOK)

    def _adopted(self, expected: Mapping[str, Order]) -> Sequence[Running]:
        listed = self._engine.list([f"{WORKER_LABEL}={self._worker_id}"])
        ours = {each.name: each for each in listed if each.name in expected}
        in_use = self._holders.adopt([each for each in ours.values() if each.state == "running"])
        for each in listed:
            if each.name not in expected or each.state == "created":
                self._engine.remove(each.id)
        return [
            self._found_again(order, name, in_use.get(ours[name].id) if name in ours else None)
            for name, order in expected.items()
            if was_launched(order.folder) or (name in ours and ours[name].state != "created")
        ]

    def _started(self, order: Order, name: str) -> Attempt:
        try:
            if was_launched(order.folder):
                return self._found(order, name, None)
            return self._launched(order, name, self._launcher.launch(order))
        except AlreadyThere:
            return self._found(order, name, None)
        except StartInDoubt as doubt:
            # Should it run, nobody will look after it: it goes as soon as the engine is back.
            self._chores.add(partial(self._engine.remove, doubt.container))
            return _lost(order, doubt.container, IN_DOUBT)
        except Refused as refusal:
            raise RunnerUnavailable(f"the Docker engine failed: {refusal}") from refusal

    def _launched(self, order: Order, name: str, launched: Launched) -> Attempt:
        running = Running(
            order=order,
            started_at=time.time(),
            handle=launched.container,
            info=_info(order, name, launched.image.digest, launched.gpus),
        )
        return Attempt(
            running=running,
            watch=launched.watch,
            log=self._follower(order, launched.container),
            files=self._copied(order, launched.container) if launched.copied else None,
            holder=launched.holder,
        )

    def _found_again(self, order: Order, name: str, holder: Holder | None) -> Running:
        if name not in self._attempts:
            self._attempts[name] = self._found(order, name, holder)
        return self._attempts[name].running

    def _found(self, order: Order, name: str, holder: Holder | None) -> Attempt:
        container = self._engine.inspect(name)
        if container is None or not container.was_started:
            return _lost(order, name, VANISHED)
        watch = self._events.watch(container.id)
        if not container.runs:
            watch.end(Witness.REPLAYED)
        running = Running(
            order=order,
            started_at=container.started_at or time.time(),
            handle=container.id,
            info=_info(order, name, container.image, gpus_of(container.labels)),
        )
        copied = container.labels.get(FILES_LABEL) == COPIED
        return Attempt(
            running=running,
            watch=watch,
            log=self._follower(order, container.id),
            files=self._copied(order, container.id) if copied else None,
            holder=holder,
            looked_at=0.0,  # it may have ended between the look above and the watch
        )

    def _follower(self, order: Order, container: str) -> LogFollower:
        redaction = self._settings.secrets.redaction(order.offer)
        limit = self._settings.log_limit
        return LogFollower(self._engine, container, order.folder.log, limit, redaction)

    def _copied(self, order: Order, container: str) -> CopiedFiles:
        limit = order.offer.limits.disk or self._settings.disk_limit
        return CopiedFiles(self._engine, container, order.folder, limit)

    def _remove(self, container: str) -> None:
        try:
            self._engine.remove(container)
        except (Refused, RunnerUnavailable):
            self._chores.add(partial(self._engine.remove, container))


def _lost(order: Order, handle: str, why: str) -> Attempt:
    """An attempt of which only that is known that it is lost."""
    return Attempt(
        running=Running(order=order, started_at=time.time(), handle=handle),
        watch=Watch(seen_in=0),
        log=None,
        files=None,
        holder=None,
        exit=Exit(code=None, lost=why),
    )


def _info(order: Order, name: str, digest: str, gpus: Sequence[str]) -> JsonObject:
    info: JsonObject = {
        "host": platform.node(),
        "container": name,
        "image": order.offer.image,
        "image_digest": digest,
    }
    return info | ({"gpus": list(gpus)} if gpus else {})
