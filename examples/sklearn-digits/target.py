"""The target: cross-validates a classifier of handwritten digits and reports its error.

The data set comes with scikit-learn, so nothing is downloaded. A third of it is enough to tell good
parameters from bad ones, and keeps a job within a few seconds on one core.
"""

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC

FOLDER = Path(os.environ.get("HYPERDOCK_DIR", "/hyperdock"))
SAMPLES = 600
FOLDS = 4
BRIGHTEST = 16


def make_model(params: dict[str, Any]) -> ClassifierMixin:
    """Builds the model that the parameters name; those of the other model are not there."""
    match params["model"]:
        case "svm":
            return SVC(C=params["C"], gamma=params["gamma"])
        case "boosting":
            return GradientBoostingClassifier(
                n_estimators=params["rounds"],
                learning_rate=params["learning_rate"],
                max_depth=params["max_depth"],
                subsample=params["subsample"],
                max_features="sqrt",
                random_state=0,
            )
        case other:
            raise SystemExit(f"params.json: model is {other!r}, not svm or boosting")


def report(step: int, loss: float) -> None:
    """Appends one intermediate metric: it is shown while the job runs, and may end it early."""
    with (FOLDER / "metrics.jsonl").open("a") as metrics:
        metrics.write(json.dumps({"step": step, "loss": loss}) + "\n")


def cross_validate(params: dict[str, Any]) -> tuple[list[float], np.ndarray]:
    """Returns the error of each fold and the confusion matrix over all of them."""
    images, digits = load_digits(return_X_y=True)
    images, digits = images[:SAMPLES] / BRIGHTEST, digits[:SAMPLES]
    errors: list[float] = []
    predicted = np.zeros_like(digits)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for train, held_out in folds.split(images, digits):
        model = make_model(params).fit(images[train], digits[train])
        predicted[held_out] = model.predict(images[held_out])
        errors.append(float(np.mean(predicted[held_out] != digits[held_out])))
        report(len(errors), float(np.mean(errors)))
        print(f"fold {len(errors)} of {FOLDS}: error {errors[-1]:.4f}", flush=True)
    return errors, confusion_matrix(digits, predicted)


def graphs(errors: list[float], confusion: np.ndarray) -> list[dict[str, Any]]:
    """Describes what the job's page shows beside the loss."""
    missed = 1 - confusion.diagonal() / confusion.sum(axis=1)
    return [
        {
            "name": "Error by fold",
            "x_axis": "fold",
            "y_axis": "error",
            "series": [{"label": "error", "x": list(range(1, FOLDS + 1)), "y": errors}],
        },
        {
            "name": "Error by digit",
            "x_axis": "digit",
            "y_axis": "error",
            "series": [{"label": "missed", "x": list(range(10)), "y": missed.tolist()}],
        },
    ]


def main() -> None:
    """Runs one job: parameters in, loss and what explains it out."""
    params = json.loads((FOLDER / "params.json").read_text())
    errors, confusion = cross_validate(params)

    out = FOLDER / "out"
    out.mkdir(exist_ok=True)
    with (out / "confusion.csv").open("w", newline="") as table:
        csv.writer(table).writerows(confusion.tolist())
    (FOLDER / "graphs.json").write_text(json.dumps(graphs(errors, confusion)))

    loss = float(np.mean(errors))
    result = {"loss": loss, "state": "ok", "worst_fold": max(errors)}
    (FOLDER / "loss.json").write_text(json.dumps(result))
    print(f"error {loss:.4f} with {params}")


if __name__ == "__main__":
    main()
