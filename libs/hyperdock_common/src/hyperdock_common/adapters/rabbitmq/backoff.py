"""How long to wait before the next try: longer each time, never the same for two processes."""

import random
from typing import Final

FIRST: Final = 0.1
LONGEST: Final = 5.0


class Backoff:
    """Doubles from a tenth of a second up to five; jittered so that nobody comes back in step."""

    def __init__(self) -> None:
        self._next = FIRST

    def take(self) -> float:
        """Seconds to wait now."""
        wait = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self._next = min(self._next * 2, LONGEST)
        return wait

    def reset(self) -> None:
        """Says that it worked: the next wait is short again."""
        self._next = FIRST
