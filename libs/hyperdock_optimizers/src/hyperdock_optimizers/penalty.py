"""What an optimizer that knows only losses is told about infeasible jobs."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from hyperdock_common.json_types import JsonObject


class Learner(Protocol):
    """An optimizer that every job must give a loss."""

    def ask(self, number: int) -> JsonObject | None:
        """The params of job `number`; None where there are no more."""

    def tell(self, number: int, loss: float) -> None:
        """The loss of job `number`."""

    def learn(self, params: JsonObject, loss: float) -> None:
        """A result that it did not propose."""


class Penalized:
    """Tells an infeasible job as the worst loss so far.

    Not as infinity: nevergrad makes it 5e20, beside which all real losses look the same to an
    optimizer that models them. Before the first real loss nothing is known about their size:
    infeasible jobs wait for it and are told right after it.
    """

    def __init__(self, inner: Learner) -> None:
        self._inner = inner
        self._worst: float | None = None
        self._waiting: list[Callable[[float], None]] = []

    def ask(self, number: int) -> JsonObject | None:
        """What the inner optimizer proposes."""
        return self._inner.ask(number)

    def tell(self, number: int, loss: float | None) -> None:
        """Hand on the loss, or the penalty in its place."""
        self._hand_on(partial(self._inner.tell, number), loss)

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Hand on the result, with the penalty where it has no loss."""
        self._hand_on(partial(self._inner.learn, params), loss)

    def _hand_on(self, tell: Callable[[float], None], loss: float | None) -> None:
        if loss is not None:
            self._worst = loss if self._worst is None else max(self._worst, loss)
            tell(loss)
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                each(self._worst)
        elif self._worst is None:
            self._waiting.append(tell)
        else:
            tell(self._worst)
