"""What a real decider recorded with a fleet at its worst, `replay optimizer` reproduces."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.integration.replay_proposals import SPACE
from tests.integration.simulated_fleet import Fleet

from hyperdock_cli.app import cli
from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import (
    AttemptLost,
    Event,
    Failed,
    JobFinished,
    JobProposed,
    JobRetracted,
    Succeeded,
)
from hyperdock_common.history import history
from hyperdock_common.testing.builders import envelopes

OWN = ("auto", "grid", "random", "sobol")
NEVERGRAD = (
    "OnePlusOne",
    "CMA",
    "DE",
    "TwoPointsDE",
    "PSO",
    "TBPSA",
    "NGOpt",
    "DiscreteOnePlusOne",
    "PortfolioDiscreteOnePlusOne",
    "ScrHammersleySearch",
    "NelderMead",
    "Cobyla",
)
JOBS = 36
RETRACTED_AT, POINTS_AT, RESTART_AT = 20, 10, 14
POINTS: tuple[tuple[Any, float | None], ...] = (
    ({"lr": 0.01, "depth": 3, "units": 16, "model": {"kind": "tree", "leaf": 0.5}}, 4.0),
    ({"lr": 0.1, "depth": 5, "units": 8, "model": {"kind": "linear"}}, None),
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which every optimizer has a trial, and each trial all that can happen."""
    folder = StateFolder(tmp_path_factory.mktemp("state"))
    folder.create()
    with closing(SqliteEventLog(folder.events)) as log:
        for number, name in enumerate((*OWN, *NEVERGRAD)):
            run(Fleet(log, number), name)
    return folder.root


def run(fleet: Fleet, name: str) -> None:
    """A trial from its submission to its end."""
    trial_id = trial_of(name)
    document = {
        "name": trial_id,
        "command": ["true"],
        "space": SPACE,
        "algorithm": {"name": name, "options": {"points": 3} if name == "grid" else {}, "seed": 11},
        "budget": {"jobs": JOBS},
        "parallelism": 4,
    }
    fleet.begin(trial_id, document)
    turns = 0
    while fleet.turn():
        turns += 1
        if turns == POINTS_AT:
            fleet.add_points(trial_id, *POINTS)
        if turns == RESTART_AT:
            fleet.restart()
        if turns == RETRACTED_AT:
            results = fleet.trials[trial_id].results
            fleet.retract(trial_id, f"{trial_id}.{min(results, key=lambda each: results[each])}")


def trial_of(name: str) -> str:
    """The id of an optimizer's trial."""
    return f"of-{name.lower()}"


def replayed(state: Path, *words: str) -> Result:
    """What the command says."""
    return CliRunner().invoke(cli, ["--state", str(state), "replay", "optimizer", *words])


@pytest.fixture(scope="module")
def all_replayed(state: Path) -> dict[str, Any]:
    """What a replay of all trials came to, by their ids; another process would say the same."""
    result = replayed(state, "--all", "--json")
    assert result.exit_code == 0, result.output
    return {each["trial_id"]: each for each in json.loads(result.stdout)}


@pytest.mark.parametrize("name", [*OWN, *NEVERGRAD])
def test_every_recorded_proposal_is_reproduced(name: str, all_replayed: dict[str, Any]) -> None:
    """On a mixed and conditional space, in both lives of an optimizer that began anew."""
    found = all_replayed[trial_of(name)]
    assert found["verdict"] == "reproduced"
    assert found["recorded"] >= JOBS - 1
    assert found["reproduced"] == found["recorded"]
    assert len(found["generations"]) == 2
    assert all(each["recorded"] for each in found["generations"])


def test_the_histories_hold_all_that_can_happen(state: Path) -> None:
    """Failures, lost attempts, ends out of order, points of users and a retraction, each trial."""
    for name in (*OWN, *NEVERGRAD):
        with closing(SqliteEventLog(StateFolder(state).events)) as log:
            events = [each.event for each in history(log, stream=f"trial-{trial_of(name)}")]
        ends = [each for each in events if isinstance(each, JobFinished)]
        numbers = [int(each.job_id.rpartition(".")[2]) for each in ends]
        assert numbers != sorted(numbers)
        assert {Succeeded, Failed} <= {type(each.outcome) for each in ends}
        assert {AttemptLost, JobRetracted} <= {type(each) for each in events}
        origins = {each.origin for each in events if isinstance(each, JobProposed)}
        assert origins == {"optimizer", "imported", "enqueued"}


@pytest.fixture
def forged(state: Path, tmp_path: Path) -> tuple[Path, str]:
    """A log in which one parameter of one job was changed, and the id of that job."""
    folder = StateFolder(tmp_path / "forged")
    folder.create()
    job_id = f"{trial_of('CMA')}.30"

    def forge(event: Event) -> Event:
        if isinstance(event, JobProposed) and event.job_id == job_id:
            return replace(event, params={**event.params, "depth": -1})
        return event

    with (
        closing(SqliteEventLog(StateFolder(state).events)) as source,
        closing(SqliteEventLog(folder.events)) as target,
    ):
        stream = history(source, stream=f"trial-{trial_of('CMA')}")
        target.append(0, envelopes(forge(each.event) for each in stream))
    return folder.root, job_id


def test_one_changed_parameter_is_found_at_its_job(forged: tuple[Path, str]) -> None:
    """With what is recorded, what is proposed now, and how many were reproduced until there."""
    state, job_id = forged
    result = replayed(state, trial_of("CMA"), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["verdict"] == "diverged"
    assert found["divergence"]["job_id"] == job_id
    recorded, again = found["divergence"]["recorded"], found["divergence"]["replayed"]
    assert recorded["depth"] == -1
    assert 1 <= again["depth"] <= 8
    assert {**recorded, "depth": 0} == {**again, "depth": 0}
    assert 0 < found["reproduced"] < found["recorded"]


def test_people_see_the_parameter_that_differs(forged: tuple[Path, str]) -> None:
    """In a table with one row, and the versions beside it."""
    state, job_id = forged
    result = replayed(state, trial_of("CMA"))
    assert result.exit_code == 1
    assert f"diverges at job {job_id}" in result.stdout
    lines = result.stdout.splitlines()
    heading = lines.index(f"job {job_id}:")
    assert lines[heading + 1].split() == ["parameter", "recorded", "replayed"]
    assert lines[heading + 2].split()[:2] == ["depth", "-1"]
    assert any(line.split()[:1] == ["nevergrad"] for line in lines)
