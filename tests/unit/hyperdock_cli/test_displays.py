"""Displays: lines with a measure, and a live screen that clears up after itself."""

import io

from hyperdock_cli.displays import LineDisplay, LiveDisplay, NoDisplay, cleared
from hyperdock_cli.progress import Progress
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, finished, registered, submitted, succeeded


def test_lines_come_with_news_and_at_most_every_two_seconds() -> None:
    """A fast trial does not flood a log file; the last state is always told."""
    fake = FakeGateway(registered(), submitted())
    lines: list[str] = []
    display = LineDisplay(lines.append)
    progress = Progress.begun(fake.trial(TRIAL), 0.0)
    display.show(progress)
    assert lines == ["0/4 jobs done"]
    fake.record(*succeeded(1, 0.5))
    display.show(progress := progress.seen(fake.trial(TRIAL), 0.5))
    assert lines[1:] == ["best so far: 0.5 by job 1 with x=0.1"]
    display.show(progress := progress.seen(fake.trial(TRIAL), 2.5))
    assert lines[2].startswith("1/4 jobs done, best 0.5")
    display.show(progress := progress.seen(fake.trial(TRIAL), 20.0))
    assert len(lines) == 3
    display.show(progress := progress.seen(fake.trial(TRIAL), 40.0))
    assert len(lines) == 4
    fake.record(finished())
    display.show(progress.seen(fake.trial(TRIAL), 40.1))
    assert lines[4].endswith("(completed)")
    display.hide()


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        """It does."""
        return True


def test_a_live_screen_clears_up() -> None:
    """The cursor is back and the screen gone, however the watch ended."""
    fake = FakeGateway(registered(), submitted())
    stream = Terminal()
    display = LiveDisplay(stream)
    with cleared(display):
        display.show(Progress.begun(fake.trial(TRIAL), fake.now()))
        display.hide()
        display.show(Progress.begun(fake.trial(TRIAL), fake.now()))
    assert "0/4 jobs" in stream.getvalue()
    show_cursor, hide_cursor = "\x1b[?25h", "\x1b[?25l"
    assert stream.getvalue().rindex(show_cursor) > stream.getvalue().rindex(hide_cursor)


def test_no_display_is_silent() -> None:
    """It takes progress and does nothing with it."""
    fake = FakeGateway(registered(), submitted())
    with cleared(display := NoDisplay()):
        display.show(Progress.begun(fake.trial(TRIAL), fake.now()))
