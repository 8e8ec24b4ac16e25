"""How a service's process ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEADLINE = 20.0


@contextmanager
def living(how: str, stderr: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """A process that lives in that way, and is ready."""
    script = Path(__file__).with_name("living.py")
    process = subprocess.Popen(
        [sys.executable, script, how],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    try:
        assert heard(process) == "ready"
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str]) -> str:
    """The next line that it says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(number: int) -> None:
    """Who asked for the end gets exit code 0."""
    with living("well") as process:
        process.send_signal(number)
        assert heard(process) == "asked"
        assert process.wait(DEADLINE) == 0


@pytest.mark.parametrize(("how", "code"), [("well", 0), ("break", 1), ("end", 1)])
def test_it_ends_when_nobody_reads_its_log(how: str, code: int) -> None:
    """A log that cannot be written keeps neither a signal nor a broken thread from being seen."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        with living(how, writer) as process:
            if how == "well":  # the others end by themselves
                process.terminate()
            assert heard(process) == "asked"
            assert process.wait(DEADLINE) == code
    finally:
        os.close(writer)


def test_a_second_signal_hurries_it() -> None:
    """The first begins the drain, the second cuts it short; the end is still a good one."""
    with living("drain") as process:
        process.terminate()
        assert heard(process) == "asked"
        process.terminate()
        assert heard(process) == "hurried"
        assert process.wait(DEADLINE) == 0


def test_a_third_signal_ends_what_hangs() -> None:
    """Nobody needs kill -9."""
    with living("hang") as process:
        process.terminate()
        assert heard(process) == "asked"
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) in {128 + signal.SIGTERM, 128 + signal.SIGINT}


@pytest.mark.parametrize("how", ["break", "end"])
def test_a_thread_that_breaks_or_ends_too_soon_ends_the_process(how: str) -> None:
    """Half a service is none: whoever started it is to start it again."""
    with living(how) as process:
        assert process.wait(DEADLINE) == 1
