"""Compares optimizers, Optuna's TPE among them, on functions that look like tuning.

Each runs on every problem with several seeds; four jobs run at a time and end in random order. The
regret is what the best reported job truly has above the optimum, divided by what random search has
at the same number of jobs (median over seeds; the table has the geometric mean over problems). The
rank is among the optimizers on the same problem, seed and number of jobs. `auto` is what a trial
gets that names no algorithm.
"""

import argparse
import json
import math
import multiprocessing
import os
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from scipy.stats import rankdata

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # two processes share two cores

from optimizer_problems import PROBLEMS, Params  # noqa: E402

from hyperdock_common.space import Choice, Float, Searched  # noqa: E402
from hyperdock_common.spec import TrialSpec, parse_trial  # noqa: E402
from hyperdock_optimizers import make_optimizer  # noqa: E402

PEER = "Optuna-TPE"
DEFAULT = "auto,random,sobol,OnePlusOne,CMA,NGOpt,NGOptRW,TwoPointsDE,PSO,DiscreteLenglerOnePlusOne"
KINDS = ("continuous", "mixed", "conditional")


class Proposer(Protocol):
    """Either side of the comparison."""

    def ask(self, number: int) -> Params | None:
        """The params of a job."""

    def tell(self, number: int, loss: float) -> None:
        """The loss of a job."""


class Tpe:
    """Optuna with its default sampler, used as its manual has it for spaces with conditions."""

    def __init__(self, spec: TrialSpec) -> None:
        import optuna  # noqa: PLC0415 - only here

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._parameters = [each.parameter for each in spec.parsed_space.dimensions]
        sampler = optuna.samplers.TPESampler(seed=spec.algorithm.seed)
        self._study = optuna.create_study(sampler=sampler)
        self._trials: dict[int, Any] = {}

    def ask(self, number: int) -> Params:
        """Asks for the parameters one after the other, as far as they are active."""
        trial = self._trials[number] = self._study.ask()
        params: Params = {}
        for each in self._parameters:
            if all(it.parameter in params and it.holds(params[it.parameter]) for it in each.when):
                params[each.name] = _suggest(trial, each)
        return params

    def tell(self, number: int, loss: float) -> None:
        """Tells the study."""
        self._study.tell(self._trials.pop(number), loss)


def _suggest(trial: Any, parameter: Searched) -> Any:
    if isinstance(parameter, Choice):
        return trial.suggest_categorical(parameter.name, parameter.values)
    suggest = trial.suggest_float if isinstance(parameter, Float) else trial.suggest_int
    return suggest(parameter.name, parameter.low, parameter.high, log=parameter.log)


def losses(task: tuple[str, str, int, int, tuple[int, ...]]) -> tuple[list[float], float]:
    """The true loss of the best job after each number of jobs, and the seconds that it took."""
    name, problem_name, seed, parallelism, evaluations = task
    warnings.simplefilter("ignore")
    problem = PROBLEMS[problem_name]
    space, loss_of = problem.make(np.random.default_rng((7, seed)))
    document = {
        "name": "bench",
        "command": ["true"],
        "space": space,
        "algorithm": {"name": "random" if name == PEER else name, "seed": seed},
        "budget": {"jobs": evaluations[-1]},
        "parallelism": parallelism,
    }
    spec = parse_trial(document)
    started = time.perf_counter()
    proposer: Proposer = Tpe(spec) if name == PEER else make_optimizer(spec)
    best = _best_losses(proposer, loss_of, problem.noise, np.random.default_rng((9, seed)), spec)
    return [best[count - 1] for count in evaluations], time.perf_counter() - started


def _best_losses(
    proposer: Proposer, loss_of: Any, noise: float, draws: np.random.Generator, spec: TrialSpec
) -> list[float]:
    running: list[tuple[int, Params]] = []
    best: list[float] = []
    least, asked, jobs = math.inf, 0, spec.budget.jobs or 1
    while len(best) < jobs:
        while len(running) < spec.parallelism and asked < jobs:
            asked += 1
            params = proposer.ask(asked)
            assert params is not None
            running.append((asked, params))
        number, params = running.pop(int(draws.integers(len(running))))
        true = loss_of(params)
        reported = true + noise * draws.standard_normal()
        if reported < least:
            least, true_of_least = reported, true
        best.append(true_of_least)
        proposer.tell(number, reported)
    return best


def run_all(
    names: list[str], options: argparse.Namespace, evaluations: tuple[int, ...]
) -> tuple[dict[tuple[str, str], Any], dict[str, float]]:
    """Losses by optimizer and problem, seeds down and numbers of jobs across; seconds a job."""
    tasks = [
        (name, problem, seed, options.parallelism, evaluations)
        for seed in range(options.seeds)
        for problem in options.problems
        for name in names
    ]
    found: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    seconds: dict[str, float] = defaultdict(float)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for done, (task, (best, took)) in enumerate(
            zip(tasks, pool.imap(losses, tasks), strict=True)
        ):
            found[task[0], task[1]].append(best)
            seconds[task[0]] += took
            if sys.stderr.isatty():
                print(f"\r{done + 1}/{len(tasks)}", end="", file=sys.stderr)
    jobs = options.seeds * len(options.problems) * evaluations[-1]
    return {key: np.array(best) for key, best in found.items()}, {
        name: total / jobs for name, total in seconds.items()
    }


def regrets(found: dict[tuple[str, str], Any], names: list[str], problem: str) -> dict[str, Any]:
    """The median regret of each optimizer by number of jobs, that of random search being 1."""
    known = problem != "digits_svm"
    optimum = 0.0 if known else min(float(found[name, problem].min()) for name in names)
    above = {name: np.median(found[name, problem] - optimum, axis=0) for name in names}
    return {
        name: np.maximum(each / np.maximum(above["random"], 1e-9), 1e-3)
        for name, each in above.items()
    }


def summaries(
    found: dict[tuple[str, str], Any], names: list[str], problems: list[str]
) -> Iterator[tuple[str, dict[str, float], dict[str, float]]]:
    """For each kind of problem and for all: the regret, and the rank, of each optimizer."""
    for kind in (*KINDS, "all"):
        chosen = [each for each in problems if kind in ("all", PROBLEMS[each].kind)]
        if not chosen:
            continue
        regret = [regrets(found, names, problem) for problem in chosen]
        ranks = [
            rankdata([found[name, problem] for name in names], axis=0).mean(axis=(1, 2))
            for problem in chosen
        ]
        mean_rank = np.mean(ranks, axis=0)
        yield (
            kind,
            {n: math.exp(np.mean([np.log(each[n]).mean() for each in regret])) for n in names},
            {name: float(mean_rank[index]) for index, name in enumerate(names)},
        )


def wins(found: dict[tuple[str, str], Any], name: str, problem: str) -> float:
    """How often an optimizer has a smaller loss than the peer at the same seed and jobs."""
    ours, theirs = found[name, problem], found[PEER, problem]
    return float((ours < theirs).mean() + 0.5 * (ours == theirs).mean())


def show(title: str, columns: dict[str, dict[str, float]], order: list[str], form: str) -> None:
    """Prints a table, the best row first."""
    print(f"\n{title}\n{'':30}" + "".join(f"{column[:13]:>14}" for column in columns))
    for name in order:
        cells = "".join(f"{column[name]:14{form}}" for column in columns.values())
        print(f"{name:30}{cells}")


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--optimizers", default=DEFAULT, help=f"default {DEFAULT}")
    parser.add_argument("--problems", default=",".join(PROBLEMS), help="default: all")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each (default 10)")
    parser.add_argument("--jobs", default="30,64", help="where to look (default 30,64)")
    parser.add_argument("--parallelism", type=int, default=4, help="jobs at a time (default 4)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="default: the cores")
    options = parser.parse_args()
    options.problems = options.problems.split(",")
    evaluations = tuple(sorted(int(count) for count in options.jobs.split(",")))
    names = list(dict.fromkeys([*options.optimizers.split(","), "random", PEER]))
    started = time.perf_counter()
    found, seconds = run_all(names, options, evaluations)
    regret, rank = {}, {}
    for kind, regret_of, rank_of in summaries(found, names, options.problems):
        regret[kind], rank[kind] = regret_of, rank_of
    order = sorted(names, key=lambda name: rank["all"][name])
    against = {p: {name: wins(found, name, p) for name in names} for p in options.problems}
    overall = {name: float(np.mean([each[name] for each in against.values()])) for name in names}
    print(f"{options.seeds} seeds, {options.parallelism} jobs at a time, after {options.jobs} jobs")
    show(f"mean rank among {len(names)} (smaller is better)", rank, order, ".2f")
    show("regret / that of random search", regret, order, ".3f")
    show(f"share of wins against {PEER}", against, order, ".2f")
    show(
        "milliseconds a job", {"ms": {n: 1000 * each for n, each in seconds.items()}}, order, ".2f"
    )
    print(f"\n{time.perf_counter() - started:.0f} s")
    result = {"rank": rank["all"], "regret": regret["all"], "wins_against_tpe": overall}
    rounded = {
        key: {n: round(value, 3) for n, value in each.items()} for key, each in result.items()
    }
    auto = {"auto_wins": rounded["wins_against_tpe"].get("auto"), "best": order[0]}
    print(json.dumps({"seeds": options.seeds, "jobs": evaluations, **auto, **rounded}))


if __name__ == "__main__":
    main()
