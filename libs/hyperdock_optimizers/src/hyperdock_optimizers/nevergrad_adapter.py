"""nevergrad's optimizers behind our port; the only file that imports nevergrad (which takes 3 s).

Every optimizer searches the unit cube, one coordinate for each dimension of the space, and
`Space.from_unit` makes params of its points: so mixed and conditional spaces work with all of them
(coordinates of inactive parameters are proposed and dropped). How that compares with nevergrad's
own kinds of parameters is in docs/decisions/0002-default-algorithm.md.
"""

import math
import queue
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nevergrad as ng
import numpy as np
from cma import options_parameters  # type: ignore[import-untyped]
from nevergrad.optimization import recaster

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space
from hyperdock_optimizers.one_at_a_time import Waits
from hyperdock_optimizers.private_randomness import PrivateRandomness

_SEQUENTIAL_TOO = frozenset({"Carola3", "DS9", "MetaModelDSproba"})
"""They do not say so, but fail with two jobs at a time."""


class NevergradOptimizer:
    """One optimizer of nevergrad's registry. It may raise anything."""

    def __init__(self, name: str, space: Space, *, seed: int, budget: int, workers: int) -> None:
        self._space = space
        self._randomness = PrivateRandomness(seed)
        self._candidates: dict[int, Any] = {}
        self._learns = True
        recaster._MessagingThread = _ThreadInStep  # noqa: SLF001 - there is no other way in
        # By default cma.fmin seeds the global random state from the clock.
        options_parameters.cma_default_options["seed"] = math.nan
        with self._alone():
            cube = ng.p.Array(shape=(len(space.dimensions),), lower=0, upper=1)
            cube.random_state = np.random.RandomState(seed)
            self._inner = _registered(name)(cube, budget=budget, num_workers=workers)

    def ask(self, number: int) -> JsonObject:
        """The params of this job.

        Raises:
            Waits: it must know the loss of a running job first.
        """
        with self._alone():
            try:
                candidate = self._inner.ask()
            except recaster.TooManyAskError as error:
                raise Waits from error
            point = np.nan_to_num(candidate.value, nan=0.5).tolist()
        self._candidates[number] = candidate
        return self._space.from_unit(point)

    def tell(self, number: int, loss: float) -> None:
        """Learn from the loss of a job."""
        with self._alone():
            self._inner.tell(self._candidates.pop(number), loss)

    def learn(self, params: JsonObject, loss: float) -> None:
        """Tell a point that was not asked for, to those that take such points.

        Those that do not say so in many ways. The first is taken for an answer for ever: whoever
        failed half-way would fail worse the next time.
        """
        if self._learns:
            point = np.array(self._space.to_unit(params))
            with self._alone():
                try:
                    candidate = self._inner.parametrization.spawn_child(new_value=point)
                    self._inner.tell(candidate, loss)
                except Exception:  # noqa: BLE001 - what was not asked for is why
                    self._learns = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._randomness.in_place(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are about settings that no user of ours makes
            yield


def is_sequential(name: str) -> bool:
    """Whether the optimizer refuses to propose a job before it knows the loss of the last one."""
    return bool(_registered(name).no_parallelization) or name in _SEQUENTIAL_TOO


def _registered(name: str) -> Any:
    registry = ng.optimizers.registry
    return registry[name if name in registry else f"{name} "]  # one has a blank behind its name


class _ThreadInStep(recaster._MessagingThread):  # type: ignore[misc] # noqa: SLF001
    """The thread in which nevergrad runs optimizers that want to call the function themselves.

    It runs only while the optimizer's caller waits for it, so that its draws from the global
    random state do not depend on timing; and it does not keep the process alive.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.daemon = True
        self.paused = threading.Event()
        self.ended = False
        self.messages_ask = _Points(self)
        self.messages_tell = _Losses(self)

    def run(self) -> None:
        """Run the optimizer to its end, which nobody has to wait for."""
        super().run()
        self.ended = True
        self.paused.set()


class _Points(queue.Queue[Any]):
    """The way of points out of the thread. After each the thread waits for its loss."""

    def __init__(self, thread: _ThreadInStep) -> None:
        super().__init__()
        self._thread = thread

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002
        super().put(item, block, timeout)
        self._thread.paused.set()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002
        if self._thread.paused.is_set() and self.empty():
            raise recaster.TooManyAskError("it waits for the loss of the last job")  # for ever
        return super().get(block, timeout)


class _Losses(queue.Queue[Any]):
    """The way of losses into the thread. A put returns when the thread has gone on and waits."""

    def __init__(self, thread: _ThreadInStep) -> None:
        super().__init__()
        self._thread = thread

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002
        if item is None:  # the request to stop comes from a destructor, which must not wait
            super().put(item, block, timeout)
        elif not self._thread.ended:
            self._thread.paused.clear()
            super().put(item, block, timeout)
            self._thread.paused.wait()
