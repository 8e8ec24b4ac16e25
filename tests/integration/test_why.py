"""Why a job and a trial are as they are, told of a real system that was killed meanwhile."""

import os
import re
import signal
from pathlib import Path
from typing import Any

from tests.integration.all_in_one import AllInOne, wait_for

TARGET = """\
[ -e {first} ] || {{ touch {first}; sleep 600; }}
echo 0.5 > $HYPERDOCK_DIR/loss.json
"""


def started(system: AllInOne, trial_id: str) -> dict[str, Any] | None:
    """The trial's first job, once its target is known to run."""
    jobs = system.jobs(trial_id)
    return jobs[0] if jobs and jobs[0]["started_at"] else None


def told(system: AllInOne, path: str) -> list[dict[str, Any]]:
    """The sentences of a story."""
    answer = system.api.get(f"{path}/why")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def plain(story: list[dict[str, Any]]) -> list[str]:
    """The sentences, without the names of this machine."""
    names = {r"process \d+ on .+": "process N on H", r"(by|on) [^ ,]+-[0-9a-f]{6}\b": r"\1 W"}
    texts = [each["text"] for each in story]
    for pattern, name in names.items():
        texts = [re.sub(pattern, name, text) for text in texts]
    return texts


def test_a_system_that_was_killed_tells_what_it_lost(state: Path, tmp_path: Path) -> None:
    """Its target died with it: the attempt is lost, offered again, and the trial goes on."""
    script = TARGET.format(first=tmp_path / "first")
    document = {
        "name": "told",
        "command": ["sh", "-c", script],
        "space": {"x": {"type": "float", "low": 0, "high": 1}},
        "algorithm": {"name": "random", "seed": 3},
        "budget": {"jobs": 2},
    }
    with AllInOne(state, "--slots", "1", "--no-docker") as system:
        trial_id = system.submit(**document)
        job = wait_for(lambda: started(system, trial_id))
        system.kill()
        os.killpg(os.getpgid(job["attempts"][0]["runner"]["pid"]), signal.SIGKILL)
        system.start()
        system.finished(trial_id)
        first = told(system, f"/jobs/{trial_id}.1")
        second = told(system, f"/jobs/{trial_id}.2")
        life = told(system, f"/trials/{trial_id}")
        for each in [*first, *second, *life]:
            event = system.api.get(f"/events/{each['position']}").json()
            assert event["event_id"] == each["event_id"]
            if each["because"] is not None:
                cause = system.api.get(f"/events/{each['because']['event_id']}").json()
                assert cause["position"] == each["because"]["position"] < each["position"]
        system.stop()

    lost = "lost: the process was killed from outside and left no exit code"
    assert plain(first) == [
        "proposed as job 1 by the optimizer (random) because the trial was submitted by local",
        "claimed by W, slot 1",
        "started as process N on H",
        f"attempt 1 on W {lost}; attempt 2 offered: retry 1 of 3",
        "attempt 2 claimed by W, slot 1",
        "started as process N on H",
        "ended: loss 0.5, the first result",
    ]
    assert plain(second) == [
        "proposed as job 2 by the optimizer (random) because job 1 ended and left room",
        "claimed by W, slot 1",
        "started as process N on H",
        "ended: loss 0.5 (job 1 stays the best with 0.5)",
    ]
    begun, versions, *went_on = plain(life)
    assert begun == "submitted by local: random proposes, 1 at a time, at most 2 jobs"
    assert versions.startswith("job 1 proposed with ")
    assert went_on == [
        "job 1, the first, claimed by W",
        f"attempt 1 of job 1 on W {lost}",
        "job 1: loss 0.5, the first result",
        (
            "ended as completed because job 2 ended: all jobs of the budget are done; "
            "2 jobs (2 succeeded); the best is 0.5 of job 1"
        ),
    ]
