"""What Hyperdock adds to running containers and processes, against doing the same by hand.

Compares, in the same run on the same engine:

* bare      a docker-py loop on one thread per slot: create, start, wait, remove (network none)
* plain     a Hyperdock trial of as many no-op jobs, a fresh network namespace for each
* holder    the same with a network holder per slot
* optuna    Optuna calling `docker run --rm --network none`, n_jobs = slots
* processes a Hyperdock trial of no-op local processes, against a bare subprocess loop

and measures the gap on a slot between the end of one job and the start of the next one's container
(both by the engine's own events), the memory of the process, and what a job costs late in a long
trial against early in it. Rounds alternate the contenders; ratios are the medians over rounds.

Examples:
    bench/overhead.py
    bench/overhead.py --jobs 20 --rounds 1 --skip memory
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import docker
import httpx

from hyperdock_cli.embedded import Embedded, start_embedded
from hyperdock_cli.launch import Launch
from hyperdock_common.logging import configure_logging

IMAGE = "hyperdock/test-shell"
NO_OP = ["sh", "-c", "echo 0 > ${HYPERDOCK_DIR:-/tmp}/loss.json"]
SPACE = {"x": {"type": "float", "low": 0, "high": 1}}


@dataclass
class Run:
    """One contender's run: seconds from the first job's submission to the last one's end."""

    seconds: float
    gaps: list[float] = field(default_factory=list)


class EngineEvents:
    """Start and end of every container by the engine's clock, by container name."""

    def __init__(self) -> None:
        self._client = docker.from_env()
        self._stream: Any = None
        self.started: dict[str, int] = {}
        self.ended: dict[str, int] = {}

    def __enter__(self) -> Self:
        filters = {"type": "container", "event": ["start", "die"]}
        self._stream = self._client.events(decode=True, filters=filters)
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(0.2)
        self._stream.close()
        self._client.close()

    def _read(self) -> None:
        for event in self._stream:
            place = self.started if event["Action"] == "start" else self.ended
            place[event["Actor"]["Attributes"]["name"]] = event["timeNano"]

    def gaps(self, slots: dict[str, int]) -> list[float]:
        """Milliseconds between one end and the next start, on each slot; `slots` by name."""
        found = []
        for slot in set(slots.values()):
            names = [n for n, s in slots.items() if s == slot and n in self.started]
            names.sort(key=lambda name: self.started[name])
            for before, after in pairwise(names):
                if before in self.ended:
                    found.append((self.started[after] - self.ended[before]) / 1e6)
        return found


def bare(jobs: int, slots: int) -> Run:
    """The naive limit: what the engine itself costs, driven by one thread per slot."""
    names: dict[str, int] = {}
    numbers = iter(range(jobs))
    lock = threading.Lock()

    def work(slot: int) -> None:
        api = docker.APIClient()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            name = f"bench-bare-{number}"
            names[name] = slot
            host = api.create_host_config(network_mode="none")
            made = api.create_container(IMAGE, NO_OP, name=name, host_config=host)
            api.start(made["Id"])
            api.wait(made["Id"])
            api.remove_container(made["Id"])

    with EngineEvents() as events:
        began = time.perf_counter()
        with ThreadPoolExecutor(slots) as pool:
            list(pool.map(work, range(slots)))
        seconds = time.perf_counter() - began
    return Run(seconds, events.gaps(names))


def optuna_docker(jobs: int, slots: int) -> Run:
    """A peer: Optuna with an objective that calls the docker command."""
    import optuna  # noqa: PLC0415 - slow to import

    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial: Any) -> float:
        command = ["docker", "run", "--rm", "--network", "none", IMAGE, *NO_OP]
        subprocess.run(command, check=True, capture_output=True)
        return float(trial.suggest_float("x", 0, 1))

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    began = time.perf_counter()
    study.optimize(objective, n_trials=jobs, n_jobs=slots)
    return Run(time.perf_counter() - began)


def hyperdock(
    jobs: int, slots: int, *, target: dict[str, Any], holders: bool = False, docker_too: bool = True
) -> Run:
    """A Hyperdock trial, embedded, driven over its REST API as a user would."""
    with tempfile.TemporaryDirectory(prefix="hyperdock-bench-") as state, EngineEvents() as events:
        settings = Launch(
            state=Path(state), slots=slots, holders=holders, docker=docker_too, with_page=False
        )
        system = start_embedded(settings)
        try:
            api = _client(system)
            document: dict[str, Any] = {
                "name": "bench",
                "space": SPACE,
                "algorithm": "random",
                **target,
            }
            document |= {"budget": {"jobs": jobs}, "parallelism": slots}
            trial = submit_and_wait(api, document)
            listed = api.get(f"/trials/{trial['trial_id']}/jobs", params={"limit": 500}).json()
        finally:
            system.stop()
    if trial["jobs"]["succeeded"] != jobs:
        sys.exit(f"the trial did not go well: {trial}")
    names = {
        f"hyperdock-{job['job_id']}-{job['attempt']}": job["attempts"][-1]["slot"]
        for job in listed["items"]
    }
    return Run(trial["finished_at"] - trial["submitted_at"], events.gaps(names))


def _client(system: Embedded) -> httpx.Client:
    """Calls its REST API, as who is allowed to."""
    headers = {"Authorization": f"Bearer {system.token}"}
    return httpx.Client(base_url=f"{system.url}/api/v1", headers=headers)


def submit_and_wait(api: httpx.Client, document: dict[str, Any]) -> dict[str, Any]:
    """Submits a trial and gives its document when it has ended."""
    answer = api.post("/trials", json=document)
    if answer.is_error:
        sys.exit(answer.text)
    trial = answer.json()
    while trial["finished_at"] is None:
        time.sleep(0.25)
        trial = api.get(f"/trials/{trial['trial_id']}").json()
    return dict(trial)


def bare_processes(jobs: int, slots: int) -> Run:
    """The naive limit for processes: one subprocess after the other on each thread."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"HYPERDOCK_DIR": folder, "PATH": "/usr/bin:/bin"}

        def once(_: int) -> None:
            subprocess.run(NO_OP, check=True, env=environment)

        began = time.perf_counter()
        with ThreadPoolExecutor(slots) as pool:
            list(pool.map(once, range(jobs)))
        return Run(time.perf_counter() - began)


def memory_and_growth(sizes: list[int], slots: int) -> dict[str, Any]:
    """Resident memory, and the cost of a job late in a trial against early in it.

    A process of its own, so that the figures are those of a fresh system.
    """
    script = [sys.executable, __file__, "--memory-of", *map(str, sizes), "--slots", str(slots)]
    done = subprocess.run(script, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure_memory(sizes: list[int], slots: int) -> None:
    """Runs trials of no-op processes of growing size; prints memory and cost as JSON."""
    memory: dict[str, float] = {}
    cost: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="hyperdock-bench-") as state:
        settings = Launch(state=Path(state), slots=slots, docker=False, with_page=False)
        system = start_embedded(settings)
        api = _client(system)
        for jobs in sizes:
            document: dict[str, Any] = {"name": f"m{jobs}", "space": SPACE, "algorithm": "random"}
            document |= {"command": NO_OP, "budget": {"jobs": jobs}, "parallelism": slots}
            trial = submit_and_wait(api, document)
            cost[str(jobs)] = (trial["finished_at"] - trial["submitted_at"]) / jobs * 1000
            memory[str(jobs)] = _resident_mb()
        cost |= _late_against_early(api, trial["trial_id"], sizes[-1])
        system.stop()
    print(json.dumps({"memory_mb": memory, "job_ms": cost}))


def _late_against_early(api: httpx.Client, trial_id: str, jobs: int) -> dict[str, float]:
    """Milliseconds between the ends of jobs among the first and the last tenth of a trial."""
    ends: list[float] = []
    params: dict[str, Any] = {"limit": 500, "sort": "number"}
    while len(ends) < jobs:
        page = api.get(f"/trials/{trial_id}/jobs", params=params).json()
        ends += [job["finished_at"] for job in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    tenth = max(1, len(ends) // 10)
    early = (ends[2 * tenth - 1] - ends[tenth - 1]) / tenth * 1000
    late = (ends[-1] - ends[-1 - tenth]) / tenth * 1000
    return {"early": early, "late": late}


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(arguments: argparse.Namespace) -> dict[str, Any]:
    """All the rounds, and the figures from them."""
    jobs, slots = arguments.jobs, arguments.slots
    target = {"image": IMAGE, "command": NO_OP, "network": "none", "pull": "never"}
    process = {"command": NO_OP}
    contenders: dict[str, Callable[[], Run]] = {
        "bare": lambda: bare(jobs, slots),
        "plain": lambda: hyperdock(jobs, slots, target=target),
        "holder": lambda: hyperdock(jobs, slots, target=target, holders=True),
        "optuna": lambda: optuna_docker(jobs, slots),
        "bare_process": lambda: bare_processes(arguments.process_jobs, slots),
        "process": lambda: hyperdock(
            arguments.process_jobs, slots, target=process, docker_too=False
        ),
    }
    if "optuna" in arguments.skip:
        del contenders["optuna"]
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(arguments.rounds):
        for name, contender in contenders.items():
            run = contender()
            runs[name].append(run)
            gap = f", gap {statistics.median(run.gaps):.0f} ms" if run.gaps else ""
            print(f"round {number + 1}: {name:13}{run.seconds:7.2f} s{gap}", flush=True)
    return _figures(runs, arguments)


def _figures(runs: dict[str, list[Run]], arguments: argparse.Namespace) -> dict[str, Any]:
    def ratio(name: str, of: str) -> float | None:
        if name not in runs:
            return None
        pairs = zip(runs[name], runs[of], strict=True)
        return round(statistics.median(a.seconds / b.seconds for a, b in pairs), 3)

    def gap(name: str) -> float:
        return round(statistics.median([gap for run in runs[name] for gap in run.gaps]), 1)

    def seconds(name: str) -> float:
        return statistics.median([run.seconds for run in runs[name]])

    return {
        "jobs": arguments.jobs,
        "slots": arguments.slots,
        "rounds": arguments.rounds,
        "makespan_ratio": ratio("plain", "bare"),
        "holder_ratio": ratio("holder", "bare"),
        "optuna_ratio": ratio("optuna", "bare"),
        "gap_ms": gap("plain"),
        "holder_gap_ms": gap("holder"),
        "bare_gap_ms": gap("bare"),
        "process_ratio": ratio("process", "bare_process"),
        "process_jobs_per_second": round(arguments.process_jobs / seconds("process"), 1),
        "bare_processes_per_second": round(arguments.process_jobs / seconds("bare_process"), 1),
    }


def main() -> None:
    """Reads the options, runs, and prints the figures as one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=60, help="container jobs a run (60)")
    parser.add_argument("--slots", type=int, default=2, help="jobs at once (2)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds (2)")
    parser.add_argument("--process-jobs", type=int, default=300, help="process jobs a run (300)")
    parser.add_argument(
        "--memory-jobs", type=int, nargs="+", default=[1, 1000, 10_000], help="trial sizes"
    )
    parser.add_argument("--skip", nargs="*", default=[], choices=["optuna", "memory"])
    parser.add_argument("--memory-of", type=int, nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    configure_logging(level="warning")
    if arguments.memory_of:
        measure_memory(arguments.memory_of, arguments.slots)
        return
    figures = compare(arguments)
    if "memory" not in arguments.skip:
        grown = memory_and_growth(arguments.memory_jobs, arguments.slots)
        print(f"memory in MB by jobs: {grown['memory_mb']}; ms a job: {grown['job_ms']}")
        growth = grown["job_ms"]["late"] / grown["job_ms"]["early"]
        figures |= {"memory_mb": grown["memory_mb"], "job_cost_growth": round(growth, 3)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
