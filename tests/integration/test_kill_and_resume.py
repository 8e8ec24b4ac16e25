"""Kill -9 of everything in the middle of a trial: nothing lost, nothing doubled, no break."""

import itertools
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest
from tests.integration.all_in_one import AllInOne, events_of, wait_for

from hyperdock_common.events import JobClaimed, JobFinished, JobProposed, Succeeded, TrialSubmitted
from hyperdock_common.ports import Optimizer
from hyperdock_common.spec import parse_trial
from hyperdock_optimizers.factory import make_optimizer

DOCKER = "/usr/bin/docker"
SPACE = {
    "x": {"type": "float", "low": -5, "high": 5},
    "kind": ["a", "b"],
    "n": {"type": "int", "low": 1, "high": 9, "when": {"kind": "b"}},
}
LOSS = "sed -E 's/.*\"x\": ?([-0-9.e]+).*/\\1/' $HYPERDOCK_DIR/params.json > $HYPERDOCK_DIR/x"
TARGET = f"echo began; {LOSS}; sleep 1; cp $HYPERDOCK_DIR/x $HYPERDOCK_DIR/loss.json; echo ended"


class StartedContainers:
    """Counts the starts of containers while it is open, by container name."""

    def __enter__(self) -> Self:
        """Begins to listen."""
        filters = ["--filter", "type=container", "--filter", "event=start"]
        self._events = subprocess.Popen(
            [DOCKER, "events", *filters, "--format", "{{.Actor.Attributes.name}}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *error: object) -> None:
        """Ends listening; `count` has everything then."""
        self._events.terminate()
        output, _ = self._events.communicate()
        self.count = Counter(line for line in output.split() if "holder" not in line)


def optimizer_of(events: Sequence[Any]) -> Optimizer:
    """A new optimizer of the trial that these events submitted."""
    return make_optimizer(
        parse_trial(next(e.spec for e in events if isinstance(e, TrialSubmitted)))
    )


def replayed_params(events: Sequence[Any]) -> Iterator[tuple[object, object]]:
    """Each proposal of the log beside that of a new optimizer that is told the same."""
    optimizer = optimizer_of(events)
    numbers: dict[str, int] = {}
    for event in events:
        match event:
            case JobProposed():
                numbers[event.job_id] = event.number
                yield event.params, optimizer.ask(event.number)
            case JobFinished(outcome=Succeeded(loss=loss)):
                optimizer.tell(numbers[event.job_id], loss)


def has_succeeded(system: AllInOne, trial_id: str, count: int) -> bool:
    """Whether so many jobs of the trial have."""
    return bool(system.trial(trial_id)["jobs"]["succeeded"] >= count)


def runs_one(system: AllInOne, trial_id: str) -> bool:
    """Whether a target of the trial runs now, and is known to."""
    jobs = system.jobs(trial_id)
    return any(job["state"] == "running" and job["started_at"] for job in jobs)


@pytest.mark.docker
@pytest.mark.slow
@pytest.mark.usefixtures("example_images")
@pytest.mark.parametrize("algorithm", ["random", "OnePlusOne"])
def test_a_killed_container_trial_goes_on_as_if_nothing_had_happened(
    state: Path, algorithm: str
) -> None:
    """DESIGN §6, 1, 2 and 6: 40 container jobs, killed twice, each end once, none runs twice."""
    document = {
        "name": "killed",
        "image": "hyperdock/test-shell",
        "command": ["sh", "-c", TARGET],
        "network": "none",
        "pull": "never",
        "space": SPACE,
        "algorithm": {"name": algorithm, "seed": 11},
        "budget": {"jobs": 40},
        "parallelism": 4,
    }
    system = AllInOne(state, "--slots", "4")
    with StartedContainers() as started, system:
        trial_id = system.submit(**document)
        for done in (8, 20):
            wait_for(partial(has_succeeded, system, trial_id, done))
            system.kill()
            system.start()
        trial = system.finished(trial_id)
        jobs = system.jobs(trial_id)
        system.stop()

    assert trial["state"] == "completed"
    assert trial["jobs"]["succeeded"] == 40
    events = [record.event for record in events_of(state)]
    ends = Counter(event.job_id for event in events if isinstance(event, JobFinished))
    assert ends == {f"{trial_id}.{number}": 1 for number in range(1, 41)}
    claims = Counter((e.job_id, e.attempt) for e in events if isinstance(e, JobClaimed))
    assert set(claims.values()) == {1}
    of_trial = {name: n for name, n in started.count.items() if trial_id in name}
    assert set(of_trial.values()) == {1}, "a container was started twice"
    assert sum(job["attempt"] for job in jobs) - 40 <= 8, "running containers were not adopted"
    assert all(logged == again for logged, again in replayed_params(events))
    for number, job in itertools.zip_longest(range(1, 41), jobs):
        further = f"-attempt-{job['attempt']}" if job["attempt"] > 1 else ""
        folder = state / "results" / trial_id / f"{job['job_id']}{further}"
        assert job["number"] == number
        assert (folder / "params.json").exists()
        assert (folder / "loss.json").exists()
    assert not list((state / "work").iterdir())
    left = subprocess.run(
        [DOCKER, "ps", "-aq", "--filter", f"label=hyperdock.trial={trial_id}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert left.stdout == "", "containers were left behind"


def test_the_same_seed_gives_the_same_next_proposals_across_a_kill(state: Path) -> None:
    """DESIGN §6, 6: one slot, killed in the middle, proposes exactly what an unbroken run does."""
    script = f"{LOSS}; sleep 0.5; cp $HYPERDOCK_DIR/x $HYPERDOCK_DIR/loss.json"
    document = {
        "name": "steady",
        "command": ["sh", "-c", script],
        "space": SPACE,
        "algorithm": {"name": "CMA", "seed": 5},
        "budget": {"jobs": 16},
    }
    with AllInOne(state, "--slots", "1", "--no-docker") as system:
        killed = system.submit(**document)
        wait_for(lambda: has_succeeded(system, killed, 6) and runs_one(system, killed))
        system.kill()
        system.start()
        system.finished(killed)
        unbroken = system.submit(**document)
        system.finished(unbroken)
        first, second = system.jobs(killed), system.jobs(unbroken)
        system.stop()

    assert [job["params"] for job in first] == [job["params"] for job in second]
    assert [job["loss"] for job in first] == [job["loss"] for job in second]
    assert all(job["attempt"] == 1 for job in first), "the running process was not adopted"
