"""Local processes over the death of their worker, of their shim, and of nobody."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.errors import CannotStart
from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import (
    TICKING,
    assert_still,
    make_order,
    read,
    ticks,
    until,
    wait,
)
from hyperdock_worker.local_process.files import AttemptFiles
from hyperdock_worker.local_process.processes import identity
from hyperdock_worker.local_process.shim import spawn
from hyperdock_worker.process_runner import ProcessRunner

WORKER = """
import os, sys, time
from dataclasses import replace
from pathlib import Path
from hyperdock_common.ports import AttemptFolder, Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_worker.process_runner import ProcessRunner

worker_id, folder, script = sys.argv[1:]
offer = replace(job_offer(), command=("sh", "-c", script))
order = Order(offer=offer, folder=AttemptFolder(path=Path(folder)), slot=0)
running = ProcessRunner(worker_id, environ=os.environ).start(order)
print(running.info["pid"], flush=True)
time.sleep(60)
"""


@pytest.fixture
def worker_id() -> Iterator[str]:
    """A worker of this test's own; nothing of it is left after the test."""
    worker_id = f"worker-{uuid4()}"
    yield worker_id
    last = ProcessRunner(worker_id, environ=os.environ)
    last.adopt([])
    last.close()


def ordered(folder: Path, script: str) -> Order:
    """An order for a script."""
    return make_order(replace(job_offer(), command=("sh", "-c", script)), folder)


def start_and_die(worker_id: str, order: Order) -> int:
    """A worker process starts the target and is killed; returns the shim's pid."""
    script = (order.offer.command or ("", "", ""))[2]
    command = [sys.executable, "-c", WORKER, worker_id, str(order.folder.path), script]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    return pid


def test_exit_code_survives_the_workers_death(worker_id: str, tmp_path: Path) -> None:
    """A target that ends while no worker runs is harvested by the next one."""
    mine = ordered(tmp_path, "echo begun; sleep 0.5; echo over; exit 42")
    pid = start_and_die(worker_id, mine)
    until(lambda: identity(pid) is None)
    runner = ProcessRunner(worker_id, environ=os.environ)
    (found,) = runner.adopt([mine])
    ended = wait(runner, found)
    assert (ended.code, ended.lost) == (42, None)
    assert ended.seconds is not None
    assert 0.4 < ended.seconds < 20
    assert mine.folder.log.read_text() == "begun\nover\n"
    runner.close()


def test_end_of_an_adopted_process_is_noticed(worker_id: str, tmp_path: Path) -> None:
    """A process that is not our child is waited for all the same."""
    mine = ordered(tmp_path, 'while [ ! -e "$HYPERDOCK_DIR/out/go" ]; do sleep 0.02; done; exit 5')
    start_and_die(worker_id, mine)
    runner = ProcessRunner(worker_id, environ=os.environ)
    (found,) = runner.adopt([mine])
    assert runner.wait(found, 0.1) is None
    (mine.folder.target / "out" / "go").touch()
    assert wait(runner, found).code == 5
    runner.close()


def test_children_of_an_adopted_process_are_ended(worker_id: str, tmp_path: Path) -> None:
    """Also what a target left behind under an earlier worker ends with it."""
    mine = ordered(
        tmp_path,
        f"setsid sh -c '{TICKING}' & "
        'while [ ! -e "$HYPERDOCK_DIR/out/go" ]; do sleep 0.02; done; exit 0',
    )
    start_and_die(worker_id, mine)
    runner = ProcessRunner(worker_id, environ=os.environ)
    (found,) = runner.adopt([mine])
    until(lambda: ticks(mine) > 0)
    (mine.folder.target / "out" / "go").touch()
    assert wait(runner, found).code == 0
    assert_still(mine)
    runner.close()


def test_killed_shim_is_a_loss(worker_id: str, tmp_path: Path) -> None:
    """Somebody else's KILL leaves no exit code, and nothing of the target runs on."""
    mine = ordered(tmp_path, TICKING)
    runner = ProcessRunner(worker_id, environ=os.environ)
    running = runner.start(mine)
    until(lambda: ticks(mine) > 0)
    assert isinstance(running.info["pid"], int)
    os.kill(running.info["pid"], signal.SIGKILL)
    ended = wait(runner, running)
    assert ended.code is None
    assert ended.lost is not None
    assert_still(mine)
    runner.close()


def test_reused_pid_is_not_taken_for_the_target(worker_id: str, tmp_path: Path) -> None:
    """A process that merely has the same number is neither waited for nor killed."""
    mine = ordered(tmp_path, "sleep 60")
    runner = ProcessRunner(worker_id, environ=os.environ)
    running = runner.start(mine)
    runner.stop(running, force=True)
    wait(runner, running)
    runner.close()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        record = mine.folder.path / "process.json"
        record.write_text(json.dumps({**json.loads(record.read_text()), "pid": stranger.pid}))
        again = ProcessRunner(worker_id, environ=os.environ)
        (found,) = again.adopt([mine])
        assert wait(again, found).code == 137
        again.stop(found, force=True)
        again.discard(found)
        assert stranger.poll() is None
        stranger.kill()


def test_unrecorded_shim_starts_nothing(tmp_path: Path) -> None:
    """A worker that dies before it has recorded the process has started no target."""
    files = AttemptFiles(ordered(tmp_path, "").folder)
    waiting = spawn(
        ["/bin/sh", "-c", "echo ran"],
        folder=str(tmp_path),
        exit_file=files.exit_code,
        output=files.output,
        environment={},
    )
    waiting.drop()
    assert read(files.output) == ""
    assert not files.exit_code.exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"command": ("no-such-program",)}, "no-such-program.*PATH="),
        ({"command": ("./no-such-script",)}, "no-such-script.*working folder"),
        ({"command": ("./plain-file",)}, "not executable"),
        ({"command": ()}, "names no command"),
        ({"working_dir": "/no/such/folder"}, "working_dir.*/no/such/folder"),
        ({"working_dir": "relative"}, "not an absolute path"),
        ({"data": "/no/such/data"}, "data.*/no/such/data"),
        ({"command": ("sh", "-c", "a\0b")}, "cannot be run"),
    ],
)
def test_what_cannot_start_is_said(
    worker_id: str, tmp_path: Path, fields: dict[str, object], told: str
) -> None:
    """A wrong specification is told apart from a failing target, and leaves no record."""
    (tmp_path / "plain-file").write_text("")
    known = {"command": ("sh", "-c", "exit 0"), "working_dir": str(tmp_path), **fields}
    mine = make_order(replace(job_offer(), **known), tmp_path)  # type: ignore[arg-type]
    runner = ProcessRunner(worker_id, environ=os.environ)
    with pytest.raises(CannotStart, match=told) as caught:
        runner.start(mine)
    assert caught.value.reason == "cannot_start"
    assert list(runner.adopt([mine])) == []
    runner.close()


def test_only_what_is_needed_is_inherited(worker_id: str, tmp_path: Path) -> None:
    """A worker's secrets are not its targets' business."""
    environ = {"PATH": os.environ["PATH"], "HOME": "/home/x", "SECRET_TOKEN": "s3cret"}
    runner = ProcessRunner(worker_id, environ=environ)
    mine = ordered(tmp_path, "env")
    wait(runner, runner.start(mine))
    runner.close()
    log = mine.folder.log.read_text()
    assert "HOME=/home/x" in log
    assert "s3cret" not in log


def test_target_runs_in_its_working_folder(worker_id: str, tmp_path: Path) -> None:
    """The trial's working folder, or else the target's own."""
    runner = ProcessRunner(worker_id, environ=os.environ)
    (tmp_path / "code").mkdir()
    with_folder = ordered(tmp_path, "pwd")
    offer = replace(with_folder.offer, working_dir=str(tmp_path / "code"))
    with_folder = replace(with_folder, offer=offer)
    without = ordered(tmp_path, "pwd")
    for each, expected in ((with_folder, tmp_path / "code"), (without, without.folder.target)):
        wait(runner, runner.start(each))
        assert each.folder.log.read_text() == f"{expected}\n"
    runner.close()


def test_stop_before_the_target_has_begun(worker_id: str, tmp_path: Path) -> None:
    """TERM right after the start reaches the target, not only its shim."""
    runner = ProcessRunner(worker_id, environ=os.environ)
    for _ in range(10):
        running = runner.start(ordered(tmp_path, "sleep 60"))
        runner.stop(running, force=False)
        assert wait(runner, running).code == 143
        runner.discard(running)
    runner.close()
