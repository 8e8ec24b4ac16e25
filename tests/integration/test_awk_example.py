"""The awk example as its README has it: real containers, a known function, the optimum found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT


@pytest.mark.docker
@pytest.mark.slow
@pytest.mark.usefixtures("example_images")
def test_the_awk_example_finds_the_optimum_in_containers(state: Path) -> None:
    """60 jobs, two at a time: all end, the best is within the README's 0.41, all results kept."""
    trial = ROOT / "examples/awk-branin/trial.yaml"
    command = [sys.executable, "-m", "hyperdock_cli", "--state", str(state), "run", str(trial)]
    done = subprocess.run(
        [*command, "--json", "--docker", "--slots", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["state"] == "completed"
    assert told["jobs"]["succeeded"] == 60
    assert told["best"]["loss"] < 0.41
    folders = list(Path(told["results"]).iterdir())
    assert len(folders) == 60
    for folder in folders:
        assert {"x", "y"} == set(json.loads((folder / "params.json").read_text()))
        assert "loss" in json.loads((folder / "loss.json").read_text())
        assert (folder / "out").is_dir()
        assert (folder / "log.txt").is_file()
