"""A trial's page at a moment of its past against the page as it is now, in the same Chromium.

Turn by turn, each in a context of its own with nothing cached, from the navigation until the
history plot is drawn with all jobs (see `webui.py` for how). Each moment is another one that nobody
has asked for before. `cold` is the first of them, for which the gateway folds the trial's whole
history; `then` is the median of the others, which it reaches from those that it knows.

Examples:
    bench/moment_page.py
    bench/moment_page.py --jobs 1000 --rounds 2
"""

import argparse
import json
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
from gateway_store import LARGE
from webui_browser import Chromium
from webui_servers import Server, Servers
from webui_sites import OURS

from hyperdock_common.logging import configure_logging

_STREAM: Final = f"trial-{LARGE}"
_PATIENCE: Final = 60.0


class Pages:
    """The trial's page, now and then."""

    def __init__(self, chromium: Chromium, server: Server, token: str) -> None:
        self._chromium = chromium
        self._url = server.url
        self._login = f"localStorage.setItem('hyperdock-token', '{token}')"
        self._api = httpx.Client(
            base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {token}"}
        )

    def history(self) -> list[int]:
        """The positions of the trial's newest events, the newest first."""
        query: dict[str, Any] = {"stream": _STREAM, "before": 10**12, "limit": 400}
        return [int(each["position"]) for each in self._asked("/events", query)["items"]]

    def now(self) -> float:
        """Milliseconds until the page is drawn."""
        return self._drawn(OURS.trial, self._proposed())

    def at(self, position: int) -> float:
        """The same as of a position."""
        query = {"stream": _STREAM, "after": position, "type": "job.proposed", "limit": 500}
        later = len(self._asked("/events", query)["items"])
        return self._drawn(f"{OURS.trial}?at={position}", self._proposed() - later)

    def _proposed(self) -> int:
        return int(self._asked(f"/trials/{LARGE}", {})["jobs"]["proposed"])

    def _drawn(self, path: str, jobs: int) -> float:
        whole = OURS.whole.replace("{words}", f"{jobs:,}")
        with self._chromium.view(_PATIENCE, self._login) as view:
            opened = view.open(self._url + path, whole=whole)["whole"]
        if opened is None:
            raise SystemExit(f"{path} was not drawn with {jobs} jobs in {_PATIENCE:g} s")
        return opened.ms

    def _asked(self, path: str, query: dict[str, Any]) -> Any:
        return self._api.get(path, params=query, timeout=_PATIENCE).raise_for_status().json()


def measure(pages: Pages, rounds: int) -> dict[str, float]:
    """All the figures, in milliseconds."""
    moments = pages.history()[40 :: 400 // (rounds + 1)][: rounds + 1]
    pages.now()  # whatever is slow only once
    cold, now, then = pages.at(moments[0]), [], []
    for moment in moments[1:]:
        now.append(pages.now())
        then.append(pages.at(moment))
    live = statistics.median(now)
    return {
        "live_ms": round(live, 1),
        "cold_ms": round(cold, 1),
        "then_ms": round(statistics.median(then), 1),
        "cold_ratio": round(cold / live, 2),
        "then_ratio": round(statistics.median(then) / live, 2),
    }


def main() -> None:
    """Measures and prints; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=10_000, help="of the trial (10000)")
    parser.add_argument("--rounds", type=int, default=5, help="pages of each kind (5)")
    parser.add_argument("--folder", type=Path, help="keeps the store there, for the next time")
    options = parser.parse_args()
    configure_logging(level="warning")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hd-")))
        servers = Servers(folder, options.folder)
        server = servers.ours(options.jobs, stack)
        chromium = stack.enter_context(Chromium())
        found = measure(Pages(chromium, server, servers.token), options.rounds)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
