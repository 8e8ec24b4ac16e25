"""Whether a service lives (its loops turn) and whether it is ready (what it needs is there).

Alive and ready differ: who waits for a database lives, and must not be killed for it.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.service.watching import Condition

LIVE: Final = "/livez"
READY: Final = "/readyz"
METRICS: Final = "/metrics"
JSON: Final = "application/json"
PATIENCE: Final = 120.0
"""Seconds that a loop may take for one turn; slow optimizers and waits for servers are shorter."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a probe: an HTTP status and a small body, JSON where nothing else is said."""

    status: int
    body: bytes
    media: str = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a service can tell about itself; asked from any thread, answers at once.

    Attributes:
        about: who it is: service, name, version.
        loops: when each of its loops last turned, by the monotonic clock.
        checks: what it needs.
        role: more that is told with readiness, e.g. that a supervisor stands by.
        stopping: whether it was told to end: it is not ready then.
        metrics: tells its numbers, where it tells them together with its health.
    """

    about: JsonObject
    loops: Mapping[str, Callable[[], float]] = field(default_factory=dict)
    checks: Mapping[str, Callable[[], Condition]] = field(default_factory=dict)
    role: Callable[[], JsonObject] = dict
    stopping: Callable[[], bool] = bool
    metrics: Callable[[], Answer] | None = None
    clock: Callable[[], float] = time.monotonic
    patience: float = PATIENCE

    def answer(self, path: str) -> Answer | None:
        """The answer to a request for this path; None where there is nothing."""
        match path:
            case "/livez":
                return self.live()
            case "/readyz":
                return self.ready()
            case "/metrics" if self.metrics is not None:
                return self.metrics()
            case _:
                return None

    def live(self) -> Answer:
        """503 where a loop has not turned for too long."""
        silent = {name: self.clock() - turned_at() for name, turned_at in self.loops.items()}
        loops = {
            name: Condition(seconds <= self.patience, f"turned {seconds:.1f} seconds ago")
            for name, seconds in silent.items()
        }
        return self._tell("alive", "stalled", "loops", loops)

    def ready(self) -> Answer:
        """503 where something is missing that the service needs."""
        checks = {name: check() for name, check in self.checks.items()}
        if self.stopping():
            checks["process"] = Condition(ok=False, detail="is stopping")
        return self._tell("ready", "not ready", "checks", checks, self.role())

    def _tell(
        self,
        good: str,
        bad: str,
        title: str,
        found: Mapping[str, Condition],
        more: JsonObject | None = None,
    ) -> Answer:
        well = all(each.ok for each in found.values())
        details: JsonObject = {
            name: {"ok": each.ok, "detail": each.detail} for name, each in found.items()
        }
        body = {"status": good if well else bad, **self.about, **(more or {}), title: details}
        return Answer(200 if well else 503, json.dumps(body).encode() + b"\n")
