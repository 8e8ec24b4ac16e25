"""Where progress is shown: on a terminal as a live screen, elsewhere as lines, or nowhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from hyperdock_cli.progress import Progress
from hyperdock_cli.rendering.progress_lines import news, status

_EVERY = 2.0
_AT_LEAST_EVERY = 30.0


class Display(Protocol):
    """Shows how a trial goes on."""

    def show(self, progress: Progress) -> None:
        """Shows the newest state."""

    def hide(self) -> None:
        """Clears the place for other output; `show` brings it back."""


class NoDisplay:
    """Shows nothing."""

    def show(self, progress: Progress) -> None:
        """Shows nothing."""

    def hide(self) -> None:
        """There is nothing to clear."""


class LineDisplay:
    """Writes lines: news as they come, and now and then how far the trial is."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._before: Progress | None = None
        self._told: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Writes what is new."""
        for line in news(self._before, progress):
            self._write(line)
        if self._is_due(progress):
            self._write(status(progress))
            self._told = progress
        self._before = progress

    def hide(self) -> None:
        """Lines stay where they are."""

    def _is_due(self, progress: Progress) -> bool:
        told = self._told
        if told is None or progress.is_over:
            return True
        changed = progress.ended != told.ended or progress.trial["state"] != told.trial["state"]
        return progress.now - told.now >= (_EVERY if changed else _AT_LEAST_EVERY)


class LiveDisplay:
    """Draws one screen over and over."""

    def __init__(self, stream: IO[str]) -> None:
        from rich.console import Console  # noqa: PLC0415 - slow, and of use on a terminal only
        from rich.live import Live  # noqa: PLC0415

        from hyperdock_cli.rendering.live_screen import screen  # noqa: PLC0415

        self._screen = screen
        self._live = Live(console=Console(file=stream), auto_refresh=False, transient=True)

    def show(self, progress: Progress) -> None:
        """Draws the newest state over the one before."""
        self._live.start()
        self._live.update(self._screen(progress), refresh=True)

    def hide(self) -> None:
        """Clears the screen."""
        self._live.stop()


@contextmanager
def cleared(display: Display) -> Iterator[None]:
    """Leaves the place clear, however the watch ends."""
    try:
        yield
    finally:
        display.hide()
