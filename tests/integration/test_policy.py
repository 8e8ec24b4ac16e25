"""The operator's policy over a whole system: what is refused, filled in, and opened by name."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.integration.all_in_one import AllInOne, events_of

TRIAL: dict[str, Any] = {"name": "t", "space": {"x": [1]}, "algorithm": "random"}
ONE_JOB = {**TRIAL, "budget": {"jobs": 1}}
RULES = """
images: {allow: [docker.io/hyperdock/*]}
commands: deny
network: {allow: [none]}
data: {roots: [rows]}
resources: {max: {memory: 64m}}
limits: {jobs: 10, parallelism: 2}
"""


@pytest.mark.docker
@pytest.mark.usefixtures("example_images")
def test_a_policy_holds_and_may_change(tmp_path: Path) -> None:
    """What is refused leaves no trace; what runs has the defaults; a new file counts at once."""
    rows = tmp_path / "rows"
    (rows / "train").mkdir(parents=True)
    (rows / "train" / "loss").write_text("0.25")
    policy = tmp_path / "policy.yaml"
    policy.write_text(RULES)
    options = ("--policy", str(policy), "--data-root", f"rows={rows}")
    with AllInOne(tmp_path / "state", *options) as system:
        bad = {"image": "docker.io.evil.com/hyperdock/x", "network": "bridge", "parallelism": 3}
        answer = system.api.post("/trials", json={**ONE_JOB, **bad, "data": "/etc"})
        assert answer.status_code == 422, answer.text
        fields = [each["field"] for each in answer.json()["errors"]]
        assert fields == ["image", "network", "data", "parallelism"]
        assert system.api.post("/trials", json={**ONE_JOB, "command": ["sh"]}).status_code == 422
        script = 'cp /data/loss "$HYPERDOCK_DIR/loss.json"'
        trial = {
            **ONE_JOB,
            "image": "hyperdock/test-shell",
            "pull": "never",
            "command": ["sh", "-c", script],
            "data": "rows/train",
        }
        trial_id = system.submit(**trial)
        system.finished(trial_id)
        (job,) = system.jobs(trial_id)
        assert (job["state"], job["loss"]) == ("succeeded", 0.25), job["message"]
        spec = system.api.get(f"/trials/{trial_id}/spec").json()
        assert spec["image"] == "docker.io/hyperdock/test-shell:latest"
        assert (spec["network"], spec["resources"]["memory"]) == ("none", 64 << 20)
        policy.write_text("{}")
        elsewhere = system.submit(**{**trial, "data": str(rows)})
        system.finished(elsewhere)
        (job,) = system.jobs(elsewhere)
        assert job["reason"] == "cannot_start"
        assert "opens folders by name only; begin with one of: rows" in job["message"]
        system.stop()
    submitted = [each for each in events_of(tmp_path / "state") if "Submitted" in repr(each)]
    assert len(submitted) == 2


def test_a_broken_policy_starts_nothing(tmp_path: Path) -> None:
    """The command ends with what is wrong and where."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("comands: deny")
    words = ["--state", str(tmp_path / "state"), "up", "--port", "0", "--policy", str(policy)]
    ended = subprocess.run(
        [sys.executable, "-m", "hyperdock_cli", *words, "--no-docker"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode not in {0, 1}
    assert "comands: no such field; known there are images, commands" in ended.stderr
    assert "Traceback" not in ended.stderr
