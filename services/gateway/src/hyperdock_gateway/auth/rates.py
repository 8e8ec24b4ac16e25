"""How often somebody may do something: moving windows in memory, by the `limits` library.

The library's own memory starts a thread for nearly every request, keeps every name that it was
ever asked about, and goes by the wall clock, which may be set back. So the windows are kept here,
and the library says what a limit is and when it is reached.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItem
from limits.storage import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter

_MOST_KEYS: Final = 20_000


class Windows(Storage, MovingWindowSupport):
    """When each name did something last; bounded, whoever asks.

    Args:
        clock: monotonic.
    """

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[str, deque[float]] = {}
        self._longest = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing here fails."""
        return ValueError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts something, unless that is more than the limit."""
        now = self._clock()
        self._longest = max(self._longest, expiry)
        window = self._window(key, now - expiry)
        if len(window) + amount > limit:
            return False
        window.extend([now] * amount)
        if key not in self._windows:
            self._make_room(now)
            self._windows[key] = window
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """When the oldest that counts was, and how many count."""
        now = self._clock()
        window = self._window(key, now - expiry)
        return (window[0], len(window)) if window else (now, 0)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Is for other strategies."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """How many are known of a name."""
        return len(self._windows.get(key, ()))

    def get_expiry(self, key: str) -> float:  # noqa: ARG002 - the library's signature
        """Is for other strategies."""
        return self._clock()

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int:
        """Forgets everything."""
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Forgets a name."""
        self._windows.pop(key, None)

    def _window(self, key: str, begin: float) -> deque[float]:
        window = self._windows.get(key)
        if window is None:
            return deque()
        while window and window[0] <= begin:
            window.popleft()
        return window

    def _make_room(self, now: float) -> None:
        """Forgets who did nothing lately; everybody, where there are still too many."""
        if len(self._windows) < _MOST_KEYS:
            return
        begin = now - self._longest
        self._windows = {
            key: window for key, window in self._windows.items() if window and window[-1] > begin
        }
        if len(self._windows) >= _MOST_KEYS:
            self.reset()


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit for one kind of thing, and what counts against it."""

    limiter: MovingWindowRateLimiter
    item: RateLimitItem
    what: str

    def hit(self, who: str) -> bool:
        """Counts one more; False where that is too many."""
        return self.limiter.hit(self.item, self.what, who)

    def is_reached(self, who: str) -> bool:
        """Whether one more would be too many."""
        return not self.limiter.test(self.item, self.what, who)

    def wait(self, who: str, now: float) -> int:
        """Whole seconds until the next one can be counted."""
        reset = self.limiter.get_window_stats(self.item, self.what, who).reset_time
        return max(1, math.ceil(reset - now))
