"""`hyperdock submit|validate` and `hyperdock run --dry-run`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import document, finished

Invoke = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A good trial file."""
    path = tmp_path / "trial.yaml"
    path.write_text(json.dumps(document(tags=["old"])))
    return str(path)


def test_a_submission_prints_the_id_alone(invoke: Invoke, gateway: FakeGateway, file: str) -> None:
    """For scripts; people are told on standard error how to watch it."""
    result = invoke("submit", file, "--set", "budget.jobs=7", "--tag", "new", "--tag", "old")
    assert result.exit_code == 0
    assert result.stdout == "bowl-new0\n"
    assert "hyperdock trial show bowl-new0 --watch" in result.stderr
    trial = gateway.trial("bowl-new0")
    assert (trial["budget"]["jobs"], trial["tags"]) == (7, ["old", "new"])


def test_the_same_key_submits_once(invoke: Invoke, file: str) -> None:
    """The second call has the same answer."""
    words = ["submit", file, "--idempotency-key", "nightly"]
    assert invoke(*words).stdout == invoke(*words).stdout
    assert invoke("submit", file, "--json").exit_code == 0
    assert len(json.loads(invoke("trial", "list", "--json").stdout)) == 2


def test_waiting_for_a_submission(invoke: Invoke, gateway: FakeGateway, file: str) -> None:
    """A trial in which nothing succeeded is a failure."""
    gateway.later([], [finished(trial_id="bowl-new0")])
    result = invoke("submit", file, "--wait", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["state"] == "completed"


def test_a_wrong_file_is_not_sent(invoke: Invoke, gateway: FakeGateway, file: str) -> None:
    """All problems are named; exit code 2: nothing was done."""
    result = invoke("submit", file, "--set", "budget.jobs=0", "--set", "odd=1")
    assert result.exit_code == 2
    assert "budget.jobs" in result.stderr
    assert "odd" in result.stderr
    assert gateway.calls == []


VALID = {
    "valid": True,
    "spec": {"name": "bowl", "algorithm": {"name": "random"}, "budget": {"jobs": 4}},
    "runs_in": "process",
    "space": {"size": 12, "dimensions": 1},
    "proposals": [{"x": 0.5}, {"x": 0.25, "y": {"z": 1}}],
    "notes": ["no worker runs it now"],
}


def test_a_file_is_validated_by_the_system(invoke: Invoke, gateway: FakeGateway, file: str) -> None:
    """Its size, its first proposals, its notes."""
    gateway.canned["POST", "trials/validate"] = (200, VALID)
    page = invoke("validate", file).stdout
    assert "12 different params, 1 dimension" in page
    assert "x     y.z" in page
    assert "note: no worker runs it now" in page
    assert json.loads(invoke("validate", file, "--json").stdout) == VALID
    assert "12 different params" in invoke("run", file, "--dry-run").stdout


def test_what_the_operator_does_not_allow_is_told(
    invoke: Invoke, gateway: FakeGateway, file: str
) -> None:
    """Each problem with its field; exit code 1."""
    errors = [{"field": "image", "problem": "is not allowed here"}]
    gateway.canned["POST", "trials/validate"] = (422, {"title": "Refused", "errors": errors})
    result = invoke("validate", file)
    assert result.exit_code == 1
    assert "image: is not allowed here" in result.stderr
    found = json.loads(invoke("validate", file, "--json").stdout)
    assert found == {"valid": False, "problems": errors}


def test_without_a_system_a_file_is_validated_here(
    invoke: Invoke, outside: FakeOutside, file: str, tmp_path: Path
) -> None:
    """With proposals, and a note that nobody was asked."""
    outside.running = False
    words = ["--state", str(tmp_path / "none"), "validate", file, "--set", "algorithm=random"]
    found = json.loads(invoke(*words, "--json").stdout)
    assert found["space"] == {"size": None, "dimensions": 1}
    assert len(found["proposals"]) == 4
    assert "no system runs" in found["notes"][0]
    wrong = invoke(*words, "--set", "space.x.low=9", "--set", "budget.jobs=0")
    assert wrong.exit_code == 1
    assert "space.x.low" in wrong.stderr
    assert "(2 problems)" in wrong.stderr
    assert invoke("validate", str(tmp_path / "gone.yaml")).exit_code == 2
