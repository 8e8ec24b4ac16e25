"""Evaluates jobs in this program, instead of in a target. Needs `hyperdock up`.

Start it several times, on as many machines as you like, with the id of the trial that the first
one prints: they share its jobs.
"""

import sys

import hyperdock_client

with hyperdock_client.connect() as client:
    if len(sys.argv) > 1:
        trial = client.trial(sys.argv[1])
    else:
        trial = client.submit(
            name="bowl",
            external=True,
            space={"x": {"type": "float", "low": -1, "high": 1}},
            budget={"jobs": 10},
        )
        print(f"trial {trial.id}", flush=True)
    with trial.evaluator() as evaluator:
        for job in evaluator:
            for step in range(1, 4):
                if job.stop_requested:
                    break
                job.report(step, loss=job.params["x"] ** 2 + 1 / step)
            job.tell(job.params["x"] ** 2)
            print(f"{job.id}: {job.params}", flush=True)
    print(trial.refresh().state, trial.best)
