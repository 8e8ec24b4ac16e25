"""What comes out of the inbox is an event that the log can take, or poison with a reason."""

import pytest

from hyperdock_common.adapters.rabbitmq.envelopes import LARGEST, from_body, to_body
from hyperdock_common.errors import DecodeError
from hyperdock_common.testing.builders import envelope, proposed

EVENT = envelope(proposed(1))
BODY = to_body(EVENT)


def test_event_comes_out_as_it_went_in() -> None:
    """What a later release added travels along."""
    assert from_body(BODY) == EVENT
    newer = BODY[:-1] + b',"added":"later"}'
    assert to_body(from_body(newer)) == newer


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no event", "not an event"),
        (BODY[:-1] + b',"added":"\xff"}', "not an event: 'utf-8'"),
        (BODY + b" " * LARGEST, "bytes: at most"),
    ],
    ids=["no JSON", "half a character where nobody looks", "too large"],
)
def test_what_the_log_cannot_take_is_poison(body: bytes, reason: str) -> None:
    """Invariant 7: else it would stop the supervisor at its commit, and the next one, too."""
    with pytest.raises(DecodeError, match=reason) as caught:
        from_body(body)
    assert caught.value.raw == body
