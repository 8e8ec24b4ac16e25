"""The pages against optuna-dashboard's: how soon they are there, and how fast they answer.

Both run on this machine, turn by turn in the same run, in the same Chromium, each page in a context
of its own with nothing cached. Ours: the gateway with login, the pages and a store on disk, filled
by real events. Theirs: a study in memory with the same jobs, served as its own command does it (see
`webui_optuna.py`). Both list 20 trials (studies). At each size, medians of the rounds, milliseconds
from the navigation, or from the input event, to the frame that shows the result:

* `first_load_kb`: pages, scripts and styles on the wire, gzip in both, until the list of trials is
  there; ours without the charts, which come later. `first_paint`: anything at all, as the word that
  it is loading. `first_content`: the first row of the list of trials (studies).
* `drawn`: the large trial's page until its history plot is drawn. Ours draws the newest 2,000 jobs
  first; `complete` is when all are drawn. Theirs draws all at once, so both are compared with that.
* `table`: the page that lists the jobs until its rows are there. `blocked`: how long in all the
  trial's page could not have answered while it was drawn: what of its tasks was beyond 50 ms.
* Interaction: `hover` over the history plot (to the next frame), `to_table` and `to_plot` (from the
  one page to the other), `jump` in the list, `filter` by state, `sort` by loss. `interaction_p50`
  is over all of these that both have, `interaction_worst` the slowest kind.
* Live: 50 facts a second through log, views and feed; what theirs gets at the same time is 12.5 new
  trials a second, each begun and ended. `live_p50`, `live_p95`: scrolling, changing the page and
  hovering meanwhile. `dropped`: the share of frames that were not drawn, `live_blocked` as above.
  `record_to_row`: from the recording of a new job to its row; theirs asks every 10 s.

Not comparable: their list of trials has numbers and states only and does not sort; where theirs
sorts is a table of 50 rows a page below a scatter plot. Their pages know no login. Their first page
shows names only. Ours shows sparklines, progress and counts there.

What takes longer than `--patience` has given up and is null. `slower` names what is slower in ours.

Examples:
    bench/webui.py
    bench/webui.py --sizes 100 10000 --rounds 1 --folder /tmp/kept
"""

import argparse
import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from webui_browser import Chromium
from webui_rounds import Taken, Visitor
from webui_servers import Server, Servers
from webui_sites import OURS, THEIRS

from hyperdock_common.logging import configure_logging

_FIRST: Final = ("first_load_kb", "first_paint", "first_content")
_PAGES: Final = ("drawn", "complete", "table", "blocked")
_KINDS: Final = ("hover", "to_table", "to_plot", "jump", "filter", "sort")
_LIVE: Final = ("live_p50", "live_p95", "dropped", "live_blocked", "record_to_row")
_RATE: Final = 50.0
_QUIET: Final = (4.0, 11.0)  # s without input: theirs asks for news every 10 s

Figures = dict[str, float | None]


class Bench:
    """Both sites, at one size after the other."""

    def __init__(self, chromium: Chromium, servers: Servers, options: argparse.Namespace) -> None:
        self._chromium = chromium
        self._servers = servers
        self._options = options
        self.everywhere = (Taken(), Taken())
        """What does not depend on the size."""

    def at(self, jobs: int) -> tuple[Figures, Figures]:
        """Measures both with so many jobs; ours and theirs."""
        with ExitStack() as stack:
            ours, theirs = self._servers.both(jobs, stack)
            visitors = (self._ours(ours, jobs), self._theirs(theirs, jobs))
            taken = self._rounds(visitors)
            found = []
            for each, visitor, quiet in zip(taken, visitors, _QUIET, strict=True):
                with visitor.server.alone(self._other(visitor, visitors).server):
                    found.append(figures_of(each) | live_of(visitor, quiet, taken=each))
        for name, each, figures in zip(("ours", "theirs"), taken, found, strict=True):
            print(f"{jobs} {name}: {figures}", flush=True)
            if each.given_up:
                print(f"{jobs} {name} gave up: {each.given_up}", flush=True)
        return found[0], found[1]

    def _rounds(self, visitors: tuple[Visitor, Visitor]) -> tuple[Taken, Taken]:
        taken = (Taken(), Taken())
        end = time.monotonic() + self._options.seconds
        for number in range(self._options.rounds):
            for each, visitor in zip(taken, visitors, strict=True):
                began = time.perf_counter()
                with visitor.server.alone(self._other(visitor, visitors).server):
                    visitor.round(each)
                seconds = time.perf_counter() - began
                print(f"round {number + 1}: {visitor.name}, {seconds:.0f} s", flush=True)
            if time.monotonic() > end:
                break
        for whole, each in zip(self.everywhere, taken, strict=True):
            for name in _FIRST:
                whole.add(name, *each.times.get(name, ()))
        return taken

    def _other(self, visitor: Visitor, both: tuple[Visitor, Visitor]) -> Visitor:
        return both[1] if visitor is both[0] else both[0]

    def _ours(self, server: Server, jobs: int) -> Visitor:
        login = f"localStorage.setItem('hyperdock-token', '{self._servers.token}')"
        return Visitor("ours", self._chromium, OURS, server, jobs, self._options.patience, login)

    def _theirs(self, server: Server, jobs: int) -> Visitor:
        return Visitor("theirs", self._chromium, THEIRS, server, jobs, self._options.patience)


def figures_of(taken: Taken) -> Figures:
    """The medians of the rounds."""
    return {name: taken.median(name) for name in (*_PAGES, *_KINDS)}


def live_of(visitor: Visitor, quiet: float, taken: Taken) -> Figures:
    """What it is like while events come in; not tried where not even its table opens."""
    found = visitor.live(_RATE, quiet) if taken.has("table") else None
    if found is None or not found.acted:
        return dict.fromkeys(_LIVE)
    acted = sorted(found.acted)
    return {
        "live_p50": round(statistics.median(acted), 1),
        "live_p95": round(acted[int(0.95 * (len(acted) - 1))], 1),
        "dropped": round(found.dropped, 3),
        "live_blocked": round(found.blocked),
        "record_to_row": round(statistics.median(found.delays), 1) if found.delays else None,
    }


def interaction(ours: Figures, theirs: Figures) -> tuple[Figures, Figures]:
    """The same, with what all kinds of interaction that both have come to."""
    common = [name for name in _KINDS if ours[name] is not None and theirs[name] is not None]
    return _summed(ours, common), _summed(theirs, common)


def _summed(figures: Figures, kinds: list[str]) -> Figures:
    times = [each for name in kinds if (each := figures[name]) is not None]
    return figures | {
        "interaction_p50": round(statistics.median(times), 1) if times else None,
        "interaction_worst": max(times, default=None),
    }


def compared(ours: Figures, theirs: Figures, suffix: str) -> dict[str, Any]:
    """Both by name, and how many times faster ours is."""
    found: dict[str, Any] = {}
    for name, mine in ours.items():
        other = theirs[name]
        found[f"{name}{suffix}"] = mine
        found[f"their_{name}{suffix}"] = other
        if mine and other:
            found[f"{name}{suffix}_ratio"] = round(other / mine, 2)
    return found


def measure(bench: Bench, sizes: list[int]) -> dict[str, Any]:
    """All the figures."""
    found: dict[str, Any] = {}
    for jobs in sizes:
        found |= compared(*interaction(*bench.at(jobs)), f"_{jobs}")
    first = [{name: each.median(name) for name in _FIRST} for each in bench.everywhere]
    found = compared(first[0], first[1], "") | found
    ratios = {name: each for name, each in found.items() if name.endswith("_ratio")}
    return found | {
        "slower": [name.removesuffix("_ratio") for name, each in ratios.items() if each < 1],
        "gave_up": [name for name, each in found.items() if each is None],
    }


def main() -> None:
    """Measures and prints; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3, help="at each size, at most (3)")
    parser.add_argument(
        "--seconds", type=float, default=30.0, help="at each size; no round begins later (30)"
    )
    parser.add_argument("--patience", type=float, default=45.0, help="with anything, s (45)")
    parser.add_argument("--folder", type=Path, help="keeps the stores there, for the next time")
    options = parser.parse_args()
    configure_logging(level="warning")
    began = time.perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hd-")))
        servers = Servers(folder, options.folder)
        chromium = stack.enter_context(Chromium())
        found = measure(Bench(chromium, servers, options), options.sizes)
    print(json.dumps({**found, "seconds": round(time.perf_counter() - began)}))


if __name__ == "__main__":
    main()
