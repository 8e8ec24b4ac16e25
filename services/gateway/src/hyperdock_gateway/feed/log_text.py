"""Pieces of a job's log as messages: text, though pieces are cut anywhere in the middle of it."""

import codecs
from typing import Final

from hyperdock_gateway.feed.messages import frame

_CONTINUES: Final = range(0x80, 0xC0)
_LONGEST_REST: Final = 3


def whole_text(piece: bytes, *, is_last: bool) -> tuple[str, int]:
    """The piece's text and how many bytes that was: half a character at its end is left out.

    Broken bytes are replaced. Of the last piece nothing is left out.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(piece, is_last)
    return text, len(piece) - len(decoder.getstate()[0])


def rest_of_character(piece: bytes) -> int:
    """How many bytes at the beginning belong to a character that began before it."""
    count = 0
    while count < min(len(piece), _LONGEST_REST) and piece[count] in _CONTINUES:
        count += 1
    return count


def log_frame(job_id: str, attempt: int, offset: int, to: int, text: str) -> bytes:
    """A piece of a log."""
    place = {"job_id": job_id, "attempt": attempt, "offset": offset, "next": to}
    return frame({"kind": "log", **place, "text": text})


def end_frame(job_id: str, attempt: int, offset: int) -> bytes:
    """Says that all was sent, and that nothing comes any more."""
    return frame({"kind": "log_end", "job_id": job_id, "attempt": attempt, "offset": offset})
