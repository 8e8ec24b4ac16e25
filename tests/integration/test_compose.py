"""The whole system, as compose.yaml describes it, from images built here."""

import json
import os
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]
NEEDS = ("Docker Compose", "debootstrap")


def give_up(reason: str) -> None:
    """Fails where everything must be there (CI=true), skips elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def installed() -> None:
    """What the images and the system are made with."""
    for need in NEEDS:
        check = [str(ROOT / "scripts" / "install-test-needs"), "--check", "--only", need]
        if subprocess.run(check, capture_output=True, check=False).returncode != 0:
            give_up(f"no {need} here: run scripts/install-test-needs")


def test_the_whole_system_runs_trials_and_leaves_nothing(
    engine: None,  # noqa: ARG001 - the engine must be up first
    installed: None,  # noqa: ARG001 - and these there
) -> None:
    """Up, a trial driven to its end, scaled, and down: no container, volume or network is left."""
    done = subprocess.run(
        [ROOT / "scripts" / "compose-test"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert outcome["jobs"] > 0
    assert outcome["left"] == {"containers": 0, "volumes": 0, "networks": 0, "targets": 0}
