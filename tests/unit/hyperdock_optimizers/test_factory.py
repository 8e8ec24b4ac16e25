"""Tests of which optimizer a trial gets."""

import subprocess
import sys

import pytest

from hyperdock_common.json_types import Json
from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.spec import parse_trial
from hyperdock_optimizers import make_optimizer


def made(algorithm: Json, space: Json) -> Optimizer:
    """The optimizer of a trial with this algorithm and space."""
    return make_optimizer(
        parse_trial({"name": "t", "command": ["true"], "space": space, "algorithm": algorithm})
    )


def test_a_grid_ends() -> None:
    """The grid of two values has two jobs."""
    grid = made("grid", {"a": [1, 2]})
    assert [grid.ask(number) for number in (1, 2, 3)] == [{"a": 1}, {"a": 2}, None]


@pytest.mark.parametrize("name", ["random", "sobol", "auto"])
def test_the_seed_decides(name: str) -> None:
    """The same seed gives the same first job, another seed another one."""
    space: Json = {"x": {"type": "float", "low": 0, "high": 1}}
    first = [made({"name": name, "seed": seed}, space).ask(1) for seed in (1, 1, 2)]
    assert first[0] == first[1] != first[2]


def test_sobol_takes_its_option() -> None:
    """Without scrambling the seed does not matter."""
    space: Json = {"x": {"type": "float", "low": 0, "high": 1}}
    options: Json = {"scramble": False}
    plain = [made({"name": "sobol", "seed": s, "options": options}, space).ask(2) for s in (1, 2)]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("name", ["random", "sobol", "auto", "CMA"])
def test_a_space_of_constants_gives_the_same_params_for_ever(name: str) -> None:
    """With nothing to search every job is the one there is."""
    optimizer = made({"name": name, "seed": 1}, {"a": 1, "b": {"c": "x"}})
    for number in (1, 2, 3):
        assert optimizer.ask(number) == {"a": 1, "b": {"c": "x"}}
        optimizer.tell(number, 1.0)


def test_a_supervisor_without_trials_imports_no_optimizer() -> None:
    """Starting takes no seconds for libraries that no trial has asked for yet."""
    code = (
        "import sys, hyperdock_optimizers;"
        "print([n for n in ('nevergrad', 'scipy.optimize', 'scipy.stats') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
