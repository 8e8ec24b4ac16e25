"""`hyperdock worker …` and `hyperdock events`."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, WORKER, registered, submitted, succeeded

Invoke = Callable[..., Result]


@pytest.fixture
def gateway() -> FakeGateway:
    """A worker, and a trial with a result."""
    return FakeGateway(registered(), submitted(), *succeeded(1, 0.5))


@pytest.mark.parametrize("text", [WORKER, "host-", "host"])
def test_a_worker_is_found_by_what_people_know_of_it(invoke: Invoke, text: str) -> None:
    """Its id, the beginning of that, or its host."""
    assert WORKER in invoke("worker", "show", text).stdout


def test_an_unknown_worker_is_an_error(invoke: Invoke) -> None:
    """With what was probably meant."""
    result = invoke("worker", "show", "hots-1")
    assert result.exit_code == 2
    assert f"did you mean {WORKER}?" in result.stderr


def test_workers_are_drained(invoke: Invoke, gateway: FakeGateway) -> None:
    """The answer says what becomes of the jobs that run there."""
    drained = json.loads(invoke("worker", "show", WORKER, "--json").stdout)
    drained |= {"draining": True, "running": {"a.1": 1, "a.2": 1}}
    gateway.canned["POST", f"workers/{WORKER}/drain"] = (200, drained)
    result = invoke("worker", "drain", WORKER)
    assert result.stdout == f"{WORKER} takes no more jobs; 2 jobs go on\n"


def test_the_newest_events_are_listed(invoke: Invoke) -> None:
    """One a line, or as JSON one object a line."""
    lines = invoke("events", "--limit", "2").stdout.splitlines()
    assert ["job.started" in lines[0], "job.finished" in lines[1]] == [True, True]
    assert "outcome.loss=0.5" in lines[1]
    found = [json.loads(line) for line in invoke("events", "--json").stdout.splitlines()]
    assert [each["position"] for each in found] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("words", "positions"),
    [
        (["--after", "1", "--limit", "2"], [2, 3]),
        (["--trial", "bowl"], [2, 3, 4, 5, 6]),
        (["--job", "bowl.1", "--limit", "1"], [6]),
        (["--job", "bowl.1"], [3, 4, 5, 6]),
        (["--type", "job.finished"], [6]),
        (["--type", "job.finished.v1", "--trial", "bowl"], [6]),
        (["--type", "odd"], []),
    ],
)
def test_events_are_chosen(invoke: Invoke, words: list[str], positions: list[int]) -> None:
    """By trial, job, type and position."""
    lines = invoke("events", "--json", *words).stdout.splitlines()
    assert [json.loads(line)["position"] for line in lines] == positions


def test_events_of_an_unknown_trial_are_an_error(invoke: Invoke) -> None:
    """They are not taken for none."""
    assert invoke("events", "--trial", "bwl").exit_code == 2
    assert invoke("events", "--job", f"{TRIAL}.7").exit_code == 2
