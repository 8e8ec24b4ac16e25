"""Tries every optimizer of nevergrad's registry and writes down which of them can be used.

Each runs through our adapter on a small mixed, conditional space with two jobs at a time, random
order of completion, infeasible jobs and one that never ends, and learns of results that it did not
propose, before its first job and in between: in two processes with different hash seeds, in a child
process each time, so that a hanging one can be ended. It must be quick enough and propose the same
params in both.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.spec import TrialSpec, parse_trial
from hyperdock_common.spec.algorithms import nevergrad_names
from hyperdock_optimizers import make_optimizer

SPACE = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "model": ["tree", "net", "linear"],
    "leaf": {"type": "float", "low": 0, "high": 1, "when": {"model": "tree"}},
    "units": {"type": "int", "low": 4, "high": 256, "log": True, "when": {"model": "net"}},
}

TAUGHT_AT_FIRST, TAUGHT_EVERY = 40, 8


def loss_of(params: dict[str, Any]) -> float:
    """Something to minimize that depends on every parameter."""
    base = {"tree": 0.2, "net": 0.0, "linear": 0.5}[params["model"]]
    return float(
        base
        + abs(params["lr"] - 0.01)
        + 0.05 * (params["depth"] - 3) ** 2
        + params.get("leaf", 0.0)
        + abs(params.get("units", 64) - 64) / 256
    )


def spec_of(name: str, jobs: int) -> TrialSpec:
    """A trial on that space; the name is not checked, as those refused are to be tried, too."""
    spec = parse_trial(
        {
            "name": "sweep",
            "command": ["true"],
            "space": SPACE,
            "algorithm": {"name": "random", "seed": 7},
            "budget": {"jobs": jobs},
            "parallelism": 2,
        }
    )
    return spec.model_copy(update={"algorithm": spec.algorithm.model_copy(update={"name": name})})


def foreign(draws: random.Random) -> dict[str, Any]:
    """Params from elsewhere, at the edges of the space now and then."""
    space = spec_of("random", 1).parsed_space
    return space.from_unit([draws.choice([0.0, 1.0, draws.random()]) for _ in space.dimensions])


def teach(optimizer: Optimizer, draws: random.Random) -> None:
    """Lets the optimizer learn of two results, one of them infeasible."""
    params = foreign(draws)
    optimizer.learn(params, loss_of(params))
    optimizer.learn(foreign(draws), None)


def run(name: str, jobs: int, channel: Any, *, learning: bool) -> None:
    """Runs one optimizer and sends what came out of it."""
    started = time.perf_counter()
    number, digest = 0, hashlib.sha256()
    try:
        optimizer = make_optimizer(spec_of(name, jobs))
        order, others, running = random.Random(3), random.Random(4), []  # noqa: S311
        for _ in range(TAUGHT_AT_FIRST * learning):
            teach(optimizer, others)
        for number in range(1, jobs + 1):
            if learning and number % TAUGHT_EVERY == 0:
                teach(optimizer, others)
            params = optimizer.ask(number)
            assert params is not None
            digest.update(json.dumps(params, sort_keys=True).encode())
            if number != 5:  # its end is never told
                running.append((number, params))
            if len(running) == 2 or (number > 5 and running):
                done, params = running.pop(order.randrange(len(running)))
                optimizer.tell(done, None if done % 6 == 0 else loss_of(params))
    except Exception as error:  # noqa: BLE001 - this is what we are here to see
        channel.send(("fails", f"at ask {number}: {str(error)[:300]}", 0.0))
    else:
        seconds = (time.perf_counter() - started) / jobs
        channel.send(("works", digest.hexdigest(), seconds))
    channel.close()
    os._exit(0)  # threads of the optimizer may still wait


def attempt(name: str, jobs: int, limit: float, *, learning: bool) -> tuple[str, str, float]:
    """Runs one optimizer in a child process for at most so long."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(
        target=run, args=(name, jobs, theirs), kwargs={"learning": learning}
    )
    child.start()
    theirs.close()
    result = ("slow", f"not done with {jobs} jobs in {limit:.0f} s", 0.0)
    if ours.poll(limit):
        try:
            result = ours.recv()
        except EOFError:
            result = ("fails", "its process died", 0.0)
    child.kill()
    child.join()
    return result


def sweep(names: list[str], jobs: int, limit: float, *, learning: bool) -> None:
    """The part that runs twice: one JSON line for each optimizer."""
    make_optimizer(spec_of("OnePlusOne", jobs))  # imports nevergrad before the children are forked
    for name in names:
        print(json.dumps([name, *attempt(name, jobs, limit, learning=learning)]), flush=True)


def sweep_in_process(names: list[str], options: argparse.Namespace, hash_seed: str) -> Any:
    """Starts a sweep in a process with another hash seed."""
    arguments = ["--child", "--jobs", str(options.jobs), "--limit", str(options.limit)]
    if options.no_learning:
        arguments.append("--no-learning")
    return subprocess.Popen(
        [sys.executable, __file__, *arguments, *names],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def verdicts(names: list[str], options: argparse.Namespace) -> dict[str, tuple[str, str]]:
    """For each name what to think of it, and why."""
    processes = [sweep_in_process(names, options, seed) for seed in ("1", "2")]
    results = [_lines(process.stdout) for process in processes]
    for process in processes:
        process.wait()
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        (status, detail, seconds), second = results[0][name], results[1][name]
        if status == second[0] == "works":
            same = detail == second[1]
            per_job = f"{1000 * min(seconds, second[2]):.1f} ms a job"
            found[name] = ("works" if same else "diverges", per_job)
        else:
            found[name] = (status, detail) if status != "works" else (second[0], second[1])
    return found


def _lines(stream: Any) -> dict[str, tuple[str, str, float]]:
    rows: dict[str, tuple[str, str, float]] = {}
    for line in stream:
        if line.startswith('["'):  # some optimizers print
            name, *rest = json.loads(line)
            rows[name] = tuple(rest)
            print(f"{name}: {rest[0]}", file=sys.stderr)
    return rows


def table(found: dict[str, tuple[str, str]]) -> str:
    """The page for people."""
    counts = Counter(status for status, _ in found.values())
    rows = "\n".join(
        f"| {name} | {status} | {' '.join(detail.replace('|', '/').split())} |"
        for name, (status, detail) in sorted(found.items())
    )
    return f"""# nevergrad's optimizers

A trial may name any optimizer in the registry of nevergrad {version("nevergrad")}. In use:

- They search the unit cube, one coordinate for each parameter, and params are made of its points.
  So they work on mixed and conditional spaces; coordinates of inactive parameters are dropped.
- Those that refuse parallel jobs propose one job at a time. While it runs, the other jobs of a
  parallel trial are points of a Sobol sequence, which these optimizers are not told about.
- A failed job is told as the worst loss so far; before the first success it waits for it.
- They learn of results that they did not propose (enqueued and imported points, and all that is
  known after a retraction); EDA and the EMNAs cannot, and go on without.
- The same asks, tells and learns give the same proposals in another process with the same versions
  of the libraries. Those that decompose matrices (CMA and what contains it) may round differently
  on another kind of processor and then diverge; `auto`, `random`, `sobol` and `grid` did not.

Below, each was tried by `bench/optimizer_registry.py` on a small mixed, conditional space with two
jobs at a time and foreign results in between: {", ".join(_counted(counts))}.
Those that fail miss a library, and what diverges cannot be replayed: both are refused when a trial
is submitted. The machine was busy, so the times are too long.

| optimizer | verdict | detail |
|---|---|---|
{rows}
"""


def _counted(counts: Counter[str]) -> list[str]:
    return [f"{count} {status}" for status, count in counts.most_common()]


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these (default: the whole registry)")
    parser.add_argument("--jobs", type=int, default=40, help="jobs of each trial (default 40)")
    parser.add_argument("--limit", type=float, default=40, help="seconds for each (default 40)")
    parser.add_argument("--write", type=Path, help="the page to write, e.g. docs/optimizers.md")
    parser.add_argument("--no-learning", action="store_true", help="only asks and tells")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.names or sorted(nevergrad_names())
    if options.child:
        sweep(names, options.jobs, options.limit, learning=not options.no_learning)
        return
    found = verdicts(names, options)
    if options.write:
        options.write.write_text(table(found), "utf-8")
    for name, (status, detail) in sorted(found.items()):
        if status != "works":
            print(f"{name:45} {status:9} {detail}")
    print(json.dumps({"optimizers": len(found), **Counter(status for status, _ in found.values())}))


if __name__ == "__main__":
    main()
