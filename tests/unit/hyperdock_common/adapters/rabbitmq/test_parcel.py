"""A parcel is confirmed when all of its messages are, and fails with the first that is not."""

from hyperdock_common.adapters.rabbitmq.parcel import Message, Parcel, Unconfirmed


def parcel(count: int, told: list[str | None] | None = None) -> Parcel:
    """A parcel of so many messages; what becomes of it is told."""
    ends = told if told is not None else []
    return Parcel([Message("queue", b"x", None)] * count, ends.append)


def sent(*parcels: Parcel) -> Unconfirmed:
    """All their messages, sent in this order."""
    unconfirmed = Unconfirmed()
    for each in parcels:
        for message in each.messages:
            unconfirmed.add(each, len(message.body))
    return unconfirmed


def test_one_answer_confirms_many() -> None:
    """The broker may confirm everything up to a message, of several publishers."""
    first, second = parcel(2), parcel(2)
    unconfirmed = sent(first, second)
    unconfirmed.confirmed(3, multiple=True)
    assert first.settled
    assert first.error is None
    assert not second.settled
    unconfirmed.confirmed(4, multiple=False)
    assert second.settled
    assert (len(unconfirmed), unconfirmed.bytes) == (0, 0)


def test_one_refused_message_fails_the_parcel_once() -> None:
    """Whoever waits hears the first error, and nothing after it."""
    told: list[str | None] = []
    unconfirmed = sent(parcel(3, told))
    unconfirmed.refused(2, multiple=False, error="no")
    unconfirmed.confirmed(3, multiple=True)
    assert told == ["no"]


def test_lost_channel_fails_what_is_out_and_counts_anew() -> None:
    """The next channel's first message is number one again."""
    told: list[str | None] = []
    unconfirmed = sent(parcel(2, told))
    unconfirmed.lost("gone")
    again = parcel(1)
    unconfirmed.add(again, 1)
    unconfirmed.confirmed(1, multiple=False)
    assert told == ["gone"]
    assert again.error is None


def test_unknown_answers_are_passed_over() -> None:
    """An answer to nothing ends nothing."""
    unconfirmed = sent(waiting := parcel(1))
    unconfirmed.confirmed(9, multiple=False)
    assert not waiting.settled
