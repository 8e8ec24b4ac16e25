"""The port to the optimizers: what proposes the next parameters."""

from typing import Protocol

from hyperdock_common.json_types import JsonObject


class Optimizer(Protocol):
    """Proposes params and learns from losses. Always minimizes.

    Guarantee: the same order of asks, tells and learns gives the same proposals, in any process
    with the same library versions. Not thread safe.
    """

    def ask(self, number: int) -> JsonObject | None:
        """The params of job `number` (1, 2, 3, …, each once); None where there are no more."""

    def tell(self, number: int, loss: float | None) -> None:
        """The loss of job `number` (finite; smaller is better), None where it was infeasible.

        At most once a job.
        """

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Know of a result that it did not propose; `loss` as in `tell`.

        The params are of its space and complete. At any time, before the first ask too. An
        optimizer that has no use for such results goes on as if it had not been called.
        """
