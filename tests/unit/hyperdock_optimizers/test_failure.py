"""Tests of errors inside optimizers."""

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import JsonObject
from hyperdock_optimizers import OptimizerFailed
from hyperdock_optimizers.failure import Contained


class Broken:
    """Fails with a given error at everything."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def ask(self, number: int) -> JsonObject | None:  # noqa: ARG002
        """Fail."""
        raise self.error

    def tell(self, number: int, loss: float | None) -> None:  # noqa: ARG002
        """Fail."""
        raise self.error

    def learn(self, params: JsonObject, loss: float | None) -> None:  # noqa: ARG002
        """Fail."""
        raise self.error


def test_whatever_is_raised_becomes_one_error() -> None:
    """The supervisor meets only errors of its own, with the optimizer's name and the cause."""
    optimizer = Contained("CMA", Broken(AssertionError("nope")))
    with pytest.raises(OptimizerFailed, match="the optimizer CMA failed: AssertionError: nope"):
        optimizer.ask(1)
    with pytest.raises(OptimizerFailed) as caught:
        optimizer.tell(1, 0.5)
    with pytest.raises(OptimizerFailed):
        optimizer.learn({}, 0.5)
    assert (caught.value.name, caught.value.message) == ("CMA", "AssertionError: nope")


def test_our_own_errors_stay_what_they_are() -> None:
    """An error that was raised on purpose is not wrapped."""
    with pytest.raises(InvalidTrial):
        Contained("grid", Broken(InvalidTrial("space.x", "is continuous"))).ask(1)
