"""What a container may do, and what becomes of targets that cannot run at all."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.offer import JobOffer, Limits
from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import make_order, read, run, until, wait
from hyperdock_worker.contract import read_result
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings, logs

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("example_images")]

DOCKER = "/usr/bin/docker"
IMAGE = "hyperdock/test-shell"
SETTINGS = DockerSettings(holders=False, pids_limit=64)

MakeOrder = Callable[..., Order]


@pytest.fixture
def runner() -> Iterator[DockerRunner]:
    """A runner whose containers may hold 64 processes."""
    runner = DockerRunner(f"worker-{uuid4().hex}", SETTINGS)
    yield runner
    runner.adopt([])
    runner.close()


@pytest.fixture
def order(tmp_path: Path) -> MakeOrder:
    """Orders a script in the test image, with these fields of the offer."""

    def ordering(script: str | None, **fields: Any) -> Order:
        command = None if script is None else ("sh", "-c", script)
        offer = replace(job_offer(runtime="docker"), image=IMAGE, command=command, pull="never")
        return make_order(replace(offer, **fields), tmp_path)

    return ordering


@pytest.fixture
def built() -> Iterator[Callable[..., str]]:
    """Builds an image from files and settings, without any registry; removed after the test."""
    names = []

    def building(*changes: str, source: str = IMAGE) -> str:
        name = f"hyperdock/test-{uuid4().hex}"
        names.append(name)
        lines = "\n".join([f"FROM {source}", *changes])
        build = [DOCKER, "build", "-q", "-t", name, "-"]
        subprocess.run(build, input=lines.encode(), capture_output=True, check=True)
        return name

    yield building
    if names:
        subprocess.run([DOCKER, "rmi", "-f", *names], capture_output=True, check=True)


def left_over(runner: DockerRunner) -> list[str]:
    """The names of the worker's containers."""
    label = f"label=hyperdock.worker={runner._worker_id}"
    listing = [DOCKER, "ps", "-a", "--filter", label, "--format", "{{.Names}}"]
    return subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()


def test_fork_bomb_is_contained(runner: DockerRunner, order: MakeOrder) -> None:
    """A target that forks without end runs into its limit, and is ended like any other."""
    mine = order("bomb() { bomb | bomb & }; echo lit; bomb; sleep 60")
    running = runner.start(mine)
    until(lambda: runner.wait(running, 0.1) or "can't fork" in read(mine.folder.log))
    runner.stop(running, force=True)
    wait(runner, running)
    runner.discard(running)
    assert left_over(runner) == []


def test_image_with_a_user_of_its_own(
    runner: DockerRunner, order: MakeOrder, built: Callable[..., str]
) -> None:
    """A target that is not root reads its parameters and writes its results."""
    image = built("USER 65534:65534")
    mine = order(
        "cd /hyperdock && id -u && cat params.json && echo 1 > loss.json && echo x > out/x",
        image=image,
    )
    assert run(runner, mine).code == 0
    assert mine.folder.log.read_text() == '65534\n{"x": 1}'
    assert (mine.folder.target / "out" / "x").read_text() == "x\n"


def test_image_without_a_shell(
    runner: DockerRunner, order: MakeOrder, built: Callable[..., str]
) -> None:
    """An image that cannot run its own command is at fault, and the message says how."""
    image = built("CMD echo hello", source="scratch")
    mine = order(None, image=image)
    ended = run(runner, mine)
    assert ended.cannot_start is not None
    assert "/bin/sh" in ended.cannot_start
    assert "shell" in ended.cannot_start
    assert read_result(mine.folder.target, ended).outcome.reason == "cannot_start"  # type: ignore[union-attr]
    assert left_over(runner) == []


def test_image_without_any_command(
    runner: DockerRunner, order: MakeOrder, built: Callable[..., str]
) -> None:
    """An image that says nothing of what to run is refused at once."""
    image = built("CMD []", source="scratch")
    with pytest.raises(CannotStart) as caught:
        runner.start(order(None, image=image))
    assert caught.value.reason == "cannot_start"
    assert left_over(runner) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"image": "hyperdock/no-such-image", "pull": "never"}, 'pull is "never"'),
        ({"image": "localhost:1/no-such-image:v1", "pull": "missing"}, "cannot be pulled"),
        ({"image": "localhost:1/no-such-image:v1", "pull": "always"}, "cannot be pulled"),
        ({"image": "No Such Image"}, "No Such Image"),
    ],
)
def test_unknown_image(
    runner: DockerRunner, order: MakeOrder, fields: dict[str, Any], told: str
) -> None:
    """An image that is not here and cannot be had is named, with what to do about it."""
    with pytest.raises(CannotStart, match=told) as caught:
        runner.start(order("exit 0", **fields))
    assert caught.value.reason == "image_unavailable"
    assert left_over(runner) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"limits": Limits(gpus=2)}, "2 GPUs"),
        ({"engine_runtime": "no-such-runtime"}, 'no runtime "no-such-runtime"'),
        ({"network": "host"}, "none or bridge"),
        ({"privileged": True}, "privileged"),
        ({"limits": Limits(cpus=10_000)}, "CPUs"),
        ({"limits": Limits(memory=1000)}, "memory"),
        ({"working_dir": "relative"}, "relative"),
    ],
)
def test_impossible_wishes_are_refused(
    runner: DockerRunner, order: MakeOrder, fields: dict[str, Any], told: str
) -> None:
    """What this worker or its engine cannot give is said in words, and nothing is left behind."""
    with pytest.raises(CannotStart, match=told) as caught:
        runner.start(order("exit 0", **fields))
    assert caught.value.reason == "cannot_start"
    assert left_over(runner) == []


def test_image_removed_while_its_trial_runs(
    runner: DockerRunner, order: MakeOrder, built: Callable[..., str]
) -> None:
    """An image that is gone is looked for again, not started from memory."""
    image = built("ENV X=1")
    trial = f"trial-{uuid4().hex}"
    assert run(runner, order("exit 0", image=image, trial_id=trial)).code == 0
    subprocess.run([DOCKER, "rmi", "-f", image], capture_output=True, check=True)
    with pytest.raises(CannotStart) as caught:
        runner.start(order("exit 0", image=image, trial_id=trial))
    assert caught.value.reason == "image_unavailable"


def test_all_jobs_of_a_trial_run_the_same_image(
    runner: DockerRunner, order: MakeOrder, built: Callable[..., str]
) -> None:
    """A name that moves to another image while a trial runs changes nothing for that trial."""
    first, second = built("ENV WHICH=first"), built("ENV WHICH=second")
    moving = built("ENV WHICH=first")
    trial = f"trial-{uuid4().hex}"
    script = 'echo "$WHICH"'
    before = order(script, image=moving, trial_id=trial)
    run(runner, before)
    subprocess.run([DOCKER, "tag", second, moving], check=True)
    after = order(script, image=moving, trial_id=trial)
    run(runner, after)
    other = order(script, image=moving, trial_id=f"trial-{uuid4().hex}")
    run(runner, other)
    logs = [each.folder.log.read_text() for each in (before, after, other)]
    assert logs == ["first\n", "first\n", "second\n"]
    assert first != second


def test_containers_start_with_safe_defaults(runner: DockerRunner, order: MakeOrder) -> None:
    """No capability, no new privilege, no network, a bounded log, and data only for reading."""
    mine = order("sleep 60", limits=Limits(cpus=0.5, memory=64 << 20, shm_size=8 << 20))
    running = runner.start(mine)
    shown = subprocess.run([DOCKER, "inspect", running.handle], capture_output=True, check=True)
    (container,) = json.loads(shown.stdout)
    host = container["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["Privileged"] is False
    assert host["NetworkMode"] == "none"
    assert host["PidsLimit"] == 64
    assert (host["Memory"], host["MemorySwap"]) == (64 << 20, 64 << 20)
    assert (host["NanoCpus"], host["ShmSize"]) == (500_000_000, 8 << 20)
    assert "max-size" in host["LogConfig"]["Config"]
    runner.stop(running, force=True)
    runner.discard(running)


def test_data_cannot_be_written(runner: DockerRunner, order: MakeOrder, tmp_path: Path) -> None:
    """Jobs share a trial's data, so none may change it."""
    (tmp_path / "data").mkdir(mode=0o777)
    assert run(runner, order("touch /data/x", data=str(tmp_path / "data"))).code == 1
    assert list((tmp_path / "data").iterdir()) == []


def test_child_killed_for_want_of_memory(runner: DockerRunner, order: MakeOrder) -> None:
    """Also when only a child was killed and the target goes on, the exit tells."""
    greedy = "awk 'BEGIN { s = \"x\"; while (length(s) < 4e8) s = s s }'"
    ended = run(runner, order(f"{greedy}; exit 3", limits=Limits(memory=32 << 20)))
    assert (ended.code, ended.out_of_memory) == (3, True)


def test_no_engine(tmp_path: Path, order: MakeOrder) -> None:
    """Where no engine answers, that is said at each use, and nothing hangs."""
    settings = DockerSettings(url=f"unix://{tmp_path}/none.sock")
    runner = DockerRunner("worker", settings)
    with pytest.raises(RunnerUnavailable, match="no Docker engine answers"):
        runner.check()
    with pytest.raises(RunnerUnavailable):
        runner.adopt([])
    with pytest.raises(RunnerUnavailable):
        runner.start(order("exit 0"))
    runner.close()


def test_foreign_container_of_the_same_name(runner: DockerRunner, order: MakeOrder) -> None:
    """A container that another worker runs for this attempt is left alone."""
    mine = order("sleep 60")
    other = DockerRunner(f"worker-{uuid4().hex}", SETTINGS)
    theirs = other.start(mine)
    twin: JobOffer = mine.offer
    again = make_order(twin, mine.folder.path / "again")
    again = replace(again, offer=twin)
    with pytest.raises(RunnerUnavailable, match="belongs to"):
        runner.start(again)
    assert other.wait(theirs, 0) is None
    other.stop(theirs, force=True)
    other.discard(theirs)
    other.close()


def test_flood_of_short_lines_holds_nobody_up(
    runner: DockerRunner, order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output that cannot be read in time is cut with a notice, its end is there all the same."""
    monkeypatch.setattr(logs, "LONGEST", 0.5)
    mine = order("yes | head -c 4000000; echo LAST")
    assert run(runner, mine).code == 0
    log = mine.folder.log.read_text()
    assert log.startswith("y\ny\n")
    assert log.count("left out") == 1
    assert log.endswith("y\nLAST\n")
