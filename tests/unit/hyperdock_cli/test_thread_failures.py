"""Threads that break are told about in a sentence."""

import threading
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from hyperdock_cli.thread_failures import ThreadFailures


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The hook is of the whole process: put it back."""
    hook = threading.excepthook
    yield
    threading.excepthook = hook
    structlog.reset_defaults()


def test_a_broken_thread_is_a_problem(capfd: pytest.CaptureFixture[str]) -> None:
    """It is logged and told, and no traceback goes to the terminal."""

    def broken() -> None:
        raise ZeroDivisionError("a bug")

    failures = ThreadFailures()
    failures.catch()
    with capture_logs() as logs:
        thread = threading.Thread(target=broken, name="worker-slot-1")
        thread.start()
        thread.join()
    (problem,) = failures.problems()
    assert problem.startswith("worker-slot-1 broke (ZeroDivisionError: a bug); start again")
    assert [(each["event"], each["thread"]) for each in logs] == [("thread_broke", "worker-slot-1")]
    assert capfd.readouterr().err == ""
