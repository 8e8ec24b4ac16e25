"""`hyperdock run`: from the file to the exit code, against a fake gateway."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import (
    TRIAL,
    begun,
    document,
    ended,
    failed,
    finished,
    registered,
    submitted,
    succeeded,
)
from hyperdock_common.events import Cancelled, Event

Invoke = Callable[..., Result]


@pytest.fixture
def gateway() -> FakeGateway:
    """The trial of `path` is there already, unfinished: so its id is known."""
    return FakeGateway(registered(), submitted(working_dir="/w"))


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A trial file."""
    path = tmp_path / "bowl.yaml"
    path.write_text(json.dumps(document(working_dir="/w")), encoding="utf-8")
    return str(path)


def going(gateway: FakeGateway, *steps: Sequence[Event]) -> None:
    """What each look of the watch finds; the first look belongs to the submission."""
    gateway.later([], *steps)


def test_a_run_ends_with_the_best_loss(invoke: Invoke, gateway: FakeGateway, path: str) -> None:
    """The summary, the best jobs, and as last line the best loss with its params."""
    going(gateway, [*succeeded(1, 0.5), *failed(2)], [*succeeded(3, 0.25), finished()])
    result = invoke("run", path)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[-1] == 'best loss 0.25 with {"x": 0.3}'
    assert f"trial      {TRIAL}" in lines
    assert "best so far: 0.5 by job 1 with x=0.1" in lines
    assert "best so far: 0.25 by job 3 with x=0.3" in lines
    assert any(line.startswith("state    completed") for line in lines)
    assert "best jobs:" in lines


def test_json_ends_with_one_line_and_progress_is_elsewhere(
    invoke: Invoke, gateway: FakeGateway, path: str
) -> None:
    """Standard output holds nothing but the result."""
    going(gateway, [*succeeded(1, 0.5), finished()])
    result = invoke("run", path, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["best"] == {"job": f"{TRIAL}.1", "loss": 0.5, "params": {"x": 0.1}}
    assert found["jobs"]["succeeded"] == 1
    assert "best so far" in result.stderr


def test_quiet_is_the_last_line_only(invoke: Invoke, gateway: FakeGateway, path: str) -> None:
    """For those who only want the result."""
    going(gateway, [*succeeded(1, 0.5), finished()])
    result = invoke("run", path, "--quiet")
    assert (result.stdout, result.stderr) == ('best loss 0.5 with {"x": 0.1}\n', "")


def test_a_failed_trial_says_why(invoke: Invoke, gateway: FakeGateway, path: str) -> None:
    """Exit code 1, the commonest failure, and where its log is."""
    going(gateway, [*failed(1, "timeout", "too slow"), *failed(2), *failed(3), finished("failed")])
    result = invoke("run", path)
    assert result.exit_code == 1
    assert "2 jobs failed with exit_code: exit code 3" in result.stdout
    assert f"hyperdock job logs {TRIAL}.2" in result.stdout
    assert result.stdout.splitlines()[-1] == "no job succeeded (3 failed)"


def test_it_says_that_it_goes_on(invoke: Invoke, gateway: FakeGateway, path: str) -> None:
    """An unfinished trial of the same file is not begun again."""
    going(gateway, [*succeeded(1, 0.5), finished()])
    assert "goes on with 0/4 done" in invoke("run", path).stdout


def test_new_begins_anew(invoke: Invoke, gateway: FakeGateway, path: str) -> None:
    """And mentions the other one."""
    new = "bowl-new1"
    going(gateway, [*succeeded(1, 0.5, new), finished(trial_id=new)])
    result = invoke("run", path, "--new")
    assert result.exit_code == 0
    assert f"the unfinished trial {TRIAL} goes on, too (running)" in result.stdout


def test_invalid_input_starts_nothing(
    invoke: Invoke, outside: FakeOutside, gateway: FakeGateway, path: str
) -> None:
    """Each problem with its file and field, exit code 2, and no request at all."""
    outside.running = False
    result = invoke("run", path, "--set", "parallelism=0", "--set", "buget.jobs=3")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert any(line.startswith(f"{path}: parallelism: ") for line in lines)
    assert any(line.startswith(f"{path}: buget: no such field") for line in lines)
    assert lines[-1].startswith(f"error: {path} is no valid trial (2 problems)")
    assert (outside.launches, gateway.calls) == ([], [])


def test_a_system_of_its_own_gets_the_options_and_is_stopped(
    invoke: Invoke, outside: FakeOutside, gateway: FakeGateway, path: str, tmp_path: Path
) -> None:
    """Where nothing runs on the state folder, everything is started within."""
    outside.running = False
    going(gateway, [*succeeded(1, 0.5), finished()])
    result = invoke("run", path, "--state", str(tmp_path), "--slots", "3", "--no-docker")
    assert result.exit_code == 0
    launch = outside.launches[0]
    assert (launch.state, launch.slots, launch.docker) == (tmp_path, 3, False)
    assert outside.system.stopped >= 1
    assert "system     this process, with local processes" in result.stdout


def test_options_without_effect_are_pointed_out(
    invoke: Invoke, gateway: FakeGateway, path: str
) -> None:
    """A system that runs already keeps its slots."""
    going(gateway, [*succeeded(1, 0.5), finished()])
    assert "--slots: of no effect" in invoke("run", path, "--slots", "3").stderr


def test_a_signal_stops_the_trial_of_a_script(
    invoke: Invoke, gateway: FakeGateway, path: str
) -> None:
    """The trial is stopped, its end is awaited, the exit code is 128 and the signal."""

    class Terminating(tuple[Event, ...]):
        """A step that sends a signal when it is taken."""

        __slots__ = ()

        def __iter__(self) -> Iterator[Event]:
            """The events, and the signal."""
            os.kill(os.getpid(), signal.SIGTERM)
            return super().__iter__()

    end: list[Event] = [ended(1, Cancelled(reason="user")), finished("stopped", "user")]
    going(gateway, Terminating(begun(1)), end)
    result = invoke("run", path, "--json")
    assert result.exit_code == 143
    assert ("POST", f"trials/{TRIAL}/stop") in gateway.calls
    assert json.loads(result.stdout)["state"] == "stopped"


def test_a_missing_file_is_named(invoke: Invoke, tmp_path: Path) -> None:
    """Exit code 2."""
    result = invoke("run", str(tmp_path / "gone.yaml"))
    assert result.exit_code == 2
    assert "gone.yaml: No such file" in result.stderr
