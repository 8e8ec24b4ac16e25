"""Logs of jobs over a real WebSocket, while they are written."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import DEADLINE, Site, World
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import AttemptLost, JobClaimed
from hyperdock_gateway.feed import Pace, tails

JOB = "tune-aaaaaa.1"
EURO = "€".encode()


class Watched:
    """An artifact store that notes what is read of logs, and can be away."""

    def __init__(self, world: World) -> None:
        self._artifacts = world.artifacts
        self.reads: list[tuple[int, int]] = []
        self.given: list[tuple[int, int]] = []
        self.is_away = False

    def read_log(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """See `ArtifactStore.read_log`."""
        self.reads.append((attempt, offset))
        if self.is_away:
            raise StorageUnavailable("away")
        chunk = self._artifacts.read_log(trial_id, job_id, attempt, offset, limit)
        self.given += [(attempt, offset)] if chunk else []
        return chunk


class Scene:
    """A job that runs, whose log is written here, and a gateway that looks often."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = Watched(world)
        self._sizes: dict[int, int] = {}
        artifacts: Any = self.store
        services = replace(world.services, artifacts=artifacts)
        self.site = Site(services, pace=Pace(look=0.01, alive=0.05))
        world.add_job(world.add_trial(), 1, claimed=True)

    def write(self, chunk: bytes, attempt: int = 1) -> None:
        """The target says something."""
        offset = self._sizes.get(attempt, 0)
        self.world.artifacts.append_log("tune-aaaaaa", JOB, attempt, offset, chunk)
        self._sizes[attempt] = offset + len(chunk)

    def lose(self, attempt: int) -> None:
        """The attempt is lost."""
        names: Any = {"trial_id": "tune-aaaaaa", "job_id": JOB, "worker_id": "w"}
        self.world.publish(AttemptLost(**names, attempt=attempt, reason="gone"))

    def claim(self, attempt: int) -> None:
        """An attempt begins."""
        names: Any = {"trial_id": "tune-aaaaaa", "job_id": JOB, "worker_id": "w"}
        self.world.publish(JobClaimed(**names, attempt=attempt, slot=0))

    @contextmanager
    def listening(self, log: str = JOB) -> Iterator[ClientConnection]:
        """A client that hears a log, and no events."""
        with self.site.connect(f"?topics=&log={log}") as socket:
            yield socket

    def piece(self, socket: ClientConnection) -> tuple[str, int, int, int, str]:
        """The next that is heard of the log."""
        message = self.site.next(socket, "log", "log_end")
        assert message.pop("job_id") == JOB
        if message["kind"] == "log_end":
            return ("log_end", message["attempt"], message["offset"], message["offset"], "")
        return ("log", message["attempt"], message["offset"], message["next"], message["text"])

    def text(self, socket: ClientConnection, size: int) -> str:
        """What is heard up to an offset, in however many pieces."""
        text, to = "", -1
        while to < size:
            _, _, offset, following, piece = self.piece(socket)
            assert to in {-1, offset}
            text, to = text + piece, following
        return text


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    """A job that runs."""
    made = Scene(world)
    yield made
    made.site.server.stop()


def eventually(condition: Callable[[], bool]) -> None:
    """Waits for a condition."""
    until = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.005)


def test_a_log_is_heard_from_its_beginning_then_live(scene: Scene) -> None:
    """What is there comes first, then what is written, then word that nothing more comes."""
    scene.write(b"one\n")
    with scene.listening() as socket:
        assert scene.piece(socket) == ("log", 1, 0, 4, "one\n")
        scene.write(b"two\n")
        assert scene.piece(socket) == ("log", 1, 4, 8, "two\n")
        scene.write(b"three\n")
        scene.world.end_job(JOB, 0.5)
        assert scene.piece(socket) == ("log", 1, 8, 14, "three\n")
        assert scene.piece(socket) == ("log_end", 1, 14, 14, "")
        assert scene.site.next(socket, "log", "log_end", "alive")["kind"] == "alive"


def test_a_log_goes_on_with_the_next_attempt(scene: Scene) -> None:
    """Who named no attempt hears the newest, and each one after it from its beginning."""
    scene.write(b"first")
    with scene.listening() as socket:
        assert scene.piece(socket) == ("log", 1, 0, 5, "first")
        scene.lose(1)
        scene.write(b" and last", 1)
        assert scene.piece(socket) == ("log", 1, 5, 14, " and last")
        scene.claim(2)
        scene.write(b"again", 2)
        assert scene.piece(socket) == ("log", 2, 0, 5, "again")


@pytest.mark.parametrize(
    ("log", "heard"),
    [
        (f"{JOB}:1", [("log", 1, 0, 5, "first"), ("log_end", 1, 5, 5, "")]),
        (f"{JOB}:1:2", [("log", 1, 2, 5, "rst"), ("log_end", 1, 5, 5, "")]),
        (f"{JOB}:1:5", [("log_end", 1, 5, 5, "")]),
        (f"{JOB}:1:99", [("log_end", 1, 5, 5, "")]),
        (f"{JOB}:1-:3", [("log", 1, 3, 5, "st"), ("log", 2, 0, 6, "second")]),
        (f"{JOB}:2", [("log", 2, 0, 6, "second")]),
        (f"{JOB}::-3", [("log", 2, 3, 6, "ond")]),
        (f"{JOB}::-99", [("log", 2, 0, 6, "second")]),
        (JOB, [("log", 2, 0, 6, "second")]),
    ],
)
def test_an_attempt_and_an_offset_can_be_named(
    scene: Scene, log: str, heard: list[tuple[Any, ...]]
) -> None:
    """A named attempt is heard alone, with a dash also those after it, from any byte on."""
    scene.write(b"first", 1)
    scene.lose(1)
    scene.claim(2)
    scene.write(b"second", 2)
    with scene.listening(log) as socket:
        assert [scene.piece(socket) for _ in heard] == heard


def test_a_character_that_is_written_in_two_parts_stays_whole(scene: Scene) -> None:
    """Its first bytes wait for the others; offsets go by bytes."""
    scene.write(b"5 " + EURO[:2])
    with scene.listening() as socket:
        assert scene.piece(socket) == ("log", 1, 0, 2, "5 ")
        eventually(lambda: (1, 4) in scene.store.reads)
        scene.write(EURO[2:] + b"!" + EURO[:1])
        assert scene.piece(socket) == ("log", 1, 2, 6, "€!")
        scene.world.end_job(JOB, 0.5)
        assert scene.piece(socket) == ("log", 1, 6, 7, "\N{REPLACEMENT CHARACTER}")
        assert scene.piece(socket) == ("log_end", 1, 7, 7, "")


def test_broken_bytes_are_replaced(scene: Scene) -> None:
    """A log may hold anything."""
    scene.write(b"a\xff\x00b\n")
    with scene.listening() as socket:
        assert scene.piece(socket)[4] == "a\N{REPLACEMENT CHARACTER}\x00b\n"


def test_the_end_of_a_log_does_not_begin_in_a_character(scene: Scene) -> None:
    """A negative offset in the middle of a character begins behind it."""
    scene.write(EURO * 3)
    with scene.listening(f"{JOB}::-5") as socket:
        assert scene.piece(socket) == ("log", 1, 6, 9, "€")


def test_a_long_log_comes_whole_in_pieces(scene: Scene) -> None:
    """However the pieces are cut, the text is the same."""
    text = "Grüße, €uro, 𝄞 " * 20_000
    scene.write(text.encode())
    with scene.listening() as socket:
        assert scene.text(socket, len(text.encode())) == text


def test_a_log_is_read_once_for_all_who_listen(scene: Scene) -> None:
    """The store is asked for new bytes once, and no more when the last listener has gone."""
    scene.write(b"begin\n")
    with ExitStack() as stack:
        sockets = [stack.enter_context(scene.listening()) for _ in range(8)]
        for socket in sockets:
            assert scene.text(socket, 6) == "begin\n"
        scene.store.given.clear()
        for number in range(5):
            size = 6 + 2 * number
            scene.write(f"{number}\n".encode())
            for socket in sockets:
                assert scene.text(socket, size + 2) == f"{number}\n"
        assert scene.store.given == [(1, 6), (1, 8), (1, 10), (1, 12), (1, 14)]
    feed = scene.site.app.state.feed
    eventually(lambda: len(feed.tails) == 0)


def test_a_store_that_was_away_is_read_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is away nothing comes; then the log goes on where it was."""
    monkeypatch.setattr(tails, "AWAY", 0.01)
    scene.write(b"one\n")
    with scene.listening() as socket:
        assert scene.text(socket, 4) == "one\n"
        scene.store.is_away = True
        scene.store.reads.clear()
        eventually(lambda: len(scene.store.reads) > 1)
        scene.write(b"two\n")
        scene.store.is_away = False
        assert scene.piece(socket) == ("log", 1, 4, 8, "two\n")


def test_logs_and_events_come_together(scene: Scene) -> None:
    """One connection tells both."""
    with scene.site.connect(f"?after=0&topics=job:{JOB}&log={JOB}") as socket:
        scene.write(b"here\n")
        kinds: set[str] = set()
        while kinds != {"event", "log"}:
            kinds.add(scene.site.next(socket, "event", "log")["kind"])


def test_a_log_of_no_job_is_refused(scene: Scene) -> None:
    """Before the connection is accepted, and told why."""
    with pytest.raises(InvalidStatus) as error, scene.listening("tune-aaaaaa.2"):
        pass
    assert error.value.response.status_code == 404
    assert b"there is no job tune-aaaaaa.2" in (error.value.response.body or b"")
