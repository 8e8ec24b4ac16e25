"""Signals as values."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from hyperdock_cli.interrupts import Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_handed_to_who_waits(number: int) -> None:
    """Nothing is raised; the handlers of before come back at the end."""
    before = signal.getsignal(number)
    with Interrupts() as interrupts:
        assert interrupts.wait(0) is None
        os.kill(os.getpid(), number)
        assert interrupts.wait(5) == number
        assert interrupts.wait(0) is None
    assert signal.getsignal(number) == before


def test_nohup_is_respected() -> None:
    """Who was started to survive the terminal's end does."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            os.kill(os.getpid(), signal.SIGHUP)
            assert interrupts.wait(0) is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_typed_line_is_read() -> None:
    """Including the end of the input, which is empty."""
    reader, writer = os.pipe()
    with Interrupts() as interrupts, os.fdopen(reader) as stream:
        os.write(writer, b"stop\n")
        assert interrupts.read_line(stream) == "stop\n"
        os.close(writer)
        assert interrupts.read_line(stream) == ""


def test_a_signal_interrupts_typing() -> None:
    """Ctrl-C at the question is an answer, too."""
    reader, writer = os.pipe()
    with Interrupts() as interrupts, os.fdopen(reader) as stream:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.read_line(stream) is None
    os.close(writer)


@pytest.mark.parametrize(("calls", "signals"), [("", 3), ("interrupts.exit_on_next()", 1)])
def test_impatience_ends_the_process(calls: str, signals: int) -> None:
    """Signals that nobody takes end it at last, or at once where that was said."""
    script = f"""
        import os, signal
        from hyperdock_cli.interrupts import Interrupts
        with Interrupts() as interrupts:
            {calls or "pass"}
            for left in range({signals}, 0, -1):
                print(left, flush=True)
                os.kill(os.getpid(), signal.SIGINT)
            print("still here")
    """
    done = subprocess.run(  # in a process of its own: it ends
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert done.stdout.split() == [str(left) for left in range(signals, 0, -1)]
