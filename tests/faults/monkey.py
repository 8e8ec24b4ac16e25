"""Kills something with -9 every few seconds, or freezes it; a little later it is back."""

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.faults.processes import Service

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """Something that can be killed and started again.

    Attributes:
        weight: how likely it is chosen, against the others.
        away: for how long it stays dead, at least and at most, in seconds.
        frozen: the same for one that is only frozen: long enough to be taken for dead.
    """

    kind: str
    kill: Callable[[], None]
    start: Callable[[], None]
    pause: Callable[[], None]
    resume: Callable[[], None]
    weight: float = 1.0
    away: tuple[float, float] = (0.2, 3.0)
    frozen: tuple[float, float] = (1.0, 8.0)


def victims_of(services: Sequence[Service], broker: Broker, database: Database) -> list[Victim]:
    """All that a system is made of."""
    return [
        *(_victim(each.kind, each) for each in services),
        _victim("broker", broker, away=(0.0, 1.0)),
        _victim("database", database, away=(0.0, 2.0)),
    ]


def _victim(kind: str, it: Service | Broker | Database, **more: Any) -> Victim:
    return Victim(kind=kind, kill=it.kill, start=it.start, pause=it.pause, resume=it.resume, **more)


class Monkey:
    """Chooses by its seed; never the same victim again before that is back."""

    def __init__(
        self, victims: Sequence[Victim], *, every: float, seed: int, freezes: float = 0.0
    ) -> None:
        self._victims = list(victims)
        self._freezes = freezes
        self._every = every
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._stop = threading.Event()
        self._down: dict[int, threading.Thread] = {}
        self._thread = threading.Thread(target=self._run, name="monkey")
        self.kills: Counter[str] = Counter()
        self.frozen: Counter[str] = Counter()
        self.problems: list[str] = []

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; returns when everything is back."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        for thread in list(self._down.values()):
            thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every * self._random.uniform(0.6, 1.4)):
            up = [n for n in range(len(self._victims)) if not self._is_down(n)]
            if not up:
                continue
            weights = [self._victims[n].weight for n in up]
            (chosen,) = self._random.choices(up, weights)
            victim = self._victims[chosen]
            if self._random.random() < self._freezes:
                strike = partial(self._freeze, victim, self._random.uniform(*victim.frozen))
            else:
                strike = partial(self._kill, victim, self._random.uniform(*victim.away))
            thread = threading.Thread(target=strike, name="strike")
            self._down[chosen] = thread
            thread.start()

    def _is_down(self, number: int) -> bool:
        thread = self._down.get(number)
        return thread is not None and thread.is_alive()

    def _freeze(self, victim: Victim, seconds: float) -> None:
        victim.pause()
        self.frozen[victim.kind] += 1
        time.sleep(seconds)
        victim.resume()

    def _kill(self, victim: Victim, away: float) -> None:
        victim.kill()
        self.kills[victim.kind] += 1
        time.sleep(away)
        for _ in range(3):
            with contextlib.suppress(RuntimeError, TimeoutError, OSError):
                victim.start()
                return
            victim.kill()
        self.problems.append(f"{victim.kind} did not start again")
