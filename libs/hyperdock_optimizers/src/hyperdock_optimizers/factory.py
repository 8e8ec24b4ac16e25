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
_SEEDS = 2**32
_SHIFT = 0x9E3779B9
"""Odd, so that no two generations share a seed, and far from the seeds that people choose."""


def make_optimizer(spec: TrialSpec, generation: int = 0) -> Optimizer:
    """The optimizer that the trial names, at its beginning.

    Args:
        spec: the trial as it was submitted: what changed since must not change old proposals.
        generation: how often the trial has begun anew with another optimizer, which then learns
            what is known and is asked on from the number where the last one was. Ours draw by the
            seed and the number, so they go on; nevergrad's draw one after the other, and get
            another seed, or they would begin with the same points again.

    Raises:
        OptimizerFailed: it cannot work on this space or with this budget.
    """
    name = spec.algorithm.name
    with contained(name):
        return Contained(name, _make(spec, name, spec.algorithm.seed or 0, generation))


def slow_to_make(spec: TrialSpec) -> bool:
    """Whether making this trial's optimizer may take seconds, for what it imports."""
    return spec.algorithm.name not in {"grid", "random"}


def _make(spec: TrialSpec, name: str, seed: int, generation: int) -> Optimizer:
    if name == "grid":
        return _grid(spec)
    if name == "random" or not spec.parsed_space.dimensions:
        return _random(spec, seed)
    if name == "sobol":
        return _sobol(spec, seed)
    if name == "auto":
        return _auto(spec, seed)
    return _nevergrad(spec, name, seed, generation)


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


def _nevergrad(spec: TrialSpec, name: str, seed: int, generation: int) -> Optimizer:
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
    shifted = (seed + generation * _SHIFT) % _SEEDS
    lead = Penalized(
        adapter.NevergradOptimizer(name, space, seed=shifted, budget=budget, workers=workers)
    )
    return OneAtATime(lead, _sobol(spec, seed), strict=sequential)
