"""Sending to one target."""

import threading
from collections.abc import Callable, Iterator

import pytest
from tests.unit.hyperdock_gateway.notify.waiting import wait_until

from hyperdock_gateway.notify.deliveries import Delivery, State
from hyperdock_gateway.notify.sending import QUEUE, Mailbox, Retries, Sent
from hyperdock_gateway.notify.wording import Text

OK = Sent(ok=True)
BAD = Sent(ok=False, problem="it answers with status 500")
QUICK = Retries(first=0.001, longest=0.002, patience=0.05)


def message(number: int) -> Delivery:
    """A message for the target."""
    return Delivery(
        number=number,
        target="t",
        kind="worker_lost",
        title=str(number),
        body="b",
        level="info",
        at=0.0,
    )


class Post:
    """A mailbox whose other side answers as it is told."""

    def __init__(self) -> None:
        self.answer: Callable[[str], Sent] = lambda _: OK
        self.tries: list[str] = []
        self.settled: list[tuple[int, State]] = []
        self.box = Mailbox("t", self, self._settle, QUICK)

    def send(self, text: Text) -> Sent:
        """See `Sender.send`."""
        self.tries.append(text.title)
        return self.answer(text.title)

    def _settle(self, message: Delivery, state: State) -> None:
        self.settled.append((message.number, state))


@pytest.fixture
def post() -> Iterator[Post]:
    """A mailbox that is at work."""
    made = Post()
    yield made
    made.box.stop()


def test_messages_arrive_in_their_order(post: Post) -> None:
    """One after the other, whenever they are put there."""
    post.box.put(message(1))
    post.box.start()
    for number in range(2, 6):
        post.box.put(message(number))
    wait_until(lambda: len(post.settled) == 5)
    assert post.settled == [(number, "sent") for number in range(1, 6)]


def test_a_message_is_sent_again_until_it_arrives(post: Post) -> None:
    """A target that is away for a moment costs nothing."""
    post.answer = lambda _: OK if len(post.tries) > 3 else BAD
    post.box.start()
    post.box.put(message(1))
    wait_until(lambda: post.settled)
    assert (post.settled, len(post.tries)) == ([(1, "sent")], 4)


def test_a_message_that_does_not_arrive_is_given_up_and_the_next_one_is_tried(post: Post) -> None:
    """After its patience, not before; those behind it are tried once at least."""
    post.answer = lambda title: BAD if title == "1" else OK
    post.box.start()
    post.box.put(message(1))
    post.box.put(message(2))
    wait_until(lambda: len(post.settled) == 2)
    assert post.settled == [(1, "dropped"), (2, "sent")]
    assert post.tries.count("1") > 1


def test_too_many_messages_drop_the_oldest(post: Post) -> None:
    """A target that does not answer costs no memory; putting never waits."""
    for number in range(QUEUE + 3):
        post.box.put(message(number))
    assert post.settled == [(number, "dropped") for number in range(3)]


def test_it_ends_soon_while_the_other_side_is_silent(post: Post) -> None:
    """What is on its way, and what waits, is neither sent nor dropped."""
    asked, over = threading.Event(), threading.Event()

    def silent(_: str) -> Sent:
        asked.set()
        over.wait()
        return BAD

    post.answer = silent
    post.box.start()
    post.box.put(message(1))
    post.box.put(message(2))
    assert asked.wait(20)
    post.box.stop()
    over.set()
    assert post.settled == []
    assert post.tries == ["1"]
