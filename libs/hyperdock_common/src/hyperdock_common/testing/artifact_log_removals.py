"""The contract of the `KeptLogs` port: which logs there are, and their removal."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hyperdock_common.ports import ArtifactStore, KeptLog, RemovedLog


class LogRemovalContract:
    """Part of `ArtifactStoreContract`, which gives the fixture `store`."""

    def test_logs_are_listed_with_size_and_time(self, store: ArtifactStore) -> None:
        """Each attempt's log is one, however large; what was never written to is none."""
        before = time.time()
        assert list(store.logs()) == []
        store.append_log("t1", "t1.1", 1, 0, b"one")
        store.append_log("t1", "t1.1", 2, 0, b"x" * 200_000)
        store.append_log("t1", "t1.10", 1, 0, b"ten")
        store.append_log("t2", "t2.1", 12, 0, b"")
        store.append_log("t2", "t2.1", 12, 0, b"twelve")
        sizes = {
            ("t1", "t1.1", 1): 3,
            ("t1", "t1.1", 2): 200_000,
            ("t1", "t1.10", 1): 3,
            ("t2", "t2.1", 12): 6,
        }
        found = list(store.logs())
        assert {_place(each): each.size for each in found} == sizes
        assert len(found) == len(sizes)
        for each in found:
            assert each.changed_at is not None
            assert before - 1 <= each.changed_at <= time.time() + 1

    def test_empty_log_is_not_listed(self, store: ArtifactStore) -> None:
        """There is nothing to gain from it."""
        store.append_log("t1", "j1", 1, 0, b"")
        assert list(store.logs()) == []

    def test_removed_log_leaves_a_note(self, store: ArtifactStore) -> None:
        """Its bytes are gone; its size, when and why are told."""
        store.append_log("t1", "j1", 1, 0, b"x" * 100_000)
        store.append_log("t1", "j1", 2, 0, b"stays")
        store.append_log("t1", "j10", 1, 0, b"stays, too")
        note = RemovedLog(size=100_000, removed_at=50.5, reason="it was old")
        assert store.removed_log("t1", "j1", 1) is None
        assert store.remove_log("t1", "j1", 1, reason="it was old", at=50.5) == note
        assert store.removed_log("t1", "j1", 1) == note
        assert store.read_log("t1", "j1", 1, 0, 100) == b""
        assert store.read_log("t1", "j1", 2, 0, 100) == b"stays"
        assert store.read_log("t1", "j10", 1, 0, 100) == b"stays, too"
        assert {_place(each) for each in store.logs()} == {("t1", "j1", 2), ("t1", "j10", 1)}
        assert store.removed_log("t1", "j1", 2) is None

    def test_removal_can_be_repeated(self, store: ArtifactStore) -> None:
        """Of two that remove a log one does it, and the first note stays."""
        store.append_log("t1", "j1", 1, 0, b"one")
        first = store.remove_log("t1", "j1", 1, reason="first", at=1.0)
        assert store.remove_log("t1", "j1", 1, reason="second", at=2.0) is None
        assert store.removed_log("t1", "j1", 1) == first

    def test_of_many_that_remove_a_log_one_is_told(self, store: ArtifactStore) -> None:
        """So what is counted as removed is counted once."""
        store.append_log("t1", "j1", 1, 0, b"x" * 300_000)
        start = threading.Barrier(4)

        def remove(number: int) -> RemovedLog | None:
            start.wait(30.0)
            return store.remove_log("t1", "j1", 1, reason=str(number), at=float(number))

        with ThreadPoolExecutor(4) as threads:
            told = [each for each in threads.map(remove, range(4)) if each is not None]
        assert len(told) == 1
        assert store.removed_log("t1", "j1", 1) is not None
        assert list(store.logs()) == []

    def test_log_that_is_not_there_is_not_removed(self, store: ArtifactStore) -> None:
        """Nothing is noted of it either."""
        assert store.remove_log("t1", "j1", 1, reason="why", at=1.0) is None
        assert store.removed_log("t1", "j1", 1) is None

    @pytest.mark.parametrize(
        ("trial_id", "job_id", "attempt"),
        [("..", "j1", 1), ("t1", "../t2/j1", 1), ("", "j1", 1), ("t1", "j1", 0), ("t1", "j1", -1)],
    )
    def test_no_log_is_removed_under_a_strange_name(
        self, store: ArtifactStore, trial_id: str, job_id: str, attempt: int
    ) -> None:
        """Nothing outside the store can be reached."""
        store.append_log("t2", "j1", 1, 0, b"stays")
        assert store.remove_log(trial_id, job_id, attempt, reason="why", at=1.0) is None
        assert store.removed_log(trial_id, job_id, attempt) is None
        assert store.read_log("t2", "j1", 1, 0, 100) == b"stays"

    def test_chunks_for_a_removed_log_are_dropped(self, store: ArtifactStore) -> None:
        """A worker that comes back very late neither fails nor brings a part of it back."""
        text = b"x" * 65_536
        store.append_log("t1", "j1", 1, 0, text)
        store.remove_log("t1", "j1", 1, reason="why", at=1.0)
        for offset in (0, 5, 65_536, 1_000_000):
            store.append_log("t1", "j1", 1, offset, text)
        assert store.read_log("t1", "j1", 1, 0, 100) == b""
        assert list(store.logs()) == []
        store.append_log("t1", "j1", 2, 0, b"the next attempt's is another")
        assert store.read_log("t1", "j1", 2, 0, 8) == b"the next"

    def test_very_many_logs_are_listed(self, store: ArtifactStore) -> None:
        """More than one answer of a server holds."""
        for number in range(510):
            store.append_log("t1", f"t1.{number}", 1, 0, b"%d" % number)
        assert {each.job_id for each in store.logs()} == {f"t1.{n}" for n in range(510)}


def _place(log: KeptLog) -> tuple[str, str, int]:
    return log.trial_id, log.job_id, log.attempt
