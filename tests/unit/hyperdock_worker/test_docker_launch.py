"""The way of an attempt into its one container, with an engine that says what a test wants."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.offer import Limits
from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import make_order
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.events import Events, Watch
from hyperdock_worker.docker_engine.holders import Holder, Holders
from hyperdock_worker.docker_engine.launch import (
    AlreadyThere,
    Launcher,
    StartInDoubt,
    was_launched,
)
from hyperdock_worker.docker_engine.options import WORKER_LABEL, container_name
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.docker_engine.state import Container, Image, Refused, Stat


class FakeEngine:
    """Containers in a dictionary; `fails` holds what the next calls of a name raise."""

    def __init__(self) -> None:
        self.containers: dict[str, Container] = {}
        self.networks: list[str] = []
        self.configs: list[Any] = []
        self.files: dict[str, bytes] = {}
        self.sees_disk = True
        self.asked_for_images = 0
        self.fails: dict[str, list[Exception]] = {}

    def image(self, reference: str) -> Image | None:
        """Every image is here."""
        self.asked_for_images += 1
        self._fail("image")
        return Image(id=f"id of {reference}", digest="d", has_entrypoint=False)

    def create(self, name: str, config: Any) -> str:
        """As the engine does, it takes no name twice."""
        self._fail("create")
        if name in self.containers:
            raise Refused(409, "the name is in use")
        if name.startswith("hyperdock-look-") and not self.sees_disk:
            raise Refused(400, "invalid mount config: bind source path does not exist: /x")
        if not name.startswith("hyperdock-look-"):
            self.networks.append(config["HostConfig"]["NetworkMode"])
            self.configs.append(config)
        labels = config["Labels"]
        self.containers[name] = container(name, "created", labels[WORKER_LABEL])
        return name

    def start(self, name: str) -> None:
        """Starts it."""
        self._fail("start")
        self.containers[name] = replace(self.containers[name], state="running")

    def stat(self, name: str, path: str) -> Stat | None:
        """The token is seen; the image has no folder of its own."""
        assert name in self.containers
        return Stat(size=0, modified="", plain=True) if "token" in path else None

    def put(self, name: str, folder: str, archive: bytes) -> None:
        """Keeps it."""
        assert self.containers[name].state == "created"
        assert folder == "/"
        self._fail("put")
        self.files[name] = archive

    def inspect(self, name: str) -> Container | None:
        """As it is."""
        return self.containers.get(name)

    def remove(self, name: str) -> None:
        """Removes it."""
        self.containers.pop(name, None)

    def _fail(self, call: str) -> None:
        if planned := self.fails.get(call):
            raise planned.pop(0)


class FakeHolders:
    """One holder, ready to be taken."""

    def __init__(self) -> None:
        self.holder: Holder | None = Holder(id="h1", slot=0, network="none", pid=1)
        self.dropped: list[Holder] = []

    def take(self, slot: int, network: str) -> Holder | None:
        """The holder, if it is there."""
        assert (slot, network) == (0, "none")
        return self.holder

    def drop(self, holder: Holder) -> None:
        """Notes it."""
        self.dropped.append(holder)


class FakeEvents:
    """Watches nothing."""

    def watch(self, name: str) -> Watch:
        """A watch that nobody tells anything."""
        assert name
        return Watch(seen_in=0)

    def unwatch(self, name: str) -> None:
        """Nothing to forget."""


def container(name: str, state: str, worker_id: str) -> Container:
    """A container in a state."""
    return Container(
        id=name,
        name=name,
        state=state,
        labels={WORKER_LABEL: worker_id},
        code=0,
        out_of_memory=False,
        pid=1,
        started_at=None,
        finished_at=None,
        image="i",
        network="none",
    )


@pytest.fixture
def engine() -> FakeEngine:
    """The engine."""
    return FakeEngine()


@pytest.fixture
def holders() -> FakeHolders:
    """The holders."""
    return FakeHolders()


@pytest.fixture
def launch(engine: FakeEngine, holders: FakeHolders) -> Callable[[Order], Any]:
    """Launches on the fake engine."""
    return Launcher(
        cast("Engine", engine),
        "w1",
        DockerSettings(allow_privileged=True, slot_gpus={0: ("a", "b")}),
        cast("Events", FakeEvents()),
        cast("Holders", holders),
    ).launch


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """An order for a container."""
    return make_order(replace(job_offer(runtime="docker"), image="shell"), tmp_path)


def test_launch_joins_the_holder(
    launch: Callable[[Order], Any], engine: FakeEngine, holders: FakeHolders, order: Order
) -> None:
    """With a holder at hand the container runs in its network, and the folder remembers."""
    launched = launch(order)
    assert engine.networks == ["container:h1"]
    assert launched.holder is holders.holder
    assert was_launched(order.folder)


def test_privileged_containers_stay_out_of_holders(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order
) -> None:
    """Who may do anything with its network does not get that of the next."""
    launched = launch(replace(order, offer=replace(order.offer, privileged=True)))
    assert engine.networks == ["none"]
    assert launched.holder is None


def test_refused_in_a_holder_is_tried_without(
    launch: Callable[[Order], Any], engine: FakeEngine, holders: FakeHolders, order: Order
) -> None:
    """A holder that died costs the job nothing but time."""
    engine.fails["start"] = [Refused(409, "cannot join network of a non running container")]
    launched = launch(order)
    assert engine.networks == ["container:h1", "none"]
    assert launched.holder is None
    assert [each.id for each in holders.dropped] == ["h1"]


def test_refused_start_leaves_nothing(
    launch: Callable[[Order], Any], engine: FakeEngine, holders: FakeHolders, order: Order
) -> None:
    """Neither a container nor a mark stays of what the engine refused to start."""
    holders.holder = None
    engine.fails["start"] = [Refused(400, "no such thing")]
    with pytest.raises(CannotStart):
        launch(order)
    assert engine.containers == {}
    assert not was_launched(order.folder)
    assert launch(order).container == container_name(order)


def test_engine_gone_over_a_start_leaves_a_doubt(
    launch: Callable[[Order], Any], engine: FakeEngine, holders: FakeHolders, order: Order
) -> None:
    """It may run: it is never started again, and its holder is no place for others."""
    engine.fails["start"] = [RunnerUnavailable("gone")]
    with pytest.raises(StartInDoubt):
        launch(order)
    assert was_launched(order.folder)
    assert [each.id for each in holders.dropped] == ["h1"]


def test_engine_gone_before_the_start_leaves_none(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order
) -> None:
    """Without a created container nothing can run, so it may be tried again."""
    engine.fails["create"] = [RunnerUnavailable("gone")]
    with pytest.raises(RunnerUnavailable) as caught:
        launch(order)
    assert not isinstance(caught.value, StartInDoubt)
    assert not was_launched(order.folder)


def test_created_but_never_started_makes_way(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order
) -> None:
    """A process that died between create and start left a container that nobody needs."""
    name = container_name(order)
    engine.containers[name] = container(name, "created", "w1")
    launch(order)
    assert engine.containers[name].state == "running"


@pytest.mark.parametrize("state", ["running", "exited"])
def test_what_was_started_is_not_started_again(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order, state: str
) -> None:
    """Invariant 2, also where the folder does not know of the container any more."""
    name = container_name(order)
    engine.containers[name] = container(name, state, "w1")
    with pytest.raises(AlreadyThere):
        launch(order)
    assert engine.containers[name].state == state


def test_what_another_worker_runs_is_left_alone(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order
) -> None:
    """The attempt is at no fault, and not ours."""
    name = container_name(order)
    engine.containers[name] = container(name, "running", "w2")
    with pytest.raises(RunnerUnavailable, match="w2"):
        launch(order)
    assert name in engine.containers


def test_images_are_looked_up_once_per_trial(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order, tmp_path: Path
) -> None:
    """Jobs of a trial do not wait for what is known; when the image is gone it is known no more."""
    launch(order)
    launch(make_order(order.offer, tmp_path))
    assert engine.asked_for_images == 1
    engine.fails["create"] = [Refused(404, "no such image")]
    launch(make_order(order.offer, tmp_path))
    assert engine.asked_for_images == 2


def test_engine_that_sees_the_folder_mounts_it(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order, tmp_path: Path
) -> None:
    """That is tried out with the first attempt only, and leaves nothing behind."""
    assert not launch(order).copied
    assert engine.configs[0]["HostConfig"]["Mounts"][0]["Source"] == str(order.folder.target)
    assert engine.files == {}
    assert sorted(each.name for each in order.folder.target.iterdir()) == ["out", "params.json"]
    engine.sees_disk = False
    assert not launch(make_order(order.offer, tmp_path)).copied
    assert len(engine.containers) == 2


def test_engine_that_does_not_see_the_folder_gets_copies(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order
) -> None:
    """The files are in the container before it starts."""
    engine.sees_disk = False
    launched = launch(order)
    assert launched.copied
    assert engine.configs[0]["HostConfig"]["Mounts"] == []
    assert b"params.json" in engine.files[launched.container]


def test_files_that_cannot_be_put_leave_no_start(
    launch: Callable[[Order], Any], engine: FakeEngine, holders: FakeHolders, order: Order
) -> None:
    """Nothing runs without its parameters, and the attempt may be tried again."""
    engine.sees_disk, holders.holder = False, None
    engine.fails["put"] = [Refused(500, "no space left on device")]
    with pytest.raises(RunnerUnavailable, match="no space"):
        launch(order)
    engine.fails["put"] = [RunnerUnavailable("gone")]
    with pytest.raises(RunnerUnavailable):
        launch(order)
    assert not was_launched(order.folder)
    assert launch(order).copied


def test_slots_devices_are_told(
    launch: Callable[[Order], Any], engine: FakeEngine, order: Order
) -> None:
    """What the engine is asked for is what the record says."""
    asking = replace(order, offer=replace(order.offer, limits=Limits(gpus=1)))
    assert launch(asking).gpus == ("a",)
    (request,) = engine.configs[0]["HostConfig"]["DeviceRequests"]
    assert request["DeviceIDs"] == ["a"]
