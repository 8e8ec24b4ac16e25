"""How a run ended: exit code, the line for scripts, the line for people."""

import json
from typing import Any

import pytest

from hyperdock_cli import outcome
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, failed, finished, registered, submitted, succeeded


def trial(*events: Any) -> dict[str, Any]:
    """A trial after these events."""
    return FakeGateway(registered(), submitted(), *events).trial(TRIAL)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([*succeeded(1, 0.5), finished("completed")], 0),
        ([*succeeded(1, 0.5), finished("completed", "target_loss")], 0),
        ([*succeeded(1, 0.5), finished("stopped", "user")], 0),
        ([*failed(1), finished("stopped", "user")], 1),
        ([*succeeded(1, 0.5), finished("failed", "max_failures")], 1),
        ([*failed(1), finished("failed", "no_success")], 1),
    ],
)
def test_the_exit_code_follows_the_outcome(events: list[Any], code: int) -> None:
    """0 only where the trial did not fail and some job succeeded."""
    assert outcome.exit_code(trial(*events)) == code


def test_the_json_line_is_one_line_with_every_digit() -> None:
    """Scripts read the last line and nothing else."""
    line = outcome.json_line(trial(*succeeded(1, 0.1 + 0.2), *failed(2), finished()))
    assert "\n" not in line
    found = json.loads(line)
    assert list(found) == ["trial", "state", "jobs", "best", "results"]
    assert found["trial"] == TRIAL
    assert found["state"] == "completed"
    assert found["jobs"]["succeeded"] == 1
    assert found["jobs"]["failed"] == 1
    assert found["best"] == {"job": f"{TRIAL}.1", "loss": 0.30000000000000004, "params": {"x": 0.1}}
    assert found["results"] == f"/results/{TRIAL}"


def test_without_a_success_best_is_null() -> None:
    """The key is there all the same."""
    assert json.loads(outcome.json_line(trial(*failed(1), finished("failed"))))["best"] is None


def test_the_last_line_has_loss_and_params() -> None:
    """Or says that there are none."""
    assert outcome.last_line(trial(*succeeded(1, 0.5))) == 'best loss 0.5 with {"x": 0.1}'
    assert outcome.last_line(trial(*failed(1))) == "no job succeeded (1 failed)"


def test_the_commonest_failure_counts() -> None:
    """The first job of the most frequent reason stands for it."""
    jobs = [
        {"job_id": "a", "reason": "timeout"},
        {"job_id": "b", "reason": "no_loss"},
        {"job_id": "c", "reason": "no_loss"},
    ]
    assert outcome.commonest_failure(jobs) == (2, jobs[1])
    assert outcome.commonest_failure([]) is None
