"""optuna-dashboard over a study in memory, in a process of its own; and changes at a steady rate.

Memory is the storage from which it answers fastest. It is served as its own command serves it where
gunicorn is not installed: by the standard library's server, a thread a request. The study holds the
same jobs as the store that it is compared with: their columns come in a file. Obeys lines on its
input (see `webui_live.py`).
"""

import argparse
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState
from optuna_dashboard import wsgi  # type: ignore[import-untyped]
from webui_live import obey

_AT_ONCE: Final = 8  # trials that run
_SPACE: Final[dict[str, Any]] = {
    "lr": FloatDistribution(0.00001, 1, log=True),
    "depth": IntDistribution(1, 12),
    "dropout": FloatDistribution(0, 0.7),
    "optimizer": CategoricalDistribution(["adam", "sgd", "rmsprop"]),
}


class Threaded(ThreadingMixIn, WSGIServer):
    """A thread a request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """See `BaseHTTPRequestHandler`."""


def fill(study: Any, jobs: dict[str, Any]) -> None:
    """Puts the jobs into it."""
    params = jobs["params"]
    for at, state in enumerate(jobs["state"]):
        succeeded = state == "succeeded"
        study.add_trial(
            frozen(
                TrialState.COMPLETE if succeeded else TrialState.FAIL,
                {name: params[name][at] for name in _SPACE},
                jobs["loss"][at] if succeeded else None,
                (jobs["started_at"][at], jobs["finished_at"][at]),
            )
        )


def frozen(
    state: TrialState, params: dict[str, Any], loss: float | None, times: tuple[float, float | None]
) -> Any:
    """A trial as storages take it."""
    began, ended = times
    trial = optuna.create_trial(
        state=state, params=params, distributions=_SPACE, value=loss, user_attrs={}
    )
    trial.datetime_start = _moment(began)
    trial.datetime_complete = None if ended is None else _moment(ended)
    return trial


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)  # storages keep naive ones


class Changes:
    """Trials that begin and end: two changes each, where Hyperdock records four facts a job."""

    def __init__(self, storage: Any, study: Any, jobs: dict[str, Any]) -> None:
        self._storage = storage
        self._study = study
        self._jobs = jobs
        self._steps = self._all()

    def change(self) -> tuple[int, float] | None:
        """What happens next. Returns the number of a new trial, counted from 1, and when."""
        return next(self._steps)

    def _all(self) -> Iterator[tuple[int, float] | None]:
        running: list[tuple[int, float]] = []
        for number in count(len(self._jobs["state"])):
            at = number % len(self._jobs["state"])
            params = {name: self._jobs["params"][name][at] for name in _SPACE}
            trial = frozen(TrialState.RUNNING, params, None, (time.time(), None))
            loss = self._jobs["loss"][at]
            created = self._storage.create_new_trial(self._study._study_id, trial)  # noqa: SLF001
            running.append((created, 0.5 if loss is None else loss))
            yield number + 1, time.time()
            yield None  # what are facts of their own there: claimed, started
            yield None
            if len(running) > _AT_ONCE:
                ended, loss = running.pop(0)
                self._storage.set_trial_state_values(ended, TrialState.COMPLETE, [loss])
                yield None


def main() -> None:
    """Serves until its input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=Path, required=True, help="the columns of the jobs")
    parser.add_argument("--studies", type=int, default=1, help="studies in all")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    jobs = json.loads(options.jobs.read_bytes())
    storage: Any = optuna.storages.InMemoryStorage()
    study = optuna.create_study(storage=storage, study_name="large")
    fill(study, jobs)
    few: dict[str, Any] = {name: each[:3] for name, each in jobs.items() if isinstance(each, list)}
    few["params"] = {name: each[:3] for name, each in jobs["params"].items()}
    for number in range(options.studies - 1):
        fill(optuna.create_study(storage=storage, study_name=f"small-{number:06}"), few)
    app = wsgi(storage)
    server = make_server("127.0.0.1", 0, app, server_class=Threaded, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    obey(Changes(storage, study, jobs).change, threading.Event())


if __name__ == "__main__":
    main()
