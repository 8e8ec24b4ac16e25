"""`hyperdock trial|job|worker`: what they print, and what they ask the gateway."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import (
    TRIAL,
    begun,
    failed,
    finished,
    registered,
    submitted,
    succeeded,
)

Invoke = Callable[..., Result]


@pytest.fixture
def gateway() -> FakeGateway:
    """A trial with a bit of everything."""
    gateway = FakeGateway(registered(), submitted(), *succeeded(1, 0.5), *failed(2), *begun(3))
    gateway.logs[f"{TRIAL}.1"] = b"x = 0.1\nthe loss is 0.5\n"
    return gateway


def test_trials_are_listed(invoke: Invoke) -> None:
    """As text for people, as JSON for scripts."""
    assert TRIAL in invoke("trial", "list").stdout
    found = json.loads(invoke("trial", "list", "--json").stdout)
    assert [each["trial_id"] for each in found] == [TRIAL]


def test_trials_can_be_filtered(invoke: Invoke) -> None:
    """By state."""
    assert json.loads(invoke("trial", "list", "--only", "failed", "--json").stdout) == []
    assert invoke("trial", "list", "--only", "odd").exit_code == 2


def test_a_trial_is_shown(invoke: Invoke) -> None:
    """By name, with its best jobs and its last failure."""
    page = invoke("trial", "show", "bowl").stdout
    assert "0.5 by job 1" in page
    assert "job 2 failed (exit_code)" in page
    assert json.loads(invoke("trial", "show", TRIAL, "--json").stdout)["trial_id"] == TRIAL


def test_an_unknown_trial_is_an_error(invoke: Invoke) -> None:
    """One line, with what was probably meant, and exit code 2."""
    result = invoke("trial", "show", "bwl")
    assert result.exit_code == 2
    assert result.stderr == "error: there is no trial 'bwl'; did you mean bowl?\n"


@pytest.mark.parametrize(
    ("verbs", "state"),
    [(["stop"], "stopping"), (["pause"], "paused"), (["pause", "resume"], "running")],
)
def test_trials_are_steered(invoke: Invoke, verbs: list[str], state: str) -> None:
    """The answer is the state after it."""
    for verb in verbs:
        result = invoke("trial", verb, "bowl")
    assert result.exit_code == 0
    assert f"{TRIAL} is {state}" in result.stdout


def test_steering_prints_json_for_scripts(invoke: Invoke) -> None:
    """The trial after it."""
    assert json.loads(invoke("trial", "pause", "bowl", "--json").stdout)["state"] == "paused"


def test_an_ended_trial_cannot_be_stopped(invoke: Invoke, gateway: FakeGateway) -> None:
    """The gateway's reason is shown."""
    gateway.record(finished())
    result = invoke("trial", "stop", "bowl")
    assert result.exit_code == 2
    assert result.stderr == f"error: trial {TRIAL} has ended already (completed)\n"


def test_a_job_is_shown(invoke: Invoke) -> None:
    """By its trial's name and its number."""
    assert "succeeded" in invoke("job", "show", "bowl.1").stdout
    assert json.loads(invoke("job", "show", "bowl.1", "--json").stdout)["loss"] == 0.5


def test_a_log_is_printed_as_it_is(invoke: Invoke, gateway: FakeGateway) -> None:
    """Byte for byte, whatever the target wrote."""
    gateway.logs[f"{TRIAL}.1"] = b"\xff\x00 caf\xc3\xa9\r\n"
    assert invoke("job", "logs", "bowl.1").stdout_bytes == b"\xff\x00 caf\xc3\xa9\r\n"
    assert invoke("job", "logs", "bowl.1", "--follow").stdout_bytes == b"\xff\x00 caf\xc3\xa9\r\n"


def test_a_log_as_json(invoke: Invoke) -> None:
    """One object a piece; their texts make the log."""
    lines = invoke("job", "logs", "bowl.1", "--json").stdout.splitlines()
    text = "".join(json.loads(line)["text"] for line in lines)
    assert text == "x = 0.1\nthe loss is 0.5\n"


def test_an_attempt_that_never_was_is_refused(invoke: Invoke) -> None:
    """The message says how many there were."""
    result = invoke("job", "logs", "bowl.1", "--attempt", "4")
    assert result.exit_code == 2
    assert result.stderr == f"error: job {TRIAL}.1 has no attempt 4; it has had 1 so far\n"
    assert invoke("job", "logs", "bowl.1", "--attempt", "1").exit_code == 0


def test_a_job_that_waits_has_no_log_yet(invoke: Invoke, gateway: FakeGateway) -> None:
    """An empty log is explained on standard error."""
    gateway.record(begun(4)[0])
    result = invoke("job", "logs", "bowl.4")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert result.stderr == f"job {TRIAL}.4 has not started yet\n"


def test_workers_are_listed(invoke: Invoke) -> None:
    """As text and as JSON."""
    assert "host-1" in invoke("worker", "list").stdout
    found = json.loads(invoke("worker", "list", "--json").stdout)
    assert [each["worker_id"] for each in found] == ["host-1"]


def test_a_gateway_that_is_away_is_an_error(invoke: Invoke, gateway: FakeGateway) -> None:
    """One line, exit code 2."""
    gateway.down = 99
    result = invoke("worker", "list")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: no gateway answers at http://fake:1")
    assert result.stderr.count("\n") == 1
