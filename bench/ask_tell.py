"""What proposing and learning costs a job, at the beginning of a trial and after very many jobs.

Asks for a job and tells its loss, four jobs at a time, and takes the time per job near job 100 and
near job 10,000 (the median of batches, so that a busy machine matters little). For a random trial
the second must be at most 1.5 times the first.
"""

import argparse
import json
import statistics
import time
from collections import deque

from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.spec import parse_trial
from hyperdock_optimizers import make_optimizer

SPACE = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "dropout": {"type": "float", "low": 0, "high": 0.8},
    "model": ["tree", "net", "linear"],
    "leaf": {"type": "float", "low": 0, "high": 1, "when": {"model": "tree"}},
}
PARALLELISM = 4
BATCHES = 20


def milliseconds(optimizer: Optimizer, early: int, late: int) -> tuple[float, float]:
    """The time per job before job `early` and before job `late`."""
    size = max(early // BATCHES, 1)
    running: deque[int] = deque()
    marks: dict[int, float] = {}
    for number in range(1, late + 1):
        params = optimizer.ask(number)
        assert params is not None
        running.append(number)
        if len(running) == PARALLELISM:
            done = running.popleft()
            optimizer.tell(done, float(str(params["lr"])) + done % 7)
        if number % size == 0:
            marks[number] = time.perf_counter()
    return _per_job(marks, early, size), _per_job(marks, late, size)


def _per_job(marks: dict[int, float], end: int, size: int) -> float:
    ends = range(end, max(end - BATCHES * size, size), -size)
    return 1000 * statistics.median((marks[at] - marks[at - size]) / size for at in ends)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--optimizers", default="random,sobol,auto,OnePlusOne,TwoPointsDE")
    parser.add_argument("--early", type=int, default=100, help="the first place (default 100)")
    parser.add_argument("--late", type=int, default=10_000, help="the second (default 10,000)")
    options = parser.parse_args()
    print(f"milliseconds a job at {options.early} and at {options.late} jobs")
    growth: dict[str, float] = {}
    for name in options.optimizers.split(","):
        document = {
            "name": "bench",
            "command": ["true"],
            "space": SPACE,
            "algorithm": {"name": name, "seed": 1},
            "budget": {"jobs": options.late},
            "parallelism": PARALLELISM,
        }
        optimizer = make_optimizer(parse_trial(document))
        early, late = milliseconds(optimizer, options.early, options.late)
        growth[name] = round(late / early, 2)
        print(f"{name:20}{early:10.3f}{late:10.3f}   {growth[name]} times", flush=True)
    print(json.dumps({"ask_tell_growth": growth.get("random"), "growth": growth}))


if __name__ == "__main__":
    main()
