"""A log with many streams, and ways to damage it that no adapter of ours offers."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import Event
from hyperdock_common.events.chain import link
from hyperdock_common.testing.builders import (
    attempt_lost,
    claimed,
    envelopes,
    finished,
    proposed,
    registered,
    started,
    submitted,
)
from hyperdock_common.testing.clock import FakeClock
from hyperdock_common.verifying import Verification, Witness, verify


def fill(path: Path, count: int, seed: int = 1) -> None:
    """Makes a log of so many facts in several trials, in commits of any size."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    clock = FakeClock()
    with closing(SqliteEventLog(path, clock)) as log:
        while (head := log.head()) < count:
            size = min(chance.randint(1, 7), count - head)
            log.append(head, envelopes([_event(chance) for _ in range(size)]))
            clock.advance(chance.random())


def verified(path: Path, *witnesses: Witness) -> Verification:
    """What a verification says of the log in a file."""
    with closing(SqliteEventLog(path)) as log:
        return verify(log, witnesses=witnesses)


def kinds(verification: Verification) -> list[tuple[int, str]]:
    """Where it found what."""
    return [(each.position, each.kind.value) for each in verification.findings]


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as anybody can open it, without what keeps its columns in order."""
    with closing(sqlite3.connect(path)) as file, file:
        yield file


def loosen(file: sqlite3.Connection) -> None:
    """Takes away what refuses a second event of the same id."""
    file.execute("CREATE TABLE loose AS SELECT * FROM events")
    file.execute("DROP TABLE events")
    file.execute("ALTER TABLE loose RENAME TO events")


def renumber(file: sqlite3.Connection, behind: int, by: int) -> None:
    """Moves all facts behind a position."""
    file.execute("UPDATE events SET position = -position WHERE position > ?", (behind,))
    file.execute("UPDATE events SET position = ? - position WHERE position < 0", (by,))


def copy(file: sqlite3.Connection, position: int, to: int) -> None:
    """Puts a fact in once more."""
    loosen(file)
    file.execute(
        "INSERT INTO events (position, event_id, stream, recorded_at, body, version, chain)"
        " SELECT ?, event_id, stream, recorded_at, body, version, chain FROM events"
        " WHERE position = ?",
        (to, position),
    )


def swap(file: sqlite3.Connection, one: int, other: int) -> None:
    """Two facts change places, with everything that the store has of them."""
    for place, to in ((one, -1), (other, one), (-1, other)):
        file.execute("UPDATE events SET position = ? WHERE position = ?", (to, place))


def swap_bodies(file: sqlite3.Connection, one: int, other: int) -> None:
    """What two facts say changes places, and no more."""
    (first,), (second,) = (
        file.execute("SELECT body FROM events WHERE position = ?", (each,)).fetchone()
        for each in (one, other)
    )
    file.execute("UPDATE events SET body = ? WHERE position = ?", (second, one))
    file.execute("UPDATE events SET body = ? WHERE position = ?", (first, other))


def edit(file: sqlite3.Connection, position: int, old: str, new: str) -> None:
    """Changes what a fact says."""
    done = file.execute(
        "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)"
        " WHERE position = ? AND instr(CAST(body AS TEXT), ?)",
        (old, new, position, old),
    )
    assert done.rowcount == 1


def chain_anew(file: sqlite3.Connection, first: int, last: int) -> None:
    """Makes the hashes of facts as if they had been recorded as they are."""
    for position in range(first, last + 1):
        (before,) = file.execute(
            "SELECT chain FROM events WHERE position = ?", (position - 1,)
        ).fetchone()
        at, body = file.execute(
            "SELECT recorded_at, body FROM events WHERE position = ?", (position,)
        ).fetchone()
        file.execute(
            "UPDATE events SET chain = ? WHERE position = ?",
            (link(before, position, at, body), position),
        )


def _event(chance: random.Random) -> Event:
    number, trial_id = chance.randint(1, 50), f"t{chance.randint(1, 6)}"
    worker_id = f"w{chance.randint(1, 4)}"
    events: list[Event] = [
        submitted(trial_id, name=f"größer {number}"),
        proposed(number, trial_id=trial_id),
        claimed(number, trial_id=trial_id, worker_id=worker_id),
        started(number, trial_id=trial_id, worker_id=worker_id),
        finished(number, trial_id=trial_id, worker_id=worker_id),
        attempt_lost(number, trial_id=trial_id, worker_id=worker_id),
        registered(worker_id),
    ]
    return chance.choice(events)
