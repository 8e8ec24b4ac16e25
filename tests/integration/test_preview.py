"""The preview of a trial against what the real system then proposes."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.all_in_one import AllInOne, wait_for

from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import parse_trial
from hyperdock_optimizers.preview import first_proposals

SPACE: JsonObject = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "model": ["tree", "net"],
    "depth": {"type": "int", "low": 1, "high": 8, "when": {"model": "tree"}},
    "epochs": 10,
}
POINTS: list[dict[str, Any]] = [
    {"params": {"lr": 0.5, "model": "net"}},
    {"params": {"lr": 0.25, "model": "tree", "depth": 3}, "loss": 2.5},
]
SLOTS = 4


@pytest.mark.parametrize("points", [[], POINTS], ids=["alone", "with points"])
def test_a_trial_begins_with_what_the_preview_shows(
    tmp_path: Path, points: list[dict[str, Any]]
) -> None:
    """For every kind of optimizer, while no job has ended."""
    release = tmp_path / "release"
    command = ["sh", "-c", f'while [ ! -e "{release}" ]; do sleep 0.1; done']
    with AllInOne(tmp_path / "state", "--no-docker", "--slots", str(SLOTS)) as system:
        for name in ("random", "sobol", "auto", "TwoPointsDE", "NelderMead"):
            document: dict[str, Any] = {
                "name": "shown",
                "command": command,
                "space": SPACE,
                "points": points,
                "algorithm": {"name": name, "seed": 17},
                "parallelism": SLOTS,
                "budget": {"jobs": 20},
            }
            shown = first_proposals(parse_trial(document), SLOTS)
            assert len(shown) == SLOTS
            trial_id = system.submit(**document)
            imported = sum("loss" in each for each in points)
            jobs = wait_for(lambda: _all(system, trial_id, SLOTS + imported))  # noqa: B023
            run = [job["params"] for job in jobs if job["state"] != "succeeded"]
            assert json.dumps(run) == json.dumps(shown), name
            assert system.api.post(f"/trials/{trial_id}/stop").is_success
            system.finished(trial_id)


def _all(system: AllInOne, trial_id: str, count: int) -> list[dict[str, Any]] | None:
    jobs = sorted(system.jobs(trial_id), key=lambda job: int(job["number"]))
    return jobs if len(jobs) >= count else None
