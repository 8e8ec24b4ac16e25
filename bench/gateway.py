"""The gateway over a store of 100,000 jobs: how long people wait, and what that costs.

A gateway in a process of its own, with login, over a store that real events filled (see
`gateway_store.py`). 20 clients on connections that they keep ask for pages of 100 jobs of the large
trial at random places, sorted by number and by loss, and for single jobs; and then for trials and
events. Compared, in the same run:

* with a bare Starlette route on the same server that answers the same bytes and headers: turn by
  turn with the gateway, the median of the rounds' ratios of the medians;
* with the gateway over a store of 1,000 jobs: a page by one quiet client, turn by turn;
* the gateway's own memory after a tenth of many requests, and after all of them.

Milliseconds are those of the best round: other programs on the machine only add to them.
With `--store mongodb` pages cost what the stand-in for MongoDB takes: it sorts all that it finds.

Examples:
    bench/gateway.py
    bench/gateway.py --jobs 5000 --trials 50 --requests 2000 --rounds 2
    bench/gateway.py --store mongodb --jobs 5000 --trials 50 --requests 2000
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import msgspec
import psutil
from gateway_clients import Asked, ask
from gateway_process import Bare, open_stores
from gateway_store import LARGE, fill

from hyperdock_common.logging import configure_logging
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_gateway.auth.tokens import Token, Tokens, dump_tokens, key_of, secret_of

Paths: TypeAlias = Callable[[int], list[str]]
"""So many paths to ask for, at random."""

_API: Final = "/api/v1"
_CLIENTS: Final = 20
_OF_SERVER: Final = frozenset({"date", "content-length"})  # it says these by itself
_HERE: Final = Path(__file__).parent
_MB: Final = 2**20


@dataclass
class Serving:
    """A server in a process of its own."""

    url: str
    process: psutil.Process

    def memory(self) -> float:
        """What it holds, in MB."""
        return float(self.process.memory_info().rss / _MB)

    def cpu(self) -> float:
        """The seconds that it has worked."""
        return float(sum(self.process.cpu_times()[:2]))


@dataclass
class Rounds:
    """What was asked of the gateway and of the bare route, turn by turn."""

    gateway: list[Asked] = field(default_factory=list)
    bare: list[Asked] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How much longer the gateway takes for the same bytes."""
        pairs = zip(self.gateway, self.bare, strict=True)
        return statistics.median(ours.p50 / theirs.p50 for ours, theirs in pairs)

    def figures(self, name: str) -> dict[str, float]:
        """Both, with the gateway's best round in full."""
        best = min(self.gateway, key=lambda asked: asked.p50)
        return {
            f"{name}_p50_ms": round(best.p50, 2),
            f"{name}_p99_ms": round(best.p99, 2),
            f"{name}_per_second": round(best.per_second),
            f"{name}_bare_p50_ms": round(min(asked.p50 for asked in self.bare), 2),
            f"{name}_bare_ratio": round(self.ratio, 2),
        }


class Bench:
    """The servers that are compared, and the paths that are asked for."""

    def __init__(self, folder: Path, options: argparse.Namespace, stack: ExitStack) -> None:
        self._folder = folder
        self._options = options
        self._stack = stack
        self._chance = random.Random(3)  # noqa: S311 - no secret
        self._token = secret_of(self._chance.randbytes(32))
        self._tokens = folder / "tokens.json"
        token = Token(name="bench", key=key_of(self._token), scopes=("read",), created_at=0.0)
        self._tokens.write_text(dump_tokens(Tokens((token,))))
        self._tokens.chmod(0o600)

    def gateway(self, name: str, jobs: int, trials: int) -> Serving:
        """A gateway over a store with so many jobs in the large trial, and so many trials."""
        folder, mongodb = self._folder / name, None
        if self._options.store == "mongodb":
            database = self._stack.enter_context(Database(folder / "database"))
            mongodb = f"{database.url}?retryWrites=false"  # see fleet.py
        if not folder.exists() or mongodb:
            folder.mkdir(exist_ok=True)
            began = time.perf_counter()
            with ExitStack() as stores:
                fill(*open_stores(folder, mongodb, stores), jobs=jobs, trials=trials)
            print(f"{name}: {jobs} jobs recorded in {time.perf_counter() - began:.0f} s")
        where = ["--mongodb", mongodb] if mongodb else []
        return self._start("--folder", folder, "--tokens", self._tokens, *where)

    def bare(self, gateway: Serving, name: str, path: str) -> Serving:
        """A bare route that answers what the gateway answers under the path."""
        answer = self.get(gateway, path)
        headers = {key: each for key, each in answer.headers.items() if key not in _OF_SERVER}
        file = self._folder / f"{name}.answer"
        file.write_bytes(msgspec.msgpack.encode(Bare(answer.content, headers)))
        return self._start("--bare", file)

    def get(self, serving: Serving, path: str) -> httpx.Response:
        """One answer."""
        headers = {"Authorization": f"Bearer {self._token}"}
        return httpx.get(serving.url + path, headers=headers, timeout=60).raise_for_status()

    def pages(self, gateway: Serving) -> Paths:
        """Pages of the large trial's jobs."""
        jobs = f"{_API}/trials/{LARGE}/jobs"
        found = [
            f"{jobs}?sort={sort}&cursor={cursor}"
            for sort in ("number", "loss")
            for cursor in self._cursors(gateway, f"{jobs}?limit=500&sort={sort}")
        ]
        return lambda count: self._chance.choices(found, k=count)

    def jobs(self, jobs: int) -> Paths:
        """Single jobs of the large trial."""
        return lambda count: [
            f"{_API}/jobs/{LARGE}.{number}"
            for number in self._chance.choices(range(1, jobs + 1), k=count)
        ]

    def events(self, head: int) -> Paths:
        """Pages of the log."""
        places = range(max(1, head - 100))
        return lambda count: [
            f"{_API}/events?after={after}" for after in self._chance.choices(places, k=count)
        ]

    def ask(self, serving: Serving, paths: Sequence[str], clients: int = _CLIENTS) -> Asked:
        """Asks for all of them."""
        return ask(serving.url, self._token, paths, clients)

    def against_bare(self, gateway: Serving, name: str, paths: Paths) -> dict[str, float]:
        """How long the gateway takes, and a bare route for one of its answers."""
        bare = self.bare(gateway, name, paths(1)[0])
        rounds, count = Rounds(), self._options.round_requests
        for serving in (gateway, bare):
            self.ask(serving, paths(_CLIENTS * 5))
        for _ in range(self._options.rounds):
            rounds.gateway.append(self.ask(gateway, paths(count)))
            rounds.bare.append(self.ask(bare, paths(count)))
        return rounds.figures(name)

    def growth(self, large: Serving, small: Serving) -> dict[str, float]:
        """What a page costs one quiet client of the one, against the other."""
        taken: dict[str, list[float]] = {"large": [], "small": []}
        paths = {"large": self.pages(large), "small": self.pages(small)}
        for _ in range(2 * self._options.rounds):
            for name, serving in (("large", large), ("small", small)):
                taken[name].append(self.ask(serving, paths[name](100), 1).p50)
        pairs = zip(taken["large"], taken["small"], strict=True)
        return {
            "page_ms": round(min(taken["large"]), 2),
            "page_ms_of_1000": round(min(taken["small"]), 2),
            "page_growth": round(statistics.median(a / b for a, b in pairs), 2),
        }

    def memory(self, gateway: Serving, paths: Sequence[Paths]) -> dict[str, float]:
        """What the gateway holds after a tenth of the requests, and after all."""
        tenth = self._options.requests // 10
        held = []
        for count in (tenth, self._options.requests - tenth):
            for each in paths:
                self.ask(gateway, each(count // len(paths)))
            held.append(gateway.memory())
        return {
            "rss_mb_after_tenth": round(held[0], 1),
            "rss_mb": round(held[1], 1),
            "rss_growth": round(held[1] / held[0], 3),
        }

    def _cursors(self, gateway: Serving, path: str) -> list[str]:
        found: list[str] = []
        following: str | None = ""
        while following is not None:
            answer = self.get(gateway, f"{path}&cursor={following}" if following else path)
            following = answer.json()["next_cursor"]
            found += [following] if following else []
        return found

    def _start(self, *options: object) -> Serving:
        command = [sys.executable, str(_HERE / "gateway_process.py"), *map(str, options)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._stack.callback(process.wait, 30)
        assert process.stdin is not None
        assert process.stdout is not None
        self._stack.callback(process.stdin.close)
        url = process.stdout.readline().strip()
        if not url:
            raise SystemExit("a server did not start")
        return Serving(url, psutil.Process(process.pid))


def measure(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    """All the figures, each printed as soon as it is known."""
    large = bench.gateway("large", options.jobs, options.trials)
    small = bench.gateway("small", 1000, 10)
    pages, jobs = bench.pages(large), bench.jobs(options.jobs)
    head = bench.get(large, f"{_API}/health").json()["position"]
    print(f"a page: {len(bench.get(large, pages(1)[0]).content)} bytes", flush=True)
    kinds: dict[str, Paths] = {
        "list": pages,
        "show": jobs,
        "trial": lambda count: [f"{_API}/trials/{LARGE}"] * count,
        "trials": lambda count: [f"{_API}/trials"] * count,
        "events": bench.events(head),
    }
    found: dict[str, Any] = {}
    for name, paths in kinds.items():
        found |= told(bench.against_bare(large, name, paths))
    found |= told(bench.growth(large, small))
    worked, began = psutil.Process().cpu_times(), time.perf_counter()
    found |= told(bench.memory(large, (pages, jobs)))
    after, seconds = psutil.Process().cpu_times(), time.perf_counter() - began
    busy = (after.user - worked.user + after.system - worked.system) / seconds
    found |= told({"clients_busy": round(busy, 2)})
    return found | {"bare_ratio": found["list_bare_ratio"]}


def told(figures: dict[str, float]) -> dict[str, float]:
    """The same, printed."""
    print(", ".join(f"{name} {each}" for name, each in figures.items()), flush=True)
    return figures


def main() -> None:
    """Measures and prints; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", choices=["sqlite", "mongodb"], default="sqlite")
    parser.add_argument("--jobs", type=int, default=100_000, help="of the large trial (100000)")
    parser.add_argument("--trials", type=int, default=1000, help="trials in all (1000)")
    parser.add_argument("--rounds", type=int, default=5, help="turns with the bare route (5)")
    parser.add_argument("--round-requests", type=int, default=400, help="in one turn (400)")
    parser.add_argument("--requests", type=int, default=20_000, help="for the memory (20000)")
    parser.add_argument("--folder", type=Path, help="keeps the stores there, for the next time")
    options = parser.parse_args()
    configure_logging(level="warning")
    with ExitStack() as stack:
        kept = options.folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="hd-"))
        found = measure(Bench(Path(kept), options, stack), options)
    print(json.dumps({**found, "store": options.store, "jobs": options.jobs}))


if __name__ == "__main__":
    main()
