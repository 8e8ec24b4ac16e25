"""Which optimizer a trial gets.

The optimizers are imported only when a trial needs them: scipy takes a second, nevergrad three.
"""
# ruff: noqa: PLC0415

import warnings
from typing import cast

from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.spec import TrialSpec
from hyperdock_optimizers.failure import Contained, contained

ENDLESS = 1000
"""How many jobs are expected of a trial whose budget does not say; some optimizers must know."""


def make_optimizer(spec: TrialSpec) -> Optimizer:
    """The optimizer that the trial names, at its beginning.

    Raises:
        OptimizerFailed: it cannot work on this space or with this budget.
    """
    name = spec.algorithm.name
    with contained(name):
        return Contained(name, _make(spec, name, spec.algorithm.seed or 0))


def slow_to_make(spec: TrialSpec) -> bool:
    """Whether making this trial's optimizer may take seconds, for what it imports."""
    return spec.algorithm.name not in {"grid", "random"}


def _make(spec: TrialSpec, name: str, seed: int) -> Optimizer:
    if name == "grid":
        return _grid(spec)
    if name == "random" or not spec.parsed_space.dimensions:
        return _random(spec, seed)
    if name == "sobol":
        return _sobol(spec, seed)
    if name == "auto":
        return _auto(spec, seed)
    return _nevergrad(spec, name, seed)


def _grid(spec: TrialSpec) -> Optimizer:
    from hyperdock_optimizers.grid import GridSearch

    return GridSearch(spec.parsed_space, cast("int | None", spec.algorithm.options.get("points")))


def _random(spec: TrialSpec, seed: int) -> Optimizer:
    from hyperdock_optimizers.random_search import RandomSearch

    return RandomSearch(spec.parsed_space, seed)


def _sobol(spec: TrialSpec, seed: int) -> Optimizer:
    from hyperdock_optimizers.sobol import SobolSearch

    scramble = bool(spec.algorithm.options.get("scramble", True))
    return SobolSearch(spec.parsed_space, seed, scramble=scramble)


def _auto(spec: TrialSpec, seed: int) -> Optimizer:
    from hyperdock_optimizers.auto import AutoSearch
    from hyperdock_optimizers.penalty import Penalized

    return Penalized(AutoSearch(spec.parsed_space, seed))


def _nevergrad(spec: TrialSpec, name: str, seed: int) -> Optimizer:
    from hyperdock_optimizers.one_at_a_time import OneAtATime
    from hyperdock_optimizers.penalty import Penalized
    from hyperdock_optimizers.private_randomness import PrivateRandomness

    # When imported it draws constants of some optimizers, and warns of what is not installed.
    with PrivateRandomness(0).in_place(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hyperdock_optimizers import nevergrad_adapter as adapter

    space, budget = spec.parsed_space, spec.budget.jobs or ENDLESS
    sequential = adapter.is_sequential(name)
    workers = 1 if sequential else min(spec.parallelism, budget)
    lead = Penalized(
        adapter.NevergradOptimizer(name, space, seed=seed, budget=budget, workers=workers)
    )
    return OneAtATime(lead, _sobol(spec, seed), strict=sequential)
