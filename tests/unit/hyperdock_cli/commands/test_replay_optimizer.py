"""`hyperdock replay optimizer` on small logs: what it says where it cannot prove anything."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.proposal_replay import replay_trial
from hyperdock_cli.rendering.replays import headline
from hyperdock_cli.state_folder import StateFolder
from hyperdock_cli.testing.history import TRIAL, ended, submitted
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import Event, JobProposed, Succeeded, TrialStopRequested
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import recorded_trial
from hyperdock_common.testing.builders import envelopes
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_supervisor.bootstrap import library_versions

Invoke = Callable[..., Result]

BEGUN = submitted(algorithm="random")
GRID = submitted(space={"x": [1, 2]}, algorithm="grid", trial_id="grid-abcdef")


def jobs(count: int, versions: dict[str, str]) -> list[Event]:
    """Jobs as the optimizer proposes them, made with these versions, and their ends."""
    optimizer = make_optimizer(recorded_trial(BEGUN.spec))
    events: list[Event] = []
    for number in range(1, count + 1):
        params = optimizer.ask(number) or {}
        told = versions if number == 1 else {}
        job = JobProposed(
            trial_id=TRIAL, job_id=f"{TRIAL}.{number}", number=number, params=params, versions=told
        )
        events += [job, ended(number, Succeeded(loss=1.0))]
    return events


@pytest.fixture
def replayed(invoke: Invoke, tmp_path: Path) -> Callable[..., Result]:
    """Runs the command on a log of these events."""

    def run(events: Sequence[Event], *words: str) -> Result:
        folder = StateFolder(tmp_path)
        folder.create()
        with closing(SqliteEventLog(folder.events)) as log:
            if not log.head():
                log.append(0, envelopes(events))
        return invoke("replay", "optimizer", "--state", str(tmp_path), *words)

    return run


def test_a_trial_is_found_by_its_id_the_beginning_of_it_or_its_name(
    replayed: Callable[..., Result],
) -> None:
    """As everywhere else."""
    events = [BEGUN, *jobs(3, library_versions())]
    for text in (TRIAL, TRIAL[:6], "bowl"):
        result = replayed(events, text)
        assert result.exit_code == 0
        assert result.stdout == f"{TRIAL} (random): 3 of 3 proposals reproduced\n"


def test_other_versions_are_told_and_nothing_is_claimed(replayed: Callable[..., Result]) -> None:
    """Library by library: what was, and what is installed."""
    result = replayed([BEGUN, *jobs(3, {**library_versions(), "numpy": "0.1"})], TRIAL)
    assert result.exit_code == 2
    assert "made with other versions; try it with --anyway" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.startswith("numpy"))
    assert row.split() == ["numpy", "0.1", library_versions()["numpy"]]


def test_other_versions_are_tried_anyway(replayed: Callable[..., Result]) -> None:
    """What they propose alike is reproduced all the same."""
    events = [BEGUN, *jobs(3, {**library_versions(), "numpy": "0.1"})]
    result = replayed(events, TRIAL, "--anyway", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["verdict"], found["reproduced"]) == ("reproduced", 3)
    assert found["versions"]["recorded"][0]["numpy"] == "0.1"


def test_an_optimizer_that_has_no_more_proposals_diverges(replayed: Callable[..., Result]) -> None:
    """A grid of two points never proposed a third."""
    trial_id = GRID.trial_id
    proposed = [
        JobProposed(trial_id=trial_id, job_id=f"{trial_id}.{n}", number=n, params={"x": min(n, 2)})
        for n in (1, 2, 3)
    ]
    result = replayed([GRID, *proposed], trial_id)
    assert result.exit_code == 1
    assert "2 of 3 proposals reproduced" in result.stdout
    assert f"job {trial_id}.3: it proposes nothing more now" in result.stdout


class Failing:
    """An optimizer that fails at one of its asks."""

    def __init__(self, at: int) -> None:
        self._left = at

    def ask(self, _number: int) -> JsonObject:
        """The same each time."""
        self._left -= 1
        if not self._left:
            raise OptimizerFailed("random", "boom")
        return {"x": 0.5}

    def tell(self, number: int, loss: float | None) -> None:
        """Nothing comes of it."""

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Nothing comes of it."""


@pytest.mark.parametrize(
    ("at", "then", "verdict", "reproduced"),
    [
        (1, True, "fails", 0),
        (3, True, "fails", 2),
        (6, True, "reproduced", 5),
        (9, True, "reproduced", 5),
        (3, False, "fails", 2),
        (6, False, "reproduced", 5),
    ],
)
def test_a_failure_is_the_same_only_where_it_was(
    tmp_path: Path, *, at: int, then: bool, verdict: str, reproduced: int
) -> None:
    """At the ask behind the last proposal; the log has no proposal of that one."""
    events: list[Event] = [BEGUN]
    for number in range(1, 6):
        job_id = f"{TRIAL}.{number}"
        proposed = JobProposed(trial_id=TRIAL, job_id=job_id, number=number, params={"x": 0.5})
        events += [proposed, ended(number, Succeeded(loss=1.0))]
    if then:
        events.append(TrialStopRequested(trial_id=TRIAL, end="failed", reason="optimizer"))
    with closing(SqliteEventLog(tmp_path / "events.db")) as log:
        log.append(0, envelopes(events))
        found = replay_trial(log, TRIAL, lambda _spec, _generation: Failing(at))
    assert (found.verdict, found.reproduced) == (verdict, reproduced)
    told = {"fails": "there it fails now", "reproduced": "5 of 5 proposals reproduced"}
    assert told[verdict] in headline(found)
    if verdict == "reproduced" and then:
        again = "fails again as it did" if at == 6 else "does not come again"
        assert again in headline(found)


def test_another_loss_than_the_optimizer_was_told_is_found(
    replayed: Callable[..., Result],
) -> None:
    """At the first proposal that followed from it, by an optimizer that learns."""
    begun = submitted(algorithm="OnePlusOne", budget={"jobs": 30})
    optimizer = make_optimizer(recorded_trial(begun.spec))
    events: list[Event] = [begun]
    for number in range(1, 31):
        params = optimizer.ask(number) or {}
        loss = abs(float(str(params["x"])) - 0.3)
        optimizer.tell(number, loss)
        told = -1.0 if number == 10 else loss
        job_id = f"{TRIAL}.{number}"
        proposed = JobProposed(trial_id=TRIAL, job_id=job_id, number=number, params=params)
        events += [proposed, ended(number, Succeeded(loss=told))]
    result = replayed(events, TRIAL, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["divergence"]["number"] > 10


def test_a_trial_that_cannot_be_read_hides_no_other(replayed: Callable[..., Result]) -> None:
    """One lacks a proposal: that is told, and the others are replayed."""
    wrong = replace(BEGUN, trial_id="wrong")
    good = jobs(2, library_versions())
    lost = replace(ended(1, Succeeded(loss=1.0)), trial_id="wrong", job_id="wrong.1")
    result = replayed([wrong, lost, BEGUN, *good], "--all")
    assert result.exit_code == 2
    assert "wrong: cannot be replayed: position 2: job.finished.v1 of the job" in result.stdout
    assert "1 of 2 trials reproduced" in result.stdout


def test_what_came_after_the_end_was_never_told(replayed: Callable[..., Result]) -> None:
    """So a proposal behind the order to stop is none of the optimizer's."""
    stop = TrialStopRequested(trial_id=TRIAL, end="stopped", reason="user")
    good = jobs(2, library_versions())
    wrong = replace(BEGUN, trial_id="other")
    result = replayed([BEGUN, *good, stop, wrong], "--all", "--json")
    assert result.exit_code == 0
    assert [each["reproduced"] for each in json.loads(result.stdout)] == [2, 0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "the log holds no trial 'nothing'"),
        ([], "name a TRIAL, or give --all"),
        ([TRIAL, "--all"], "name a TRIAL, or give --all"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    replayed: Callable[..., Result], words: list[str], told: str
) -> None:
    """With the exit code of a wrong question."""
    result = replayed([BEGUN], *words)
    assert result.exit_code == 2
    assert told in result.stderr
