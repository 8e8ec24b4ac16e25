"""Lets optimizers that refuse parallel jobs take part in parallel trials."""

from typing import Protocol

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.optimizer import Optimizer


class Waits(Exception):
    """Raised by an optimizer's ask that must be told the loss of a job of its own first."""


class Lead(Protocol):
    """An optimizer that may wait."""

    def ask(self, number: int) -> JsonObject | None:
        """The params of job `number`; may raise `Waits`."""

    def tell(self, number: int, loss: float | None) -> None:
        """The loss of job `number`."""

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """A result that it did not propose."""


class OneAtATime:
    """Asks the lead for a job, and the partner where the lead waits for the loss of another.

    Each is told the losses of its own proposals. A strict lead is not even asked before its last
    job was told. A job of such a lead that is never told (it was cancelled) leaves all later ones
    to the partner.
    """

    def __init__(self, lead: Lead, partner: Optimizer, *, strict: bool) -> None:
        self._lead = lead
        self._partner = partner
        self._strict = strict
        self._leading: set[int] = set()

    def ask(self, number: int) -> JsonObject | None:
        """What the lead proposes, or the partner while the lead waits."""
        if self._strict and self._leading:
            return self._partner.ask(number)
        try:
            params = self._lead.ask(number)
        except Waits:
            return self._partner.ask(number)
        self._leading.add(number)
        return params

    def tell(self, number: int, loss: float | None) -> None:
        """Hand the loss to the one that proposed the job."""
        if number in self._leading:
            self._leading.remove(number)
            self._lead.tell(number, loss)
        else:
            self._partner.tell(number, loss)

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Hand the result to the lead: it is the one that learns."""
        self._lead.learn(params, loss)
