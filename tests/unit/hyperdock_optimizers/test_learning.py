"""Results that an optimizer did not propose, and beginning anew with them."""

import json
import random

import pytest

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.spec import TrialSpec, parse_trial
from hyperdock_optimizers import make_optimizer

SPACE: JsonObject = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "model": ["tree", "net", "linear"],
    "leaf": {"type": "float", "low": 0, "high": 1, "when": {"model": "tree"}},
}
OWN = ("auto", "random", "sobol", "grid")
NEVERGRAD = (
    "NelderMead",  # sequential, in a thread of its own
    "Cobyla",
    "DS9",
    "CmaFmin2",
    "EDA",  # cannot learn
    "IsoEMNA",
    "CMA",
    "PSO",
    "TwoPointsDE",
    "TBPSA",
    "NGOpt",
    "ParaPortfolio",
    "MetaModel",
    "BO",
    "OnePlusOne",
)


def spec(name: str, *, parallelism: int = 3) -> TrialSpec:
    """A trial that names this optimizer."""
    options: JsonObject = {"points": 4} if name == "grid" else {}
    return parse_trial(
        {
            "name": "t",
            "command": ["true"],
            "space": SPACE,
            "algorithm": {"name": name, "seed": 3, "options": options},
            "budget": {"jobs": 30},
            "parallelism": parallelism,
        }
    )


def loss_of(params: JsonObject) -> float:
    """Least for depth 6."""
    return abs(float(str(params["depth"])) - 6) + float(str(params["lr"]))


def teach(optimizer: Optimizer, draws: random.Random, results: int) -> None:
    """So many results from anywhere in the space, its edges included; the first is infeasible."""
    space = spec("random").parsed_space
    for number in range(results):
        point = [draws.choice([0.0, 1.0, draws.random()]) for _ in space.dimensions]
        params = space.from_unit(point)
        optimizer.learn(params, loss_of(params) if number else None)


def run(name: str, *, jobs: int = 18, generation: int = 0) -> list[str]:
    """What is proposed, three jobs at a time, where others know more before and in between."""
    optimizer, draws = make_optimizer(spec(name), generation), random.Random(1)  # noqa: S311
    teach(optimizer, draws, 5)
    running: list[tuple[int, JsonObject]] = []
    found = []
    for number in range(1, jobs + 1):
        params = optimizer.ask(number)
        assert params is not None
        found.append(json.dumps(params, sort_keys=True))
        running.append((number, params))
        if number % 5 == 0:
            teach(optimizer, draws, 2)
        if len(running) == 3:
            done, params = running.pop(draws.randrange(3))
            optimizer.tell(done, None if done % 6 == 0 else loss_of(params))
    return found


@pytest.mark.parametrize("name", [*OWN, *NEVERGRAD])
def test_learning_breaks_no_optimizer(name: str) -> None:
    """Before the first job and in between; and the same is proposed every time."""
    assert run(name) == run(name)


@pytest.mark.parametrize("name", ["random", "sobol", "grid"])
def test_what_does_not_learn_goes_on_as_if_nothing_were_known(name: str) -> None:
    """Known points change nothing."""
    untaught = make_optimizer(spec(name))
    plain = [json.dumps(untaught.ask(number), sort_keys=True) for number in range(1, 19)]
    assert run(name) == plain


@pytest.mark.parametrize("name", ["random", "sobol", "grid", "auto"])
def test_ours_go_on_where_they_were_when_they_begin_anew(name: str) -> None:
    """Their proposals belong to the number, whatever the generation."""
    first, second = make_optimizer(spec(name)), make_optimizer(spec(name), 1)
    assert first.ask(1) is not None
    assert first.ask(2) == second.ask(2)


@pytest.mark.parametrize("name", ["CMA", "TwoPointsDE", "OnePlusOne", "PSO"])
def test_nevergrads_do_not_begin_with_the_same_points_anew(name: str) -> None:
    """Each generation has its own seed, and the same one every time."""
    runs = [run(name, generation=each) for each in (0, 1, 2, 1)]
    assert runs[1] == runs[3]
    assert len({each[2] for each in runs}) == 3


@pytest.mark.parametrize("name", ["auto", "TwoPointsDE", "OnePlusOne"])
def test_what_is_learnt_is_used(name: str) -> None:
    """Told that depth 6 is best, it proposes near that more often than one that knows nothing."""
    space = spec(name).parsed_space
    near = []
    for taught in (True, False):
        optimizer, draws = make_optimizer(spec(name)), random.Random(2)  # noqa: S311
        for _ in range(40 * taught):
            params = space.from_unit([draws.random() for _ in space.dimensions])
            optimizer.learn(params, 10 * loss_of(params))
        asked = [optimizer.ask(number) or {} for number in range(1, 9)]
        near.append(sum(abs(float(str(params["depth"])) - 6) for params in asked))
    assert near[0] < near[1]


def test_the_default_models_what_it_learnt_from_the_first_job_on() -> None:
    """A known point takes the place of a point of the design."""
    design, taught = make_optimizer(spec("auto")), make_optimizer(spec("auto"))
    space = spec("auto").parsed_space
    draws = random.Random(4)  # noqa: S311
    points = [[draws.random() for _ in space.dimensions] for _ in range(7)]
    for point in points:
        params = space.from_unit(point)
        taught.learn(params, loss_of(params))
    assert taught.ask(1) == design.ask(1)
    assert taught.ask(2) != design.ask(2)


def test_the_default_does_not_propose_what_it_learnt() -> None:
    """What is known need not be run, where there is something else."""
    space: Json = {"a": [1, 2, 3], "b": ["x", "y", "z"]}
    algorithm: Json = {"name": "auto", "seed": 1}
    document = {"name": "t", "command": ["x"], "space": space, "algorithm": algorithm}
    optimizer = make_optimizer(parse_trial(document))
    for a in (1, 2, 3):
        for b in ("x", "y", "z"):
            if (a, b) != (2, "z"):
                optimizer.learn({"a": a, "b": b}, float(a))
    assert optimizer.ask(1) == {"a": 2, "b": "z"}


def test_a_space_of_constants_learns_nothing() -> None:
    """There is nothing to learn, whatever the optimizer."""
    for name in ("auto", "CMA"):
        document = {"name": "t", "command": ["x"], "space": {"a": 1}, "algorithm": name}
        optimizer = make_optimizer(parse_trial(document))
        optimizer.learn({"a": 1}, 0.5)
        assert optimizer.ask(1) == {"a": 1}
