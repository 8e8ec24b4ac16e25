"""Compares optimizers: one trial for each, all at once. Needs `hyperdock up`."""

import asyncio
from pathlib import Path

import hyperdock_client

BRANIN = Path(__file__).parents[1] / "awk-branin"
ALGORITHMS = ["random", "sobol", "auto"]


async def best_loss(client: hyperdock_client.AsyncClient, algorithm: str) -> float:
    trial = await client.submit(
        name=f"branin-{algorithm}",
        command=["sh", "target.sh"],
        working_dir=str(BRANIN),
        space={
            "x": {"type": "float", "low": -5, "high": 10},
            "y": {"type": "float", "low": 0, "high": 15},
        },
        algorithm={"name": algorithm, "seed": 1},
        budget={"jobs": 12},
    )
    await trial.wait()
    return trial.best.loss


async def main() -> None:
    async with hyperdock_client.connect_async() as client:
        losses = await asyncio.gather(*(best_loss(client, each) for each in ALGORITHMS))
    for algorithm, loss in zip(ALGORITHMS, losses, strict=True):
        print(f"{algorithm:>8}: {loss:.4f}")


asyncio.run(main())
