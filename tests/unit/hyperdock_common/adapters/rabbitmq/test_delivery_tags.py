"""Many deliveries are acked with one answer, and none that is still open."""

from hyperdock_common.adapters.rabbitmq.delivery_tags import DeliveryTags


def delivered(*tags: int) -> DeliveryTags:
    """Open deliveries."""
    open_tags = DeliveryTags()
    for tag in tags:
        open_tags.delivered(tag)
    return open_tags


def test_everything_up_to_a_delivery_is_acked_at_once() -> None:
    """A batch that leaves nothing open before its last one needs one ack."""
    assert delivered(1, 2, 3, 4).done([1, 2, 3]) == [(3, True)]


def test_what_lies_behind_an_open_delivery_is_acked_singly() -> None:
    """An ack for many must not take along one that is still open."""
    assert delivered(1, 2, 3, 4).done([1, 3, 4]) == [(1, True), (3, False), (4, False)]


def test_a_gap_that_closes_is_passed_over() -> None:
    """What was acked singly needs no second ack."""
    tags = delivered(1, 2, 3, 4)
    assert tags.done([2]) == [(2, False)]
    assert tags.done([1, 3]) == [(3, True)]


def test_unknown_tags_are_passed_over() -> None:
    """A second ack of the same delivery would close the channel, so there is none."""
    tags = delivered(1)
    assert tags.done([1]) == [(1, True)]
    assert tags.done([1, 7]) == []
