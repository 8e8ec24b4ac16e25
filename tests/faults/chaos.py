"""A trial of container jobs, while something is killed with -9 every few seconds until it ends.

    python -m tests.faults.chaos --jobs 300 --seconds-between-kills 3 --seed 1

Supervisors, workers, gateways, the broker and the database die and come back. Then the checker
looks at the log, the views and the containers; the last line is what it found, as one JSON object.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from tests.faults.checked import check, left_behind
from tests.faults.monkey import Monkey, victims_of
from tests.faults.system import Shape, System, containers, own_servers, wait_for
from tests.faults.targets import quick
from tests.faults.witness import Witness

from hyperdock_common.checking import Report
from hyperdock_common.errors import HyperdockError

_SCRIPTS = Path(__file__).parents[2] / "scripts"
SHAPE = Shape(supervisors=2, workers=3, gateways=2, slots=2, lost_after=20.0)


def run(
    folder: Path, *, jobs: int, every: float, seed: int, patience: float, freezes: float = 0.0
) -> dict[str, Any]:
    """The whole of it; what it came to."""
    with ExitStack() as stack:
        broker, database = stack.enter_context(own_servers(folder))
        system = stack.enter_context(System(folder, SHAPE, broker, database))
        witness = stack.enter_context(Witness())
        trial_id = submit(system, jobs)
        victims = victims_of(system.services, broker, database)
        monkey = Monkey(victims, every=every, seed=seed, freezes=freezes)
        stack.callback(monkey.stop)
        monkey.start()
        since = time.monotonic()
        ended = follow(system, trial_id, jobs, monkey, patience)
        monkey.stop()
        seconds = time.monotonic() - since
        settle(system)
        report = check(system)
        witness.close()
        return result(report, monkey, system) | {
            "asked_for": jobs,
            "started_twice": sum(count > 1 for count in witness.of(trial_id).values()),
            "trial": ended.get("state", "unknown"),
            "seconds": round(seconds, 1),
            "seed": seed,
        }


def prepare() -> None:
    """Sees to an engine and the image, as `make test` does."""
    for command in (["docker-engine", "start"], ["build-example-images", "test-shell", "holder"]):
        script, *words = command
        subprocess.run([_SCRIPTS / script, *words], check=True, stdout=sys.stderr)


def submit(system: System, jobs: int) -> str:
    """Submits the trial before anything dies."""
    parallelism = SHAPE.workers * SHAPE.slots
    return system.submit(**quick(jobs, 0.5, parallelism=parallelism, name="chaos"))


def follow(
    system: System, trial_id: str, jobs: int, monkey: Monkey, patience: float
) -> dict[str, Any]:
    """Shows how it goes, until the trial has ended or patience is at its end."""
    deadline = time.monotonic() + patience
    said = -1
    document: dict[str, Any] = {}
    while time.monotonic() < deadline:
        try:
            document = system.trial(trial_id) or document
        except HyperdockError:
            document = document or {}
        done = sum(document.get("jobs", {}).get(each, 0) for each in ("succeeded", "failed"))
        if done // 10 != said:
            said = done // 10
            print(f"{done}/{jobs} jobs, {sum(monkey.kills.values())} kills", file=sys.stderr)
        if document.get("state") in {"completed", "failed", "stopped"}:
            return document
        time.sleep(0.5)
    return document


def settle(system: System) -> None:
    """Everything is up again, and has tidied up: what is left then is left for ever."""
    for service in system.services:
        service.start()
    wait_for(lambda: len(system.alive_workers()) == len(system.workers), 90, "all workers")
    wait_for(lambda: not left_behind(system), 60, "the containers' clean-up")


def result(report: Report, monkey: Monkey, system: System) -> dict[str, Any]:
    """What is asked of it, and what else was found."""
    counts = report.counts
    return {
        "jobs": counts.jobs,
        "ended_once": counts.ended_once,
        "doubled": counts.doubled,
        "lost": counts.lost,
        "containers_left": counts.containers_left + len(left_behind(system)),
        "gaps": counts.gaps,
        "view_differences": counts.view_differences,
        "findings": [str(each) for each in report.findings],
        "kills": dict(monkey.kills),
        "frozen": dict(monkey.frozen),
        "attempts_lost": counts.attempts_lost,
        "adopted": counts.adopted,
        "late_results": counts.late_results,
        "takeovers": counts.takeovers,
        "duplicates_dropped": duplicates_dropped(system),
        "holders": len(containers("label=hyperdock.holder")),
        "problems": monkey.problems,
    }


def duplicates_dropped(system: System) -> int:
    """What the supervisors say that they dropped, having it already."""
    found = 0
    for service in system.supervisors:
        text = service.log.read_text("utf-8", errors="replace")
        found += sum("duplicate_dropped" in line for line in text.splitlines())
    return found


def is_good(found: Mapping[str, Any]) -> bool:
    """Whether all held that must."""
    nothing = ("doubled", "lost", "containers_left", "gaps", "view_differences", "started_twice")
    whole = found["jobs"] == found["ended_once"] == found["asked_for"]
    return whole and not any(found[each] for each in (*nothing, "findings", "problems"))


@click.command(help=__doc__)
@click.option("--jobs", default=300, show_default=True, help="Jobs of the trial.")
@click.option("--seconds-between-kills", default=3.0, show_default=True, help="On average.")
@click.option("--seed", default=1, show_default=True, help="Of the choice of victims.")
@click.option("--freezes", default=0.0, show_default=True, help="Share that is only frozen.")
@click.option("--patience", default=1800.0, show_default=True, help="Seconds for all of it.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keeps logs and data here.")
def main(folder: Path | None, seconds_between_kills: float, **options: Any) -> None:
    """Runs it; exit code 1 if anything that must hold does not."""
    prepare()
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hd-chaos")))
        place.mkdir(parents=True, exist_ok=True)
        found = run(place, every=seconds_between_kills, **options)
    print(json.dumps(found))
    sys.exit(0 if is_good(found) else 1)


if __name__ == "__main__":
    main()
