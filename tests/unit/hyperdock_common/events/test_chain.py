"""The chain is the same in every store and for ever: facts keep it wherever they are carried."""

from hashlib import sha256

import pytest

from hyperdock_common.events.chain import GENESIS, link

BODY = b'{"event_id":"e1"}'


def test_link_is_what_it_was_in_the_first_release() -> None:
    """A log of years vouches for itself only as long as nobody changes how it is hashed."""
    first = link(GENESIS, 1, 1_000_000.25, BODY)
    assert first.hex() == "ff6e3c2bbc07fb358d115181cb06b0f60536bfb88fb442c72107c5f528d07be4"
    assert (
        link(first, 2, 1_000_001.0, BODY).hex()
        == "e8607ed84b757869d5a8f5ea19c8ab4c0a3b102f6d98be9d850acef1bb74a21b"
    )


def test_link_is_a_hash_that_others_can_make() -> None:
    """The previous link, the position in eight bytes, the time as a double, the bytes."""
    place = bytes.fromhex("0000000000000007") + bytes.fromhex("3ff8000000000000")
    assert link(b"p" * 32, 7, 1.5, BODY) == sha256(b"p" * 32 + place + BODY).digest()


@pytest.mark.parametrize(
    "other",
    [
        link(bytes([1]) * 32, 1, 2.0, BODY),
        link(GENESIS, 2, 2.0, BODY),
        link(GENESIS, 1, 2.0000001, BODY),
        link(GENESIS, 1, 2.0, BODY + b" "),
    ],
)
def test_everything_that_is_recorded_is_in_a_link(other: bytes) -> None:
    """Another past, position, time or text gives another."""
    assert link(GENESIS, 1, 2.0, BODY) != other
