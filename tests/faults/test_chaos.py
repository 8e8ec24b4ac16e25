"""A short run of `tests.faults.chaos`, as everybody runs it; the long one is a command."""

from pathlib import Path

import pytest
from tests.faults.chaos import is_good, run

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.mark.usefixtures("example_images")
def test_a_trial_survives_whatever_is_killed(tmp_path: Path) -> None:
    """DESIGN §6: 60 jobs, three workers, and something killed with -9 every second."""
    found = run(tmp_path, jobs=60, every=1, seed=5, patience=300)

    assert is_good(found), found
    assert sum(found["kills"].values()) >= 3
