"""Answers that are made to be saved: streamed in pieces, under a name, and never shown."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import StreamingResponse

from hyperdock_gateway.api import Call

TAR_GZ: Final = "application/gzip"

_PIECE: Final = 64 * 1024
_LONGEST: Final = 0.25
"""Seconds of work without a chance to stop."""


def download(
    call: Call[Any, Any],
    pieces: Iterable[bytes],
    *,
    name: str,
    media: str,
    size: int | None = None,
) -> StreamingResponse:
    """The pieces as a file to save; they are asked for in the threadpool, as the client takes them.

    What fails on the way breaks the connection: no client takes a part for the whole.

    Args:
        call: what is answered; who asks with HEAD gets no pieces, and none are made.
        pieces: what is in the file; empty ones where it takes long to make the next.
        name: under which it is saved, without anything odd in it.
        media: its type.
        size: in bytes, where it is known before; there must be as many, then.
    """
    headers = {"Content-Disposition": f'attachment; filename="{quote(name, safe="")}"'}
    if size is not None:
        headers["Content-Length"] = str(size)
    is_asked = call.request.method != "HEAD"
    return StreamingResponse(gathered(pieces) if is_asked else (), 200, headers, media)


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces: each costs a change of threads.

    Every now and then one comes that is small or even empty: between two of them the server can
    stop, or see that the client has gone.
    """
    held: list[bytes] = []
    size, begun = 0, time.monotonic()
    for piece in pieces:
        if piece:
            held.append(piece)
            size += len(piece)
        if size >= _PIECE or time.monotonic() - begun >= _LONGEST:
            yield b"".join(held)
            held, size, begun = [], 0, time.monotonic()
    yield b"".join(held)


def job_name(job_id: str, attempt: int) -> str:
    """How what is saved of an attempt is called: `tune-abc.7`, `tune-abc.7-attempt-2`."""
    return job_id if attempt <= 1 else f"{job_id}-attempt-{attempt}"
