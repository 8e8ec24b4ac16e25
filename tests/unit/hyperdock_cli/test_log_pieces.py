"""Pieces of a log."""

from hyperdock_cli.log_pieces import json_pieces
from hyperdock_client.calls import LogChunk

JOB = "bowl-abcdef.1"


def test_a_letter_across_two_pieces_is_kept_whole() -> None:
    """JSON holds text, and pieces may end in the middle of a letter."""
    halves = "é".encode()
    chunks = [
        LogChunk(data=b"a" + halves[:1], next_offset=2, attempt=1),
        LogChunk(data=halves[1:], next_offset=3, attempt=1),
    ]
    lines = [line.decode() for line in json_pieces(JOB, chunks)]
    assert lines == [
        f'{{"job": "{JOB}", "attempt": 1, "text": "a"}}\n',
        f'{{"job": "{JOB}", "attempt": 1, "text": "\\u00e9"}}\n',
    ]
