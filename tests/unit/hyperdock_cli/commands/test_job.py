"""`hyperdock job …`: what it asks for, and what it does."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, begun, failed, registered, submitted, succeeded

Invoke = Callable[..., Result]
JOB = f"{TRIAL}.1"


@pytest.fixture
def gateway() -> FakeGateway:
    """Two jobs that ended, and one that runs."""
    gateway = FakeGateway(registered(), submitted(), *succeeded(1, 0.5), *failed(2), *begun(3))
    gateway.logs[JOB] = b"one\ntwo\nthree"
    return gateway


def test_jobs_are_listed(invoke: Invoke) -> None:
    """As a table and as JSON."""
    assert "succeeded   0.5" in invoke("job", "list", "bowl").stdout
    found = json.loads(invoke("job", "list", "bowl", "--only", "failed", "--json").stdout)
    assert [each["number"] for each in found] == [2]
    assert "no such jobs" in invoke("job", "list", "bowl", "--only", "pruned").stdout


def test_conditions_go_to_the_gateway(invoke: Invoke, gateway: FakeGateway) -> None:
    """A parameter's name is enough to sort by it."""
    gateway.canned["GET", f"trials/{TRIAL}/jobs"] = (200, {"items": [], "next_cursor": None})
    words = ["--where", "x>=0.1,kind=a", "--sort", "x", "--order", "desc", "--worker", "w"]
    assert invoke("job", "list", "bowl", *words, "--loss-max", "1").exit_code == 0
    query = gateway.queries[-1]
    assert (query["params"], query["sort"], query["order"]) == ("x>=0.1,kind=a", "params.x", "desc")
    assert (query["worker_id"], query["loss_max"]) == ("w", "1.0")


def test_jobs_are_steered(invoke: Invoke, gateway: FakeGateway) -> None:
    """One after the other; the answer says what came of it."""
    stopped = json.loads(invoke("job", "show", "bowl.3", "--json").stdout)
    gateway.canned["POST", f"jobs/{TRIAL}.3/stop"] = (200, stopped)
    assert "is running and is asked to stop" in invoke("job", "stop", "bowl.3").stdout
    for number, job_id in ((1, None), (2, f"{TRIAL}.9")):
        point = {"point_id": "p", "job_id": job_id}
        gateway.canned["POST", f"jobs/{TRIAL}.{number}/retry"] = (201, point)
    told = invoke("job", "retry", "bowl.1", "bowl.2").stdout.splitlines()
    assert told == [
        f"{JOB} will run again as soon as there is room",
        f"{TRIAL}.2 runs again as {TRIAL}.9",
    ]
    gateway.canned["POST", f"jobs/{JOB}/retract"] = (200, {**stopped, "job_id": JOB})
    assert "is retracted" in invoke("job", "retract", "bowl.1", "--reason", "odd").stdout
    assert gateway.bodies[-1] == {"reason": "odd"}


def test_a_refusal_is_told(invoke: Invoke, gateway: FakeGateway) -> None:
    """In the gateway's words, with exit code 2."""
    problem = {"title": "Conflict", "detail": "job 1 has no result to retract", "errors": []}
    gateway.canned["POST", f"jobs/{JOB}/retract"] = (409, problem)
    result = invoke("job", "retract", "bowl.1")
    assert (result.exit_code, result.stderr) == (2, "error: job 1 has no result to retract\n")


def test_the_end_of_a_log_is_printed(invoke: Invoke, gateway: FakeGateway) -> None:
    """So many lines of it, also where the last one has no end."""
    gateway.canned["GET", f"jobs/{JOB}/log"] = (200, b"one\ntwo\nthree")
    assert invoke("job", "logs", "bowl.1", "--tail", "2").stdout == "two\nthree"
    assert int(gateway.queries[-1]["offset"]) < 0
    assert invoke("job", "logs", "bowl.1", "--tail", "0").stdout == ""
    assert invoke("job", "logs", "bowl.1", "--tail", "1", "--follow").exit_code == 2


def test_a_log_that_was_removed_is_told_to_be(invoke: Invoke, gateway: FakeGateway) -> None:
    """When and why, however it was asked for: nobody takes it for an empty one."""
    sentence = "the log of attempt 1 (9 bytes) was removed on 2026-11-01 at 08:00 UTC: it was old"
    problem = {"title": "Gone", "status": 410, "detail": sentence}
    gateway.canned["GET", f"jobs/{JOB}/log"] = (410, problem)
    gateway.canned["GET", f"jobs/{JOB}/log/download"] = (410, problem)
    for words in ((), ("--tail", "2"), ("--json",), ("--follow",), ("--download", "job.log")):
        result = invoke("job", "logs", "bowl.1", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"error: {sentence}\n"


def test_a_log_is_saved(invoke: Invoke, gateway: FakeGateway, tmp_path: Path) -> None:
    """As a whole, byte for byte."""
    gateway.canned["GET", f"jobs/{JOB}/log/download"] = (200, b"\xff\r\nend")
    to = tmp_path / "job.log"
    assert invoke("job", "logs", "bowl.1", "--download", str(to), "--attempt", "1").exit_code == 0
    assert to.read_bytes() == b"\xff\r\nend"
    assert gateway.queries[-1] == {"attempt": "1"}
    gone = tmp_path / "gone"
    result = invoke("job", "logs", "bowl.1", "--download", str(gone / "job.log"))
    assert (result.exit_code, f"there is no folder {gone}" in result.stderr) == (2, True)


def test_files_are_listed_and_saved(invoke: Invoke, gateway: FakeGateway, tmp_path: Path) -> None:
    """One under its own name, or all of them as an archive; one that is not there is told."""
    gateway.canned["GET", f"jobs/{JOB}/files"] = (200, {"items": [{"path": "out/m", "size": 3}]})
    gateway.canned["GET", f"jobs/{JOB}/files/out/m"] = (200, b"abc")
    gateway.canned["GET", f"jobs/{JOB}/archive"] = (200, b"tar")
    assert "out/m   3 B" in invoke("job", "files", "bowl.1").stdout
    folder = tmp_path / "to"
    assert invoke("job", "download", "bowl.1", "out/m", "-o", str(folder)).exit_code == 0
    assert invoke("job", "download", "bowl.1", "-o", str(folder)).exit_code == 0
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written == {"m": b"abc", f"{JOB}.tar.gz": b"tar"}
    result = invoke("job", "download", "bowl.1", "gone", "-o", str(folder))
    assert result.exit_code == 2
    assert f"hyperdock job files {JOB}" in result.stderr
