"""The way of an attempt into its one container: image, network, create, mark, start."""

from dataclasses import dataclass
from pathlib import Path

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.runner import AttemptFolder, Order
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.copies import put_files
from hyperdock_worker.docker_engine.events import Events, Watch
from hyperdock_worker.docker_engine.gpus import devices
from hyperdock_worker.docker_engine.holders import Holder, Holders
from hyperdock_worker.docker_engine.images import Images
from hyperdock_worker.docker_engine.options import (
    WORKER_LABEL,
    Place,
    container_config,
    container_name,
    is_privileged,
    join_network,
    network_of,
)
from hyperdock_worker.docker_engine.places import Places
from hyperdock_worker.docker_engine.refusals import explained
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.docker_engine.state import Image, Refused

_NOT_FOUND, _CONFLICT = 404, 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A container that was started just now.

    Attributes:
        copied: whether its files were copied into it.
        gpus: its devices, where they are known.
    """

    container: str
    copied: bool
    gpus: tuple[str, ...]
    image: Image
    watch: Watch
    holder: Holder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be launched, whatever its network."""

    order: Order
    image: Image
    place: Place


class AlreadyThere(Exception):
    """Raised when the attempt's container had been started before, by whomever."""


class StartInDoubt(RunnerUnavailable):
    """Raised when the engine went away over a start: the container may run or not."""

    def __init__(self, container: str, why: str) -> None:
        self.container = container
        super().__init__(why)


class Launcher:
    """Launches containers; each attempt folder remembers that its container was to be started."""

    def __init__(
        self,
        engine: Engine,
        worker_id: str,
        settings: DockerSettings,
        events: Events,
        holders: Holders,
    ) -> None:
        self._engine = engine
        self._worker_id = worker_id
        self._settings = settings
        self._events = events
        self._holders = holders
        self._images = Images(engine)
        self._places = Places(engine, worker_id, settings)

    def launch(self, order: Order) -> Launched:
        """Starts the attempt's container.

        Raises:
            AlreadyThere: it had been started before.
            CannotStart: it cannot run as specified.
            StartInDoubt: it may run.
            RunnerUnavailable: the engine does not answer, nothing runs.
        """
        plan = self._planned(order)
        image_id = plan.image.id
        config = container_config(order, image_id, self._worker_id, self._settings, plan.place)
        holder = None
        if not is_privileged(order, self._settings):
            holder = self._holders.take(order.slot, network_of(order, self._settings))
        if holder is not None:
            try:
                joined = join_network(config, holder.id, holder.files)
                return self._started(plan, joined, holder)
            except Refused:  # perhaps for the holder's sake
                self._holders.drop(holder)
            except BaseException:
                self._holders.drop(holder)
                raise
        try:
            return self._started(plan, config, None)
        except Refused as refusal:
            raise explained(refusal, order.offer) from refusal

    def _planned(self, order: Order) -> _Plan:
        image = self._images.get(order.offer)
        try:
            try:
                place = self._places.place(order.folder, image)
            except Refused as refusal:
                if refusal.status != _NOT_FOUND:
                    raise
                self._images.forget(order.offer)  # removed since it was looked up
                image = self._images.get(order.offer)
                place = self._places.place(order.folder, image)
        except Refused as refusal:
            raise explained(refusal, order.offer) from refusal
        return _Plan(order=order, image=image, place=place)

    def _started(self, plan: _Plan, config: JsonObject, holder: Holder | None) -> Launched:
        container = self._created(plan.order, config)
        mark = _mark(plan.order.folder)
        try:
            if plan.place.copied:
                put_files(self._engine, container, plan.order.folder)
            mark.write_text(container)
        except OSError as error:
            self._engine.remove(container)
            raise RunnerUnavailable(f"the start cannot be recorded: {error}") from error
        except Refused:
            self._engine.remove(container)
            raise
        watch = self._events.watch(container)
        try:
            self._engine.start(container)
        except Refused:
            self._events.unwatch(container)
            self._engine.remove(container)
            mark.unlink()
            raise
        except RunnerUnavailable as error:
            self._events.unwatch(container)
            raise StartInDoubt(container, str(error)) from error
        return Launched(
            container=container,
            copied=plan.place.copied,
            gpus=devices(plan.order, self._settings.slot_gpus),
            image=plan.image,
            watch=watch,
            holder=holder,
        )

    def _created(self, order: Order, config: JsonObject) -> str:
        name = container_name(order)
        try:
            return self._engine.create(name, config)
        except Refused as refusal:
            if refusal.status == _CONFLICT:
                self._make_way(name)
            elif refusal.status == _NOT_FOUND:  # removed since it was looked up
                self._images.forget(order.offer)
                config = {**config, "Image": self._images.get(order.offer).id}
            else:
                raise
        return self._engine.create(name, config)

    def _make_way(self, name: str) -> None:
        """Removes a container of this name that was never started."""
        found = self._engine.inspect(name)
        if found is None:
            return
        owner = found.labels.get(WORKER_LABEL)
        if owner != self._worker_id:
            raise RunnerUnavailable(f"the container {name} belongs to the worker {owner}")
        if found.was_started:
            raise AlreadyThere(name)
        self._engine.remove(found.id)


def was_launched(folder: AttemptFolder) -> bool:
    """Whether the attempt's container was started, or perhaps was."""
    return _mark(folder).exists()


def _mark(folder: AttemptFolder) -> Path:
    return folder.path / "container"
