"""Gives code that draws from the process's *global* random states a state of its own.

Some of nevergrad's optimizers call `np.random.*`. Without this, what one trial proposes would
depend on how many draws all others made before it.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_ONE_AT_A_TIME = threading.RLock()


class PrivateRandomness:
    """A global random state, of Python and of numpy, that is in place only inside `with`."""

    def __init__(self, seed: int) -> None:
        self._python = random.Random(seed).getstate()  # noqa: S311 - reproducible on purpose
        self._numpy = np.random.RandomState(seed).get_state()

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Until the end of the block the global states are ours; then those from before are back.

        No two threads are inside at once.
        """
        with _ONE_AT_A_TIME:
            python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
            random.setstate(self._python)
            np.random.set_state(self._numpy)  # noqa: NPY002
            try:
                yield
            finally:
                self._python, self._numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
                random.setstate(python)
                np.random.set_state(numpy)  # noqa: NPY002
