"""A large trial's page at a moment of the past against the page of now, over the API.

What the page needs first: the trial, and its jobs as columns, in as many calls as they take. A
gateway serves it over a log that real events filled (see `gateway_store.py`), each answer on a
connection that is kept:

* `live_ms`: as it is now;
* `cold_ms`: at the last moment, by a gateway that nobody has asked for any moment yet;
* `warm_ms`: at that moment again;
* `step_ms`: at moments one after the other, as a film shows them, each some events on;
* `back_ms`: at moments anywhere before;
* `trial_step_ms`: of the film, the trial alone, without the columns;
* `memory_mb`: by how much the process is larger for all that.

All but the memory are medians. The first step of each is in them.

Examples:
    bench/moments.py
    bench/moments.py --jobs 1000 --rounds 2
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import httpx
import psutil
from gateway_store import LARGE, fill

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.logging import configure_logging
from hyperdock_common.ports import EventLog
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.moments import Moments
from hyperdock_gateway.services import Services

_COLUMNS: Final = 5_000
_STEPS: Final = 30
_EVENTS: Final = 20  # from one picture of the film to the next
_NOT_YET: Final = httpx.codes.SERVICE_UNAVAILABLE
_MB: Final = 2**20


class Page:
    """What the page of the large trial asks for, and how long that takes."""

    def __init__(self, http: httpx.Client, jobs: int) -> None:
        self._http = http
        self._trial = f"/trials/{LARGE}"
        columns = [f"{self._trial}/columns?from={first}" for first in range(1, jobs + 1, _COLUMNS)]
        self._whole = [self._trial, *columns]

    def live(self) -> float:
        """Milliseconds, as it is now."""
        return self._asked(self._whole, {})

    def at(self, position: int) -> float:
        """Milliseconds, at a moment."""
        return self._asked(self._whole, {"at": position})

    def trial_at(self, position: int) -> float:
        """Milliseconds for the trial alone."""
        return self._asked([self._trial], {"at": position})

    def _asked(self, paths: Iterable[str], query: dict[str, int]) -> float:
        began = time.perf_counter()
        for path in paths:
            url = httpx.URL(path).copy_merge_params(query)
            while (answer := self._http.get(url)).status_code == _NOT_YET:
                pass  # it goes on where it stopped
            answer.raise_for_status()
        return 1000 * (time.perf_counter() - began)


def measured(
    log: EventLog, page: Page, forget: Callable[[], None], rounds: int
) -> dict[str, float]:
    """All figures but the memory."""
    head, chance = log.head(), random.Random(5)  # noqa: S311 - no secret
    page.live()
    live, cold, warm = list[float](), list[float](), list[float]()
    for _ in range(rounds):
        live.append(page.live())
        forget()
        cold.append(page.at(head))
        warm.append(page.at(head))
    back = [page.at(chance.randint(head // 10, head)) for _ in range(_STEPS)]
    film = range(head // 2, head // 2 + _STEPS * _EVENTS, _EVENTS)
    step = [page.at(position) for position in film]
    alone = [page.trial_at(position + _EVENTS // 2) for position in film]
    return {
        "live_ms": statistics.median(live),
        "cold_ms": statistics.median(cold),
        "warm_ms": statistics.median(warm),
        "warm_to_live": statistics.median(warm) / statistics.median(live),
        "step_ms": statistics.median(step),
        "back_ms": statistics.median(back),
        "trial_step_ms": statistics.median(alone),
    }


def run(folder: Path, jobs: int, rounds: int) -> dict[str, float]:
    """A gateway in this process, and what it says."""
    with ExitStack() as stack:
        log = stack.enter_context(closing(SqliteEventLog(folder / "events.sqlite")))
        views = stack.enter_context(closing(SqliteViewStore(folder / "views.sqlite", SCHEMAS)))
        fill(log, views, jobs=jobs, trials=20)
        services = Services(
            log=log,
            bus=stack.enter_context(closing(InProcessBus())),
            views=views,
            artifacts=FolderArtifactStore(folder / "results"),
            clock=time.time,
            random_bytes=os.urandom,
            version="bench",
        )
        app = make_app(services)
        server = WebServer(app, "127.0.0.1", 0)
        server.start()
        stack.callback(server.stop)
        http = stack.enter_context(
            httpx.Client(base_url=f"{server.url}/api/v1", trust_env=False, timeout=60)
        )

        def forget() -> None:
            app.state.moments.close()
            app.state.moments = Moments(log)

        page, process = Page(http, jobs), psutil.Process()
        page.live()
        before = process.memory_info().rss
        figures = measured(log, page, forget, rounds)
        return {
            "jobs": jobs,
            "events": log.head(),
            **{name: round(each, 2) for name, each in figures.items()},
            "memory_mb": round((process.memory_info().rss - before) / _MB),
        }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=10_000, help="of the large trial")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    configure_logging()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(Path(folder), options.jobs, options.rounds)))


if __name__ == "__main__":
    main()
