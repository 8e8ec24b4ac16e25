"""What an optimizer that knows only losses is told about infeasible jobs."""

from typing import Protocol

from hyperdock_common.json_types import JsonObject


class Learner(Protocol):
    """An optimizer that every job must give a loss."""

    def ask(self, number: int) -> JsonObject | None:
        """The params of job `number`; None where there are no more."""

    def tell(self, number: int, loss: float) -> None:
        """The loss of job `number`."""


class Penalized:
    """Tells an infeasible job as the worst loss so far.

    Not as infinity: nevergrad makes it 5e20, beside which all real losses look the same to an
    optimizer that models them. Before the first real loss nothing is known about their size:
    infeasible jobs wait for it and are told right after it.
    """

    def __init__(self, inner: Learner) -> None:
        self._inner = inner
        self._worst: float | None = None
        self._waiting: list[int] = []

    def ask(self, number: int) -> JsonObject | None:
        """What the inner optimizer proposes."""
        return self._inner.ask(number)

    def tell(self, number: int, loss: float | None) -> None:
        """Hand on the loss, or the penalty in its place."""
        if loss is not None:
            self._worst = loss if self._worst is None else max(self._worst, loss)
            self._inner.tell(number, loss)
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                self._inner.tell(each, self._worst)
        elif self._worst is None:
            self._waiting.append(number)
        else:
            self._inner.tell(number, self._worst)
