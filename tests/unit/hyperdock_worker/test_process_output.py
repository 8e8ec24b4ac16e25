"""A local target's output becomes its log while somebody else writes it."""

from pathlib import Path

import pytest

from hyperdock_worker.capped_log import TAIL
from hyperdock_worker.local_process import output
from hyperdock_worker.local_process.output import OutputCopy


class Target:
    """Prints into a file at its own pace."""

    def __init__(self, folder: Path) -> None:
        self.output = folder / "output"
        self.log = folder / "log.txt"
        self.output.touch()

    def print(self, content: bytes) -> None:
        """Appends, as an open descriptor would."""
        with self.output.open("ab") as file:
            file.write(content)


@pytest.fixture
def target(tmp_path: Path) -> Target:
    """A target that has printed nothing yet."""
    return Target(tmp_path)


def test_output_is_copied_as_it_comes(target: Target) -> None:
    """Every call brings the log up to date; at the end only the log is left."""
    copy = OutputCopy(target.output, target.log, 100)
    target.print(b"one\n")
    copy.advance()
    assert target.log.read_bytes() == b"one\n"
    target.print(b"two\n")
    copy.finish()
    assert target.log.read_bytes() == b"one\ntwo\n"
    assert not target.output.exists()


def test_a_flood_does_not_fill_the_disk(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond the limit is cut off again and again, and counted to the byte."""
    monkeypatch.setattr(output, "SPILL", 1000)
    copy = OutputCopy(target.output, target.log, 100)
    line = b"x" * 99 + b"\n"
    total = 0
    for _ in range(200):
        target.print(line * 50)
        total += len(line) * 50
        copy.advance()
        assert target.output.stat().st_size <= 1100
    target.print(b"last\n")
    copy.finish()
    log = target.log.read_bytes()
    assert log.startswith(line)
    assert log.endswith(b"\nlast\n")
    assert f"{total + 5 - 100 - TAIL} bytes were left out".encode() in log


def test_a_little_beyond_the_limit_is_kept(target: Target) -> None:
    """A tail that meets the head leaves nothing out, so nothing is said."""
    copy = OutputCopy(target.output, target.log, 4)
    target.print(b"head and tail\n")
    copy.advance()
    assert target.log.read_bytes() == b"head"
    copy.finish()
    assert target.log.read_bytes() == b"head and tail\n"


def test_a_later_process_goes_on(target: Target) -> None:
    """Neither a gap nor anything twice after a restart."""
    first = OutputCopy(target.output, target.log, 100)
    target.print(b"one\n")
    first.advance()
    first.close()
    target.print(b"two\n")
    OutputCopy(target.output, target.log, 100).finish()
    assert target.log.read_bytes() == b"one\ntwo\n"
    OutputCopy(target.output, target.log, 100).finish()
    assert target.log.read_bytes() == b"one\ntwo\n"
