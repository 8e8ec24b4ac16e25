"""What was acknowledged is in the log, whatever ends the process and however full the disk is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.history import history
from hyperdock_common.testing.builders import envelope, envelopes, proposed, submitted

APPENDING = """
import sys
from itertools import count
from pathlib import Path
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing.builders import envelopes, heartbeat, proposed

log = SqliteEventLog(Path(sys.argv[1]))
for turn in count():
    log.append_pulses(envelopes([heartbeat()]), keep_seconds=60)
    batch = envelopes([proposed(number) for number in range(1 + turn % 5)])
    for record in log.append(log.head(), batch):
        print(record.envelope.event_id, record.position, flush=True)
"""

PUBLISHING = """
import sys, threading
from itertools import count
from pathlib import Path
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing.builders import envelope, proposed

log = SqliteEventLog(Path(sys.argv[1]))
bus = InProcessBus()
lock = threading.Lock()

def supervise():
    while True:
        deliveries = bus.receive(100, 60.0)
        batch = {each.envelope.event_id: each.envelope for each in deliveries}
        for known in log.known(batch):
            del batch[known]
        if batch:
            log.append(log.head(), list(batch.values()))
        bus.ack(deliveries)

def publish():
    for number in count():
        sent = envelope(proposed(number))
        for _ in range(2):  # in doubt, once more
            bus.publish([sent])
        with lock:
            print(sent.event_id, 0, flush=True)

threading.Thread(target=supervise, daemon=True).start()
threads = [threading.Thread(target=publish, daemon=True) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
"""


@pytest.mark.parametrize("killed_after", [1, 50, 400])
@pytest.mark.parametrize("program", [APPENDING, PUBLISHING], ids=["append", "publish"])
def test_acknowledged_events_outlive_kill_9(
    tmp_path: Path, program: str, killed_after: int
) -> None:
    """Invariant 3: what an append or a publish acknowledged is in the log, once and in order."""
    path = tmp_path / "log.db"
    acknowledged = killed_in_the_middle(program, path, killed_after)
    with closing(SqliteEventLog(path)) as log:
        records = list(history(log))
        assert [each.position for each in records] == list(range(1, log.head() + 1))
        places = {each.envelope.event_id: each.position for each in records}
        assert len(places) == len(records)
        assert acknowledged.keys() <= places.keys()
        assert all(places[each] == at for each, at in acknowledged.items() if at)
        log.append(log.head(), [envelope(submitted())])


def killed_in_the_middle(program: str, path: Path, count: int) -> dict[str, int]:
    """What a program had acknowledged (event ids with their positions) when it was killed."""
    lines: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            if len(lines) == count:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {event_id: int(position) for event_id, position in whole}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_log_outlives_a_full_disk(small_disk: Path) -> None:
    """On a full disk nothing acknowledged is lost, reading goes on, and with room so does all."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 500_000)
    with closing(SqliteEventLog(small_disk / "log.db")) as log:
        appended = fill_up(log)
        assert [each.position for each in history(log)] == list(range(1, appended + 1))
        ballast.unlink()
        log.append(appended, [envelope(proposed(1))])
    with closing(SqliteEventLog(small_disk / "log.db")) as log:
        assert log.head() == appended + 1


def fill_up(log: SqliteEventLog) -> int:
    """Appends until the disk is full; tells how many events were acknowledged."""
    appended = 0
    while appended < 100_000:
        try:
            appended += len(log.append(appended, envelopes(map(proposed, range(10)))))
        except StorageUnavailable:
            break
    assert 0 < appended < 100_000
    return appended
