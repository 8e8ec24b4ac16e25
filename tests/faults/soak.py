"""Chaos for as long as you like: one trial after the other, each with the next seed.

    python -m tests.faults.soak --minutes 30

Each run has a folder of its own below the given one, and keeps it if something was wrong. One JSON
object a run; the last line says how it went altogether.
"""

import json
import shutil
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import click
from tests.faults.chaos import is_good, prepare, run

_PATIENCE = 1800.0
_FREEZES = 0.25


def one(folder: Path, jobs: int, every: float, seed: int) -> dict[str, Any]:
    """One run; what was found, or what broke."""
    place = folder / f"seed-{seed}"
    place.mkdir(parents=True)
    try:
        found = run(place, jobs=jobs, every=every, seed=seed, patience=_PATIENCE, freezes=_FREEZES)
    except Exception as error:  # noqa: BLE001 - the next seed may go well, and this one is kept
        found = {"seed": seed, "broke": repr(error)}
    found["good"] = "broke" not in found and is_good(found)
    if found["good"]:
        shutil.rmtree(place)
    else:
        found["folder"] = str(place)
    return found


@click.command(help=__doc__)
@click.option("--minutes", default=30.0, show_default=True, help="No run begins after that.")
@click.option("--jobs", default=150, show_default=True, help="Jobs of each trial.")
@click.option("--seconds-between-kills", default=3.0, show_default=True, help="On average.")
@click.option("--seed", default=1, show_default=True, help="Of the first run.")
@click.option("--folder", type=click.Path(path_type=Path), help="For what went wrong; a new one.")
def main(
    minutes: float, jobs: int, seconds_between_kills: float, seed: int, folder: Path | None
) -> None:
    """Runs until the time is over; exit code 1 if any run found something."""
    prepare()
    place = folder or Path(tempfile.mkdtemp(prefix="hyperdock-soak-"))
    until = time.monotonic() + minutes * 60
    bad: list[int] = []
    runs = kills = 0
    for each in count(seed):
        if time.monotonic() > until:
            break
        found = one(place, jobs, seconds_between_kills, each)
        runs += 1
        kills += sum(found.get("kills", {}).values())
        bad += [] if found["good"] else [each]
        print(json.dumps(found), flush=True)
    if not bad:
        shutil.rmtree(place, ignore_errors=True)
    print(json.dumps({"runs": runs, "kills": kills, "bad_seeds": bad, "folder": str(place)}))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
