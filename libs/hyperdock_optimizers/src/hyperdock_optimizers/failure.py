"""What goes wrong inside an optimizer, as one error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from hyperdock_common.errors import HyperdockError
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.optimizer import Optimizer


class OptimizerFailed(HyperdockError):
    """Raised when an optimizer cannot go on; its trial ends, the supervisor and the others do not.

    Replaying the same asks and tells raises it again at the same place.
    """

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        self.message = message
        super().__init__(f"the optimizer {name} failed: {message}")


@contextmanager
def contained(name: str) -> Iterator[None]:
    """Makes `OptimizerFailed` of anything that is raised inside."""
    try:
        yield
    except HyperdockError:
        raise
    except Exception as error:
        raise OptimizerFailed(name, f"{type(error).__name__}: {error}") from error


class Contained:
    """An optimizer that raises nothing but `OptimizerFailed`, whatever is in it."""

    def __init__(self, name: str, inner: Optimizer) -> None:
        self._name = name
        self._inner = inner

    def ask(self, number: int) -> JsonObject | None:
        """What the inner optimizer proposes."""
        with contained(self._name):
            return self._inner.ask(number)

    def tell(self, number: int, loss: float | None) -> None:
        """Hand on the loss."""
        with contained(self._name):
            self._inner.tell(number, loss)

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Hand on the result."""
        with contained(self._name):
            self._inner.learn(params, loss)
