"""Optimizers for the supervisor's tests: one that remembers everything, and some that break."""

import hashlib
from dataclasses import dataclass, field

from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec


class Remembering:
    """Proposes what follows from all that it was asked, told and learned, in that order.

    Two of them propose the same if, and only if, all that was the same.
    """

    def __init__(self, spec: TrialSpec, generation: int = 0, size: int | None = None) -> None:
        self._memory = hashlib.sha256(f"{spec.algorithm.seed} {generation}".encode())
        self._size = size
        self.generation = generation
        self.asked: list[int] = []
        self.told: dict[int, float | None] = {}
        self.learned: list[tuple[JsonObject, float | None]] = []

    def ask(self, number: int) -> JsonObject | None:
        """Params that depend on the whole history."""
        if self._size is not None and number > self._size:
            return None
        assert number == (self.asked[-1] + 1 if self.asked else number)
        assert self.generation or number == len(self.asked) + 1
        self.asked.append(number)
        self._memory.update(f"ask {number};".encode())
        return {"x": int.from_bytes(self._memory.digest()[:4], "big") / 2**32}

    def tell(self, number: int, loss: float | None) -> None:
        """Refuses what was never asked and what was told before."""
        assert number in self.asked
        assert number not in self.told
        self.told[number] = loss
        self._memory.update(f"tell {number} {loss};".encode())

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Remembers it."""
        self.learned.append((params, loss))
        self._memory.update(f"learn {params} {loss};".encode())


@dataclass
class Workshop:
    """Makes `Remembering` optimizers and keeps them to be looked at, the newest of a trial last."""

    size: int | None = None
    made: list[Remembering] = field(default_factory=list)

    def __call__(self, spec: TrialSpec, generation: int = 0) -> Remembering:
        """One more."""
        self.made.append(Remembering(spec, generation, self.size))
        return self.made[-1]


class Broken(Remembering):
    """Raises something of its own when it is asked for job 2, or told about job 1."""

    def __init__(self, spec: TrialSpec, where: str) -> None:
        if where == "making":
            raise ImportError("no such library")
        super().__init__(spec)
        self._where = where

    def ask(self, number: int) -> JsonObject | None:
        """Breaks at job 2 if it is to break there."""
        if self._where == "asking" and number == 2:
            raise ZeroDivisionError("division by zero")
        return super().ask(number)

    def tell(self, number: int, loss: float | None) -> None:
        """Breaks if it is to break there."""
        if self._where == "telling":
            raise KeyError(number)
        super().tell(number, loss)
