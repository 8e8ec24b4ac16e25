"""The `hyperdock` command for real, targets as local processes: outcomes, signals, refusals."""

import json
import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from hyperdock_cli.state_folder import own_token, running_url
from hyperdock_cli.testing.processes import (
    HYPERDOCK,
    PATIENCE,
    hyperdock,
    recorded,
    started,
    succeeded,
    the_trial,
    wait_until,
    write_trial,
)
from hyperdock_common.events import JobFinished, TrialSubmitted


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A trial file of six quick jobs."""
    return write_trial(tmp_path)


def test_a_run_ends_with_its_best_job_and_all_results(trial: Path, tmp_path: Path) -> None:
    """Six jobs, progress on standard error, the outcome as the last line, a folder for each job."""
    state = tmp_path / "state"
    done = hyperdock(state, "run", str(trial), "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    found = json.loads(done.stdout)
    assert found["state"] == "completed"
    assert (found["jobs"]["succeeded"], found["jobs"]["failed"]) == (6, 0)
    assert found["best"]["loss"] == (found["best"]["params"]["x"] - 0.25) ** 2
    jobs = sorted(path.name for path in Path(found["results"]).iterdir())
    assert jobs == [f"{found['trial']}.{number}" for number in range(1, 7)]
    for job in jobs:
        folder = Path(found["results"]) / job
        assert json.loads((folder / "params.json").read_text("utf-8"))["fails"] is False
        assert "x is" in (folder / "log.txt").read_text("utf-8")
    assert "local processes" in done.stderr
    assert "best so far" in done.stderr
    again = hyperdock(state, "run", str(trial))
    assert again.returncode == 0
    assert again.stdout.splitlines()[-1].startswith("best loss ")
    assert len(recorded(state, TrialSubmitted)) == 2


def test_a_trial_goes_on_after_kill_9(tmp_path: Path) -> None:
    """The same command goes on where the killed one was; every job ends exactly once."""
    state, trial = tmp_path / "state", write_trial(tmp_path, jobs=8, seconds=1)
    with started(state, "run", str(trial)) as first:
        wait_until("two jobs", lambda: succeeded(state, 2))
        first.kill()
    done = hyperdock(state, "run", str(trial))
    assert done.returncode == 0, done.stderr
    assert "goes on with" in done.stdout
    assert len(recorded(state, TrialSubmitted)) == 1
    finished = [event.job_id for event in recorded(state, JobFinished)]
    assert len(finished) == len(set(finished)) == 8


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_run_without_a_terminal(tmp_path: Path, number: int) -> None:
    """The trial is stopped cleanly, nothing is left open, the exit code tells the signal."""
    state, trial = tmp_path / "state", write_trial(tmp_path, seconds=30)
    with started(state, "run", str(trial), "--json") as run:
        wait_until("a running job", lambda: (the_trial(state) or {}).get("running"))
        run.send_signal(number)
        stdout, stderr = run.communicate(timeout=PATIENCE)
    assert run.returncode == 128 + number, stderr
    found = json.loads(stdout)
    assert found["state"] == "stopped"
    assert found["jobs"]["cancelled"] == 2
    assert found["jobs"]["running"] == found["jobs"]["pending"] == 0


def test_a_failing_target_is_explained(tmp_path: Path) -> None:
    """Exit code 1, the reason, and where the log is."""
    trial = write_trial(tmp_path, jobs=3, fails=True)
    done = hyperdock(tmp_path / "state", "run", str(trial))
    assert done.returncode == 1
    assert "3 jobs failed with exit_code" in done.stdout
    assert "hyperdock job logs bowl-" in done.stdout
    assert done.stdout.splitlines()[-1] == "no job succeeded (3 failed)"


GOOD = "name: a\ncommand: ['true']\nspace:\n  x: {type: float, low: 0, high: 1}\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name: [", "line 1, column 8"),
        ("just words", "a trial file is an object"),
        (GOOD + "buget: {jobs: 3}\n", "buget: no such field; did you mean budget?"),
        (GOOD + "budget: {jbos: 3}\n", "budget.jbos: no such field"),
        (re.sub(r"space:\n.*", "space: {}", GOOD), "space: is empty"),
        (GOOD.replace("low: 0", "low: 2"), "space.x.low: "),
        (GOOD.replace("high: 1", "high: 1, log: true"), "space.x.low: "),
        (GOOD.replace("low: 0", "low: -1").replace("1}", "1, log: true}"), "space.x.low: "),
        (GOOD.replace("high: 1", "high: .inf"), "space.x.high: must be a finite number"),
        (GOOD.replace("low: 0", "low: .nan"), "space.x.low: must be a finite number"),
        (GOOD + "  y: {type: int, low: 1, high: 2, when: {z: 1}}\n", "space.y.when"),
        (
            GOOD
            + "  p: {type: choice, values: [a, b], when: {q: a}}\n"
            + "  q: {type: choice, values: [a, b], when: {p: a}}\n",
            "space.p.when",
        ),
        (GOOD + "algorithm: annealing\n", "algorithm.name: unknown algorithm 'annealing'"),
        (GOOD.replace("command: ['true']\n", ""), "name a target"),
    ],
)
def test_bad_input_is_refused_before_anything_starts(tmp_path: Path, text: str, named: str) -> None:
    """Exit code 2, the file and the field are named, and not even a state folder is made."""
    trial = tmp_path / "trial.yaml"
    trial.write_text(text, encoding="utf-8")
    state = tmp_path / "state"
    done = hyperdock(state, "run", str(trial))
    assert done.returncode == 2
    assert named in done.stderr
    assert f"{trial}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not state.exists()


def test_an_image_without_docker_leaves_nothing_in_the_log(tmp_path: Path) -> None:
    """It could never run here: that is said before it is recorded."""
    trial, state = tmp_path / "trial.yaml", tmp_path / "state"
    trial.write_text(GOOD.replace("command: ['true']", "image: busybox"), encoding="utf-8")
    done = hyperdock(state, "run", str(trial))
    assert done.returncode == 2
    assert "Docker" in done.stderr
    assert recorded(state, TrialSubmitted) == []


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """With the option that helps, and the state folder is free again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hyperdock(tmp_path / "state", "up", "--port", str(port))
    assert done.returncode == 2
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr
    assert "--port" in done.stderr
    assert running_url(tmp_path / "state") is None


@pytest.mark.slow
def test_up_serves_everybody_on_its_state_folder(tmp_path: Path) -> None:
    """Runs join it, a second one is refused, the client commands answer, it ends leaving jobs."""
    state, trial = tmp_path / "state", write_trial(tmp_path)
    with started(state, "up", "--port", "0") as up:
        url = wait_until("the URL", lambda: running_url(state))
        assert httpx.get(f"{url}/api/v1/trials").status_code == 401
        link = f"{url}/#token={own_token(state)}"
        assert up.stdout is not None
        assert any(link in line for line in iter(up.stdout.readline, "Ctrl-C ends it\n"))
        second = hyperdock(state, "up", "--port", "0")
        assert second.returncode == 2
        assert f"serves {url}" in second.stderr
        joined = hyperdock(state, "run", str(trial), "--json")
        assert joined.returncode == 0, joined.stderr
        assert url in joined.stderr
        job = json.loads(joined.stdout)["best"]["job"]
        by_url = subprocess.run(
            [*HYPERDOCK, "trial", "show", "bowl", "--url", url, "--token", own_token(state) or ""],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "6/6 done: 6 succeeded" in by_url.stdout
        assert "x is" in hyperdock(state, "job", "logs", job, "--follow").stdout
        assert "succeeded" in hyperdock(state, "job", "show", "bowl.1").stdout
        assert "0/2" in hyperdock(state, "worker", "list").stdout
        assert "completed" in hyperdock(state, "trial", "list").stdout
        write_trial(tmp_path, seconds=5)
        with started(state, "run", str(trial)) as run:
            wait_until("two running jobs", lambda: len(the_trial(state)["running"]) == 2)
            up.terminate()
            stdout, _ = up.communicate(timeout=PATIENCE)
            assert up.returncode == 0
            assert "2 jobs go on" in stdout
            assert "picks them up" in stdout
            rest, _ = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert "6 succeeded" in rest
