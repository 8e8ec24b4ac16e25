"""The target: evaluates the expression in FUNCTION on the job's parameters.

It is written for the contract of the original Hyperdock: parameters in params.json, a loss with a
state in loss.json, curves in graphs.json. Hyperdock still runs such images as they are.
"""

import json
import math
import os
from pathlib import Path

FOLDER = Path(os.environ.get("HYPERDOCK_DIR", "/hyperdock"))


def evaluate(expression: str, params: dict[str, float]) -> float:
    """Evaluates the user's own formula: inside the user's own container it may do what it likes."""
    functions = {name: value for name, value in vars(math).items() if not name.startswith("_")}
    return float(eval(expression, {**functions, "abs": abs, "min": min, "max": max, **params}))


def dummy_graph(loss: float) -> dict[str, object]:
    """Draws a straight line down to the loss, to show what a graph looks like."""
    steps = list(range(1, 11))
    line = {"label": "loss", "x": steps, "y": [loss + 10 - step for step in steps]}
    return {"name": "A dummy graph", "x_axis": "step", "y_axis": "value", "series": [line]}


def main() -> None:
    """Runs one job."""
    params = json.loads((FOLDER / "params.json").read_text())
    expression = os.environ["FUNCTION"]
    loss = evaluate(expression, params)
    (FOLDER / "graphs.json").write_text(json.dumps([dummy_graph(loss)]))
    (FOLDER / "loss.json").write_text(json.dumps({"loss": loss, "state": "ok"}))
    print(f"{expression} = {loss} with {params}")


if __name__ == "__main__":
    main()
