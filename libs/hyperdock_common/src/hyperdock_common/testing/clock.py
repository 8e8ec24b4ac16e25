"""A clock that moves only when a test says so."""


class FakeClock:
    """Call it for the time, like `time.time` or `time.monotonic`."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Moves the time on."""
        self.now += seconds
