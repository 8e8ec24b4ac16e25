"""Pieces of a log as lines of JSON."""

import codecs
import json
from collections.abc import Iterable, Iterator

from hyperdock_client.calls import LogChunk


def json_pieces(job_id: str, chunks: Iterable[LogChunk]) -> Iterator[bytes]:
    """Each piece as a line of JSON; a letter that two pieces share is in the second one."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for chunk in chunks:
        piece = {"job": job_id, "attempt": chunk.attempt, "text": decoder.decode(chunk.data)}
        yield json.dumps(piece).encode() + b"\n"
