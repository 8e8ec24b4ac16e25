"""The preview of a trial's first jobs, in a process that a gateway survives."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hyperdock_common.errors import HyperdockError
from hyperdock_common.spec import TrialSpec, parse_trial
from hyperdock_optimizers import OptimizerFailed, make_optimizer
from hyperdock_optimizers.preview import PreviewFailed, first_proposals

SPACE = {
    "x": {"type": "float", "low": 0, "high": 1},
    "c": ["a", "b"],
    "epochs": 3,
}


def spec(name: str, **changes: Any) -> TrialSpec:
    """A trial that names this optimizer."""
    algorithm = {"name": name, "seed": 5}
    document = {"name": "t", "command": ["true"], "space": SPACE, "algorithm": algorithm}
    return parse_trial({**document, "parallelism": 3, **changes})


def children() -> set[int]:
    """The processes that this one has started and that are still there."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.add(int(place.name))
    return found


@pytest.mark.parametrize("name", ["random", "sobol", "auto", "TwoPointsDE", "NelderMead"])
def test_it_shows_what_the_optimizer_proposes(name: str) -> None:
    """The same seed, the same params."""
    trial = spec(name)
    optimizer = make_optimizer(trial)
    assert first_proposals(trial, 3) == [optimizer.ask(number) for number in (1, 2, 3)]


def test_nothing_is_imported_here() -> None:
    """What the optimizer needs is in the other process alone."""
    code = (
        "import sys; from hyperdock_common.spec import parse_trial;"
        "from hyperdock_optimizers.preview import first_proposals;"
        "s = parse_trial({'name': 't', 'command': ['x'], 'space': {'x': [1, 2]},"
        " 'algorithm': {'name': 'CMA', 'seed': 1}});"
        "print(len(first_proposals(s, 3)), [n for n in ('numpy', 'nevergrad') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 []"


def test_points_come_first_and_what_is_known_is_learnt() -> None:
    """In their order; those with a loss are no proposals."""
    points = [
        {"params": {"x": 0.5, "c": "a"}},
        {"params": {"x": 0.1, "c": "b"}, "loss": 3},
        {"params": {"x": 0.75, "c": "b"}},
    ]
    trial = spec("OnePlusOne", points=points, objective="maximize")
    optimizer = make_optimizer(trial)
    optimizer.learn({"x": 0.1, "c": "b", "epochs": 3}, -3)
    assert first_proposals(trial, 5) == [
        {"x": 0.5, "c": "a", "epochs": 3},
        {"x": 0.75, "c": "b", "epochs": 3},
        optimizer.ask(1),
    ]
    assert first_proposals(trial, 1) == [{"x": 0.5, "c": "a", "epochs": 3}]


@pytest.mark.parametrize(
    ("name", "changes", "shown"),
    [
        ("TwoPointsDE", {}, 3),
        ("TwoPointsDE", {"parallelism": 1}, 1),
        ("auto", {"parallelism": 1}, 8),
        ("auto", {"parallelism": 9}, 9),
        ("random", {"parallelism": 1}, 12),
        ("random", {"budget": {"jobs": 2}}, 2),
        ("sobol", {"space": {"x": 1}}, 1),
        ("grid", {"space": {"x": [1, 2]}}, 2),
        ("grid", {"space": {"x": [1, 2]}, "points": [{"params": {"x": 2}}]}, 2),
    ],
)
def test_what_depends_on_results_or_will_not_be_is_left_out(
    name: str, changes: dict[str, Any], shown: int
) -> None:
    """Nothing is shown that a real trial might not do."""
    assert len(first_proposals(spec(name, **changes), 12)) == shown


def test_an_optimizer_that_fails_on_the_trial_says_why() -> None:
    """Before anything is submitted."""
    trial = spec("random")
    broken = trial.algorithm.model_copy(update={"name": "AXP"})
    with pytest.raises(OptimizerFailed, match=r"AXP failed: .*No module named 'ax'"):
        first_proposals(trial.model_copy(update={"algorithm": broken}), 3)


def test_whoever_takes_too_long_is_ended() -> None:
    """With an error that says so, and no process is left."""
    before, started = children(), time.monotonic()
    with pytest.raises(PreviewFailed, match="took longer than"):
        first_proposals(spec("CMA"), 3, timeout=0.3)
    assert time.monotonic() - started < 5
    assert children() <= before


def test_whoever_takes_too_much_memory_fails_alone() -> None:
    """The process has so much and no more; the caller has an error, and the next preview works."""
    with pytest.raises(HyperdockError):
        first_proposals(spec("CMA"), 3, memory=2**27)
    assert len(first_proposals(spec("CMA"), 3)) == 3


def test_at_most_two_run_at_once() -> None:
    """The others wait for their turn, and as long as it takes: all are answered."""
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.005):  # those in both were there at once in between
            most = max(most, len((children() & children()) - before))

    before = children()
    found: list[int] = []
    watcher = threading.Thread(target=watch)
    askers = [
        threading.Thread(target=lambda: found.append(len(first_proposals(spec("sobol"), 4))))
        for _ in range(6)
    ]
    watcher.start()
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    done.set()
    watcher.join()
    assert found == [4] * 6
    assert most == 2


def test_whoever_waits_too_long_for_a_turn_is_told() -> None:
    """The wait is part of the time."""
    with pytest.raises(PreviewFailed):
        first_proposals(spec("random"), 1, timeout=0.0)
