"""Asks, tells and teaches named optimizers in a fixed order and prints what they proposed, as JSON.

A program of its own, so that the test can run it in processes of different kinds. With `disturbed`
another trial's optimizer, and draws from the global random states, come in between.
"""

import json
import random
import sys

import numpy as np

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.space import parse_space
from hyperdock_common.spec import parse_trial
from hyperdock_optimizers import make_optimizer

SPACE = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "units": {"type": "int", "low": 4, "high": 256, "log": True},
    "model": {
        "kind": ["tree", "net", "linear"],
        "leaf": {"type": "float", "low": 0, "high": 1, "when": {"model.kind": "tree"}},
        "solver": {"type": "choice", "values": ["sgd", "adam"], "when": {"model.kind": "net"}},
        "beta": {"type": "float", "low": 0, "high": 1, "when": {"model.solver": "adam"}},
    },
}
PARALLELISM = 4
TAUGHT_FROM, TAUGHT_EVERY = 15, 6


def optimizer_of(name: str, jobs: int) -> Optimizer:
    """The optimizer of a trial that names it."""
    options: JsonObject = {"points": 3} if name == "grid" else {}
    document = {
        "name": "replayed",
        "command": ["true"],
        "space": SPACE,
        "algorithm": {"name": name, "seed": 11, "options": options},
        "budget": {"jobs": jobs},
        "parallelism": PARALLELISM,
    }
    return make_optimizer(parse_trial(document))


def loss_of(params: JsonObject) -> float:
    """A loss that depends on some of the params."""
    kind = str(params["model"])
    return abs(float(str(params["lr"])) - 0.01) + (int(str(params["depth"])) - 3) ** 2 + len(kind)


def teach(optimizer: Optimizer, others: random.Random) -> None:
    """Lets the optimizer learn of two results that it did not propose, one of them infeasible."""
    space = parse_space(SPACE)
    points = ([others.random() for _ in space.dimensions] for _ in range(2))
    known, infeasible = map(space.from_unit, points)
    optimizer.learn(known, loss_of(known))
    optimizer.learn(infeasible, None)


def proposals(name: str, jobs: int, *, disturbed: bool) -> list[JsonObject]:
    """What the optimizer proposes where jobs end in random order, fail, or never end.

    From the middle on others know more than it does.
    """
    optimizer, order = optimizer_of(name, jobs), random.Random(5)  # noqa: S311
    others = random.Random(6)  # noqa: S311
    other = optimizer_of("TwoPointsDE", jobs)
    running: list[tuple[int, JsonObject]] = []
    found: list[JsonObject] = []
    for number in range(1, jobs + 1):
        if number >= TAUGHT_FROM and number % TAUGHT_EVERY == 0:
            teach(optimizer, others)
        params = optimizer.ask(number)
        assert params is not None, name
        found.append(params)
        if number % 9 != 4:
            running.append((number, params))
        if disturbed:
            other.ask(number)
            random.random()  # noqa: S311
            np.random.random()  # noqa: NPY002
        if len(running) == PARALLELISM:
            done, params = running.pop(order.randrange(PARALLELISM))
            optimizer.tell(done, None if done % 5 == 0 else loss_of(params))
    return found


def main() -> None:
    """Run the optimizers that the command line names."""
    jobs, disturbed, *names = sys.argv[1:]
    calm = disturbed != "disturbed"
    print(json.dumps({n: proposals(n, int(jobs), disturbed=not calm) for n in names}))  # noqa: T201


if __name__ == "__main__":
    main()
