"""Forks on real stores, with the real supervisor: the new trial goes on with what was known."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.integration.laboratory import Laboratory, Program, check, posted

from hyperdock_cli.app import cli
from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.events import JobProposed, PointsAdded, TrialResumed, TrialSubmitted
from hyperdock_common.history import history


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    """A system without workers."""
    with Laboratory(tmp_path) as made:
        yield made


def run(lab: Laboratory, trial_id: str, count: int) -> list[dict[str, Any]]:
    """Evaluates so many jobs; they are what was asked for."""
    program = Program(lab.api, trial_id)
    jobs = []
    for _ in range(count):
        job = program.has()
        jobs.append(job)
        assert program.tell(job, loss=abs(job["params"]["x"] - 0.3)).status_code == 200
    return jobs


def fork(lab: Laboratory, trial_id: str, **body: Any) -> dict[str, Any]:
    """The new trial's document."""
    made: dict[str, Any] = posted(lab.api, f"/trials/{trial_id}/fork", body)
    return made


def test_a_fork_goes_on_with_what_was_known_at_a_moment(lab: Laboratory) -> None:
    """Another algorithm, a narrower space: it learns first, then proposes, and replays the same."""
    old = lab.submit(budget={"jobs": 9}, algorithm={"name": "OnePlusOne", "seed": 3})
    run(lab, old, 9)
    before = lab.jobs(old)
    retracted = lab.api.post(f"/jobs/{old}.2/retract", json={"reason": "wrong"})
    assert retracted.status_code == 200
    changes = {
        "space": {"x": {"high": 0.8}},
        "algorithm": {"name": "auto", "seed": 5},
        "budget": {"jobs": 4},
    }
    made = fork(lab, old, after_job=8, changes=changes)
    then = [job for job in before if job["number"] <= 8]
    taken = [job for job in then if job["params"]["x"] <= 0.8]
    assert made["forked_from"]["results"] == made["jobs"]["imported"] == len(taken)
    assert made["forked_from"]["left_out"].get("out_of_space", 0) == len(then) - len(taken)
    assert made["best"]["loss"] == min(job["loss"] for job in taken)

    new = made["trial_id"]
    asked = run(lab, new, 4)
    assert all(job["params"]["x"] <= 0.8 for job in asked)
    assert lab.ends(new)["jobs"]["succeeded"] == len(taken) + 4
    assert lab.jobs(old)[0]["loss"] == before[0]["loss"]
    proposed = [each for each in lab.recorded(JobProposed) if each.trial_id == new]
    origins = [each.origin for each in proposed]
    assert origins == [*["imported"] * len(taken), *["optimizer"] * 4]
    assert [each.point_id for each in proposed[: len(taken)]] == [job["job_id"] for job in taken]
    check(lab.log, lab.views, settled=True)


def test_without_its_results_a_fork_would_have_proposed_otherwise(lab: Laboratory) -> None:
    """With the same seed: so it has learnt of them."""
    old = lab.submit(budget={"jobs": 12}, algorithm={"name": "auto", "seed": 3})
    run(lab, old, 12)
    changes = {"algorithm": {"seed": 5}, "budget": {"jobs": 1}}
    asked = [
        run(lab, fork(lab, old, changes=changes, results=results)["trial_id"], 1)
        for results in (True, False)
    ]
    assert asked[0][0]["params"] != asked[1][0]["params"]
    lab.check()


def test_thousands_of_results_go_along(lab: Laboratory) -> None:
    """In events of a bearable size, all of them before the first proposal."""
    old = lab.submit(budget={"jobs": 1}, algorithm={"name": "auto", "seed": 3})
    for batch in range(3):
        given = [
            {"params": {"x": (1000 * batch + n) / 3000, "kind": "a"}, "loss": float(n)}
            for n in range(1000)
        ]
        posted(lab.api, f"/trials/{old}/points", {"points": given})
    made = fork(lab, old)
    new = made["trial_id"]
    assert made["jobs"]["imported"] == made["forked_from"]["results"] == 3000
    run(lab, new, 1)
    events = [each.event for each in history(lab.log, stream=f"trial-{new}")]
    kinds = [type(each) for each in events]
    assert kinds.count(PointsAdded) > 1
    first = next(
        place
        for place, each in enumerate(events)
        if isinstance(each, JobProposed) and each.origin == "optimizer"
    )
    assert kinds.index(TrialSubmitted) == 0
    assert kinds[: kinds.index(TrialResumed)].count(PointsAdded) == kinds.count(PointsAdded)
    assert kinds.index(TrialResumed) < first
    lab.ends(new)


def test_a_forked_trial_can_be_replayed_and_asked_about(lab: Laboratory, tmp_path: Path) -> None:
    """Known points are results to learn from, and no jobs that cost anything."""
    old = lab.submit(budget={"jobs": 24}, algorithm={"name": "CMA", "seed": 3})
    run(lab, old, 24)
    new = fork(lab, old, changes={"budget": {"jobs": 6}})["trial_id"]
    run(lab, new, 6)
    lab.ends(new)
    folder = StateFolder(tmp_path)
    folder.events.symlink_to(tmp_path / "log.sqlite")

    def told(*words: str) -> Any:
        result = CliRunner().invoke(cli, ["--state", str(tmp_path), "replay", *words, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    lab.stop_supervisor()
    replayed = told("optimizer", new)
    assert (replayed["verdict"], replayed["reproduced"]) == ("reproduced", 6)
    supposed = told("what-if", new, "--algorithm", "sobol", "--seeds", "2", "--max-jobs", "3")
    assert supposed["recorded"]["jobs"] == 6
    assert supposed["stopping"][0]["jobs_saved"] == 3
    same, other = supposed["algorithms"]
    assert other["surrogate"]["results"] == 30
    assert [len(each["curve"]) for each in (*same["runs"], *other["runs"])] == [6] * 4
