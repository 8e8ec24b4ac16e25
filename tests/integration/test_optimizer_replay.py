"""Invariant 6: replaying ask/tell gives the same next proposals as the live optimizer had."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hyperdock_common.json_types import JsonObject

OWN = ("auto", "grid", "random", "sobol")
NEVERGRAD = (
    "OnePlusOne",
    "CMA",
    "NGOpt",
    "NGOptRW",
    "TwoPointsDE",
    "PSO",
    "DiscreteLenglerOnePlusOne",
    "PortfolioDiscreteOnePlusOne",
    "NaiveTBPSA",
    "MetaModel",
    "ScrHammersleySearch",
    "NelderMead",
    "Cobyla",
    "CmaFmin2",  # seeds itself from the clock if it is let
    "ParaPortfolio",
    "NGOptSingle9",  # refuses parallel jobs only when it has got some
    "PolyLN",  # draws its constants when it is imported
    "EDA",
)
JOBS = 40


def started(kind: str, names: tuple[str, ...], **environment: str) -> subprocess.Popen[str]:
    """A process that proposes and is told the same as the others."""
    program = Path(__file__).with_name("replay_proposals.py")
    return subprocess.Popen(
        [sys.executable, program, str(JOBS), kind, *names],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def proposed() -> list[dict[str, list[JsonObject]]]:
    """What each optimizer proposed in a live process and in two that replay it."""
    names = (*OWN, *NEVERGRAD)
    processes = [
        started("calm", names, PYTHONHASHSEED="1", OPENBLAS_NUM_THREADS="1"),
        started("disturbed", names, PYTHONHASHSEED="2", OPENBLAS_NUM_THREADS="2"),
        started("calm", tuple(reversed(names)), PYTHONHASHSEED="3"),
    ]
    outputs = [process.communicate(timeout=150)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    return [json.loads(output) for output in outputs]


@pytest.mark.parametrize("name", [*OWN, *NEVERGRAD])
def test_invariant_6_a_replay_proposes_what_the_live_optimizer_did(
    name: str, proposed: list[dict[str, list[JsonObject]]]
) -> None:
    """Jobs end in random order, fail or never end, and others know more: the same all over again.

    The processes have other hash seeds, another order of trials, other trials in between and other
    numbers of threads.
    """
    live, *replays = [each[name] for each in proposed]
    assert len(live) == JOBS
    for replay in replays:
        assert replay == live


@pytest.mark.parametrize("name", ["auto", "CMA", "TwoPointsDE"])
def test_proposals_are_not_the_same_for_ever(
    name: str, proposed: list[dict[str, list[JsonObject]]]
) -> None:
    """An optimizer that always proposed one thing would pass the test above."""
    assert len({json.dumps(params) for params in proposed[0][name]}) > JOBS / 2
