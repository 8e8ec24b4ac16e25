"""A container's output, from the engine to the attempt's log while the container runs."""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_worker.capped_log import TAIL, CappedLog
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.state import Refused
from hyperdock_worker.docker_engine.stream import Stream
from hyperdock_worker.redaction import Redaction

_log = structlog.get_logger()

HEAD_START = 0.2
"""A target that ends sooner is not followed: its output is fetched once, which costs less."""

PATIENCE = 2.0
"""Seconds without any progress after which the rest of an ended container's output is given up."""

LONGEST = 5.0
"""Seconds that a slot waits for the output of an ended container, whatever comes in."""

_REOPEN = 1.0
_TAIL_LINES = 2_000
_HEADER = 8
_PERHAPS_ROTATED = 1 << 20
_COMPARED = 1_000


class LogFollower:
    """Copies one container's output into its log, on a thread of its own.

    What an earlier process copied is skipped, so that the log has neither a gap nor anything twice.
    Secrets are hidden before: what is skipped is as long as what was copied.
    """

    def __init__(
        self,
        engine: Engine,
        container: str,
        path: Path,
        limit: int,
        redaction: Redaction | None = None,
    ) -> None:
        self._engine = engine
        self._container = container
        self._path = path
        self._limit = limit
        self._redaction = redaction or Redaction()
        self._hidden = self._redaction.stream()
        self._known = 0
        self._ended = threading.Event()
        self._released = threading.Event()
        self._stream: Stream[bytes] | None = None
        self._received = 0
        self._beyond = b""
        self._too_much = False
        self._cut_short = False
        self._thread = threading.Thread(target=self._run, name="docker-log", daemon=True)
        self._thread.start()

    def expect_end(self) -> None:
        """The container has ended: what is left of its output can be fetched."""
        self._ended.set()

    def finish(self) -> None:
        """Returns when the log is complete, or as complete as it gets in a few seconds."""
        self._ended.set()
        deadline = time.monotonic() + LONGEST
        received = -1
        while self._thread.is_alive():
            self._thread.join(min(PATIENCE, max(0.1, deadline - time.monotonic())))
            if time.monotonic() > deadline or self._received == received:
                self._close_stream()  # then the end is fetched by itself
                self._thread.join(PATIENCE)
                return
            received = self._received

    def release(self) -> None:
        """Stops copying; a next follower goes on."""
        self._released.set()
        self._ended.set()
        self._close_stream()
        self._thread.join(PATIENCE)

    def _close_stream(self) -> None:
        self._cut_short = True
        stream = self._stream
        if stream is not None:
            stream.close()

    def _run(self) -> None:
        try:
            log = CappedLog(self._path, self._limit)
            try:
                self._copy_all(log)
            finally:
                log.close()
        except OSError as error:  # a full disk; the target's result counts more than its log
            _log.warning("log_not_kept", path=str(self._path), error=str(error))

    def _copy_all(self, log: CappedLog) -> None:
        self._ended.wait(HEAD_START)
        while not self._released.is_set():
            over = self._ended.is_set()
            self._copy(log, follow=not over)
            if self._too_much or over or self._cut_short:
                break
            # Usually the stream ends just before its container's end is known.
            if self._ended.wait(_REOPEN):
                break
        self._ended.wait()
        if not self._released.is_set():
            self._complete(log)

    def _copy(self, log: CappedLog, *, follow: bool) -> None:
        self._known = log.size
        self._hidden = self._redaction.stream()
        self._beyond = b""
        try:
            with self._engine.log(self._container, follow=follow) as stream:
                self._stream = stream
                if self._cut_short:
                    return
                for piece in unframed(stream):
                    self._received += len(piece)
                    self._keep(log, self._hidden.feed(piece))
                    if self._too_much:
                        return
        except (RunnerUnavailable, Refused):
            # Tried again as long as the container is not known to have ended.
            self._hidden = self._redaction.stream()

    def _keep(self, log: CappedLog, content: bytes) -> None:
        piece = content[self._known :]
        self._known = max(0, self._known - len(content))
        room = log.room
        log.append(piece)
        if len(piece) > room:
            self._beyond += piece[room:]
            # So much that the end, fetched later, cannot overlap with what is in the log.
            self._too_much = len(self._beyond) > TAIL

    def _complete(self, log: CappedLog) -> None:
        if not (self._too_much or self._cut_short):
            self._keep(log, self._hidden.end())
        if self._too_much:
            log.finish(self._fetched_tail(), left_out=None)
        elif self._beyond and not self._cut_short:
            log.finish(self._beyond, left_out=0)
        elif self._cut_short or log.size > _PERHAPS_ROTATED:
            self._append_missing_end(log)

    def _append_missing_end(self, log: CappedLog) -> None:
        """Adds the end of the output unless the log has it: where reading took too long or hung.

        Also very many short lines make the engine rotate below our limit; following then breaks.
        """
        tail = self._fetched_tail()
        with self._path.open("rb") as file:
            file.seek(-min(log.size, _COMPARED), os.SEEK_END)
            known = file.read()
        if tail and not (known and tail.endswith(known)):
            log.finish(tail, left_out=None)

    def _fetched_tail(self) -> bytes:
        tail = b""
        try:
            with self._engine.log(self._container, follow=False, tail=_TAIL_LINES) as stream:
                for piece in unframed(stream):
                    tail = (tail + piece)[-TAIL - self._redaction.reach :]
        except (RunnerUnavailable, Refused):
            pass
        return self._redaction.hide(tail)[-TAIL:]


def unframed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The output without the engine's frames: eight bytes before each piece, with its length."""
    buffered = bytearray()
    for chunk in chunks:
        buffered += chunk
        pieces = []
        start = 0
        while len(buffered) >= start + _HEADER:
            length = int.from_bytes(buffered[start + 4 : start + _HEADER], "big")
            end = start + _HEADER + length
            if len(buffered) < end:
                break
            pieces.append(bytes(buffered[start + _HEADER : end]))
            start = end
        del buffered[:start]
        if pieces:
            yield b"".join(pieces)
