"""Reads a job's log to its end, or along with the job while it runs."""

import codecs
import json
from collections.abc import Callable, Iterable, Iterator

from hyperdock_cli.api_client import ApiClient, Doc, LogChunk
from hyperdock_cli.api_errors import ApiError

_NOT_FOUND = 404
_PERIOD = 0.3
_LIVE = ("pending", "running")


def whole_log(client: ApiClient, job_id: str, attempt: int | None) -> Iterator[LogChunk]:
    """The pieces of a log, up to what is there now."""
    offset = 0
    while (chunk := client.log(job_id, attempt=attempt, offset=offset)).data:
        yield chunk
        offset, attempt = chunk.next_offset, attempt or chunk.attempt or None


def followed_log(
    client: ApiClient, job: Doc, attempt: int | None, pause: Callable[[float], None]
) -> Iterator[LogChunk]:
    """The pieces of a log until its job (or that attempt) has ended; goes on to new attempts."""
    asked, offset = attempt, 0
    while True:
        state_before = job["state"]
        current = asked or job["attempt"]
        if current:
            for chunk in _rest(client, job["job_id"], current, offset):
                yield chunk
                offset = chunk.next_offset
        if state_before not in _LIVE or (asked and asked < job["attempt"]):
            return
        pause(_PERIOD)
        job = client.job(job["job_id"])
        if not asked and job["attempt"] != current:
            if current:  # what the lost attempt still said
                yield from _rest(client, job["job_id"], current, offset)
            offset = 0


def json_pieces(job_id: str, chunks: Iterable[LogChunk]) -> Iterator[bytes]:
    """Each piece as a line of JSON; a letter that two pieces share is in the second one."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for chunk in chunks:
        piece = {"job": job_id, "attempt": chunk.attempt, "text": decoder.decode(chunk.data)}
        yield json.dumps(piece).encode() + b"\n"


def _rest(client: ApiClient, job_id: str, attempt: int, offset: int) -> Iterator[LogChunk]:
    while True:
        try:
            chunk = client.log(job_id, attempt=attempt, offset=offset)
        except ApiError as error:
            if error.status == _NOT_FOUND:  # it has not begun to speak
                return
            raise
        if not chunk.data:
            return
        yield chunk
        offset = chunk.next_offset
