"""What a trial stands on goes away in the middle and comes back: nothing is lost or doubled."""

import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.conftest import ROOT, missing
from tests.integration.all_in_one import AllInOne, events_of, wait_for

from hyperdock_common.events import AttemptLost, JobFinished

DOCKER = "/usr/bin/docker"
LOSS = "echo 1 > $HYPERDOCK_DIR/loss.json"
TRIAL: dict[str, Any] = {
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "algorithm": {"name": "random", "seed": 1},
    "parallelism": 2,
}


class OwnEngine:
    """A Docker engine beside the machine's own, to be killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "HYPERDOCK_DOCKERD_SOCKET": str(folder / "docker.sock")}
        self.url = f"unix://{folder}/docker.sock"

    def do(self, *words: str) -> None:
        """Starts or stops it."""
        command = [str(ROOT / "scripts/docker-engine"), *words]
        subprocess.run(command, env=self._environment, check=True)

    def kill(self) -> None:
        """Ends it at once; its containers end with it."""
        pid = int((self._folder / "docker.sock.d/pid").read_text())
        os.kill(pid, signal.SIGKILL)

    def load(self, image: str) -> None:
        """Copies an image of the machine's engine."""
        saved = subprocess.run([DOCKER, "save", image], check=True, capture_output=True)
        subprocess.run(
            [DOCKER, "-H", self.url, "load"], input=saved.stdout, check=True, capture_output=True
        )


@pytest.fixture
def own_engine(example_images: None) -> Iterator[OwnEngine]:  # noqa: ARG001
    """An engine of our own, with the test image in it."""
    with TemporaryDirectory(prefix="hd-") as folder:  # short: a socket's path may not be long
        engine = OwnEngine(Path(folder))
        engine.do("start")
        try:
            engine.load("hyperdock/test-shell")
            yield engine
        finally:
            engine.do("stop", "--purge")


@pytest.mark.docker
@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_trial_outlives_its_docker_engine(own_engine: OwnEngine, state: Path, how: str) -> None:
    """Jobs that the engine took with it are lost attempts, not failures, and run again.

    A stopped engine takes all its containers with it; those of a killed one may come through.
    """
    script = f"sleep 1; {LOSS}"
    image = {"image": "hyperdock/test-shell", "pull": "never", "network": "none"}
    with AllInOne(state, "--slots", "2", "--docker-host", own_engine.url) as system:
        trial_id = system.submit(
            name="engine", command=["sh", "-c", script], budget={"jobs": 10}, **image, **TRIAL
        )
        wait_for(partial(has_ended, system, trial_id, 3))
        own_engine.kill() if how == "kill" else own_engine.do("stop")
        own_engine.do("start")
        trial = system.finished(trial_id)
        system.stop()
    assert (trial["state"], trial["jobs"]["succeeded"]) == ("completed", 10)
    events = [record.event for record in events_of(state)]
    if how == "stop":
        assert any(isinstance(event, AttemptLost) for event in events)
    ends = Counter(event.job_id for event in events if isinstance(event, JobFinished))
    assert set(ends.values()) == {1}
    left = subprocess.run(
        [DOCKER, "-H", own_engine.url, "ps", "-aq"], capture_output=True, text=True, check=True
    )
    assert left.stdout == "", "containers were left behind"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        missing(f"no small disk can be mounted: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.slow
def test_a_trial_outlives_a_full_disk(small_disk: Path) -> None:
    """It waits while nothing can be recorded, says why, and goes on when there is room again."""
    filler = small_disk / "filler"
    state = small_disk / "state"
    stop = threading.Event()
    with AllInOne(state, "--slots", "2", "--no-docker") as system:
        trial_id = system.submit(
            name="full",
            command=["sh", "-c", f"sleep 0.1; {LOSS}"],
            budget={"jobs": 40},
            **TRIAL,
        )
        wait_for(partial(has_ended, system, trial_id, 5))
        thread = threading.Thread(target=fill, args=(filler, stop))
        thread.start()
        log = state / "hyperdock.log"
        wait_for(lambda: "supervisor_waits" in log.read_text() or complains(small_disk))
        stop.set()
        thread.join()
        filler.unlink()
        trial = system.finished(trial_id)
        system.stop()
    assert (trial["state"], trial["jobs"]["succeeded"]) == ("completed", 40)
    ends = Counter(
        record.event.job_id for record in events_of(state) if isinstance(record.event, JobFinished)
    )
    assert len(ends) == 40
    assert set(ends.values()) == {1}


def fill(file: Path, stop: threading.Event) -> None:
    """Takes every byte that becomes free, until told to stop."""
    with file.open("ab", buffering=0) as filler:
        while not stop.is_set():
            with suppress(OSError):
                while filler.write(bytes(4096)):
                    pass
            stop.wait(0.05)


def complains(disk: Path) -> bool:
    """Whether the command has said on its standard error that the disk is full."""
    said = (disk / "up.log").read_bytes()
    return b"full" in said or b"No space left" in said


def has_ended(system: AllInOne, trial_id: str, count: int) -> bool:
    """Whether so many jobs of the trial have succeeded."""
    return bool(system.trial(trial_id)["jobs"]["succeeded"] >= count)
