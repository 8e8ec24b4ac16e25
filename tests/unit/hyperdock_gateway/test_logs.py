"""Finding the end of a log whose length nobody tells."""

from hypothesis import given
from hypothesis import strategies as st

from hyperdock_gateway.logs import log_end, read_chunk

STRIDE = 64 * 1024
EDGES = [0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 2 * STRIDE, 5 * STRIDE - 1, 8 * STRIDE]


@given(st.one_of(st.sampled_from(EDGES), st.integers(0, 3_000_000)), st.integers(1, 200))
def test_the_tail_of_a_log_is_its_last_bytes(size: int, tail: int) -> None:
    """The end is found exactly, in few reads, whatever the length."""
    content = bytes(index % 251 for index in range(1000)) * (size // 1000 + 1)
    content = content[:size]
    reads = []

    def read(offset: int, limit: int) -> bytes:
        reads.append(offset)
        return content[offset : offset + limit]

    assert log_end(read) == size
    assert len(reads) < 20
    start, chunk = read_chunk(read, -tail, 1_000_000)
    assert chunk == content[max(0, size - tail) :]
    assert start == max(0, size - tail)
