"""Tests of nevergrad's optimizers behind our port: a few of them, and all of their names."""

import threading

import numpy as np
import pytest

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.spec import parse_trial
from hyperdock_common.spec.algorithms import nevergrad_names, unusable_names
from hyperdock_optimizers import OptimizerFailed, make_optimizer

SPACE = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "model": ["tree", "net", "linear"],
    "leaf": {"type": "float", "low": 0, "high": 1, "when": {"model": "tree"}},
}


def optimizer(name: str, *, parallelism: int = 1, jobs: int = 30) -> Optimizer:
    """The optimizer of a trial that names it."""
    document = {
        "name": "t",
        "command": ["true"],
        "space": SPACE,
        "algorithm": {"name": name, "seed": 1},
        "budget": {"jobs": jobs},
        "parallelism": parallelism,
    }
    return make_optimizer(parse_trial(document))


def run(proposer: Optimizer, jobs: int, at_a_time: int) -> list[JsonObject]:
    """Asks and tells, the oldest running job first, every fifth infeasible."""
    running: list[tuple[int, JsonObject]] = []
    found = []
    for number in range(1, jobs + 1):
        params = proposer.ask(number)
        assert params is not None
        found.append(params)
        running.append((number, params))
        if len(running) == at_a_time:
            done, params = running.pop(0)
            depth = float(str(params["depth"]))
            proposer.tell(done, None if done % 5 == 0 else (depth - 3) ** 2)
    return found


def test_the_list_of_names_is_the_registry() -> None:
    """What the edge accepts without importing nevergrad is what the installed version has."""
    optimizer("OnePlusOne")  # imports nevergrad as it is always imported
    import nevergrad  # noqa: PLC0415

    assert {name.strip() for name in nevergrad.optimizers.registry} == nevergrad_names()
    assert unusable_names().keys() < nevergrad_names()


@pytest.mark.parametrize("name", ["OnePlusOne", "CMA", "TwoPointsDE", "PSO", "NGOpt"])
def test_parallel_optimizers_propose_valid_params(name: str) -> None:
    """Params come from the space, with the inactive parameters left out."""
    for params in run(optimizer(name, parallelism=3), 20, 3):
        assert ("leaf" in params) == (params["model"] == "tree")
        assert 1e-5 <= float(str(params["lr"])) <= 1
        assert params["depth"] in range(1, 9)


@pytest.mark.parametrize("name", ["NelderMead", "Cobyla", "MultiDS", "DS9"])
@pytest.mark.parametrize("at_a_time", [1, 3])
def test_sequential_optimizers_work_at_any_parallelism(name: str, at_a_time: int) -> None:
    """Those that refuse parallel jobs neither block nor fail."""
    assert len(run(optimizer(name, parallelism=at_a_time), 20, at_a_time)) == 20


def test_asks_and_tells_leave_the_global_random_state_alone() -> None:
    """What a trial draws cannot be seen from outside."""
    before = np.random.get_state(legacy=False)["state"]["key"].tolist()  # noqa: NPY002
    run(optimizer("TwoPointsDE", parallelism=2), 10, 2)
    assert np.random.get_state(legacy=False)["state"]["key"].tolist() == before  # noqa: NPY002


def test_threads_do_not_keep_the_process_alive() -> None:
    """An optimizer that runs in a thread of its own may be left at any time."""
    proposer = optimizer("NelderMead")
    proposer.ask(1)
    threads = [each for each in threading.enumerate() if "ThreadInStep" in type(each).__name__]
    assert threads
    assert all(thread.daemon for thread in threads)


def test_what_cannot_be_made_fails_with_its_reason() -> None:
    """A missing library ends the trial, not the supervisor."""
    spec = parse_trial({"name": "t", "command": ["true"], "space": SPACE})
    named = spec.model_copy(update={"algorithm": spec.algorithm.model_copy(update={"name": "AXP"})})
    with pytest.raises(OptimizerFailed, match="No module named 'ax'"):
        make_optimizer(named)
