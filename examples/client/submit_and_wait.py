"""Submits a trial, shows how it goes, and tells what came of it. Needs `hyperdock up`."""

from itertools import islice
from pathlib import Path

import hyperdock_client

BRANIN = Path(__file__).parents[1] / "awk-branin"

with hyperdock_client.connect() as client:
    trial = client.submit(
        name="branin",
        command=["sh", "target.sh"],
        working_dir=str(BRANIN),
        space={
            "x": {"type": "float", "low": -5, "high": 10},
            "y": {"type": "float", "low": 0, "high": 15},
        },
        budget={"jobs": 20},
        parallelism=2,
    )
    trial.wait(progress=True)
    print(f"best loss {trial.best.loss:.4f} with {trial.best.params}")
    for job in islice(trial.jobs(state="succeeded", sort="loss"), 3):
        print(f"{job.id}: {job.loss:.4f}")
