"""The contract of the `ArtifactStore` port, for every adapter."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from hyperdock_common.ports import ArtifactStore
from hyperdock_common.testing.artifact_contents import contents, fill, listed
from hyperdock_common.testing.artifact_log_removals import LogRemovalContract
from hyperdock_common.testing.artifact_logs import ArtifactLogContract
from hyperdock_common.testing.artifact_safety import ArtifactSafetyContract

OpenStore: TypeAlias = Callable[[], ArtifactStore]


class ArtifactStoreContract(ArtifactLogContract, LogRemovalContract, ArtifactSafetyContract):
    """Inherit it, and give the fixture `open_store`."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens one and the same store, new for this test, as each process would."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> ArtifactStore:
        """The store that most tests use."""
        return open_store()

    @pytest.fixture
    def attempt(self, tmp_path: Path) -> Path:
        """The folder of an attempt, with a secret of the worker's beside it."""
        (tmp_path / "worker" / "attempt-1").mkdir(parents=True)
        (tmp_path / "worker" / "secret.txt").write_text("secret")
        return tmp_path / "worker" / "attempt-1"

    def test_job_without_files_is_empty(self, store: ArtifactStore) -> None:
        """Nothing is known of a job that left nothing."""
        assert list(store.list("t1", "j1", 1)) == []
        assert store.read_log("t1", "j1", 1, 0, 100) == b""
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", 1, "loss.json")

    def test_files_are_listed_and_read(self, store: ArtifactStore, attempt: Path) -> None:
        """What a job left is listed by path and size, sorted, and comes back byte for byte."""
        files = {"params.json": b"{}", "out/a/model.bin": bytes(range(256)), "out/b": b""}
        fill(attempt, files)
        (attempt / "out" / "nothing").mkdir()
        store.put_folder("t1", "j1", 1, attempt)
        assert listed(store) == {"out/a/model.bin": 256, "out/b": 0, "params.json": 2}
        assert contents(store) == files

    def test_names_may_hold_any_character(self, store: ArtifactStore, attempt: Path) -> None:
        """Files are found under the strange names that targets give them."""
        files = {"größer ⚙.txt": b"1", "out/a b\nc": b"2", "out/-x": b"3", "out/.hidden": b"4"}
        fill(attempt, files)
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store) == files

    def test_name_that_is_no_text_does_no_harm(self, store: ArtifactStore, attempt: Path) -> None:
        """A file whose name is not UTF-8 can be listed and read under a name that is."""
        (attempt / os.fsdecode(b"\xff.txt")).write_bytes(b"1")
        (attempt / os.fsdecode(b"\xff" * 255)).write_bytes(b"2")
        store.put_folder("t1", "j1", 1, attempt)
        assert sorted(contents(store).values()) == [b"1", b"2"]
        assert all(path.encode() for path in listed(store))

    def test_jobs_and_trials_are_apart(
        self, store: ArtifactStore, attempt: Path, tmp_path: Path
    ) -> None:
        """The files of one job are not those of another."""
        fill(attempt, {"a": b"1"})
        fill(tmp_path / "second", {"a": b"2"})
        store.put_folder("t1", "j1", 1, attempt)
        store.put_folder("t2", "j1", 1, tmp_path / "second")
        assert contents(store) == {"a": b"1"}
        assert list(store.list("t1", "j2", 1)) == []

    def test_takeover_can_be_repeated(self, store: ArtifactStore, attempt: Path) -> None:
        """A worker that was killed after a takeover makes it again, with what is left."""
        fill(attempt, {"a": b"1", "out/b": b"2"})
        store.put_folder("t1", "j1", 1, attempt)
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store) == {"a": b"1", "out/b": b"2"}

    def test_interrupted_takeover_is_completed(self, store: ArtifactStore, attempt: Path) -> None:
        """What was taken before a crash stays, what was left behind follows."""
        fill(attempt, {"a": b"1", "out/b": b"2"})
        store.put_folder("t1", "j1", 1, attempt)
        fill(attempt, {"out/c": b"3", "d": b"4"})
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store) == {"a": b"1", "out/b": b"2", "out/c": b"3", "d": b"4"}

    def test_takeover_from_a_folder_that_is_gone_changes_nothing(
        self, store: ArtifactStore, attempt: Path
    ) -> None:
        """A worker may repeat a takeover even after it has removed the folder."""
        fill(attempt, {"a": b"1"})
        store.put_folder("t1", "j1", 1, attempt)
        (attempt / "a").unlink(missing_ok=True)
        attempt.rmdir()
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store) == {"a": b"1"}

    def test_attempts_are_apart(self, store: ArtifactStore, attempt: Path, tmp_path: Path) -> None:
        """Whichever attempt decides the job, its files are there whole, and no other's among them.

        They may be stored in any order: a late result of the first, after the second's.
        """
        second = {"params.json": b"2", "out/new": b"2", "x": b"2"}
        fill(tmp_path / "attempt-2", second)
        store.put_folder("t1", "j1", 2, tmp_path / "attempt-2")
        assert contents(store, attempt=1) == {}
        first = {"loss.json": b"1", "out/old": b"1", "x/y": b"1"}
        fill(attempt, first)
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store, attempt=1) == first
        assert contents(store, attempt=2) == second
        for number in (3, 12, 21):
            assert list(store.list("t1", "j1", number)) == []
            with pytest.raises(FileNotFoundError):
                store.open("t1", "j1", number, "x")

    def test_attempt_that_left_nothing_shows_nothing(
        self, store: ArtifactStore, attempt: Path, tmp_path: Path
    ) -> None:
        """The files of the attempt before it are not taken for its own."""
        fill(attempt, {"a": b"1"})
        store.put_folder("t1", "j1", 1, attempt)
        assert list(store.list("t1", "j1", 2)) == []
        (tmp_path / "empty").mkdir()
        store.put_folder("t1", "j1", 2, tmp_path / "empty")
        store.put_folder("t1", "j1", 3, tmp_path / "gone")
        assert list(store.list("t1", "j1", 2)) == list(store.list("t1", "j1", 3)) == []

    @pytest.mark.parametrize("number", [0, -1])
    def test_attempts_count_from_one(
        self, store: ArtifactStore, attempt: Path, number: int
    ) -> None:
        """A job that nobody claimed yet has no files and no log, and none can be given to it."""
        fill(attempt, {"a": b"1"})
        store.put_folder("t1", "j1", 1, attempt)
        store.append_log("t1", "j1", 1, 0, b"x")
        assert list(store.list("t1", "j1", number)) == []
        assert store.read_log("t1", "j1", number, 0, 10) == b""
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", number, "a")
        with pytest.raises(ValueError, match="from 1"):
            store.put_folder("t1", "j1", number, attempt)
        with pytest.raises(ValueError, match="from 1"):
            store.append_log("t1", "j1", number, 0, b"x")

    def test_file_can_be_read_from_any_place(self, store: ArtifactStore, attempt: Path) -> None:
        """A large file is measured by seeking to its end, and read in pieces."""
        large = bytes(range(256)) * 12_345
        fill(attempt, {"out/model": large, "out/empty": b""})
        store.put_folder("t1", "j1", 1, attempt)
        with store.open("t1", "j1", 1, "out/model") as file:
            assert file.seekable()
            assert file.seek(0, os.SEEK_END) == len(large)
            assert file.read(1) == b""
            for offset in (0, 1, 65_535, 1_048_570, 2_097_152, len(large) - 3):
                assert file.seek(offset) == offset
                assert file.read(100) == large[offset : offset + 100]
            file.seek(-5, os.SEEK_END)
            assert file.read() == large[-5:]
            file.seek(0)
            assert file.read() == large
        with store.open("t1", "j1", 1, "out/empty") as file:
            assert (file.seek(0, os.SEEK_END), file.read()) == (0, b"")

    def test_many_files_are_taken(self, store: ArtifactStore, attempt: Path) -> None:
        """A target may leave more files than fit into one message to a server."""
        files = {f"out/{number:04}": b"%d" % number * 50 for number in range(1_234)}
        fill(attempt, files)
        store.put_folder("t1", "j1", 1, attempt)
        assert len(listed(store)) == 1_234
        with store.open("t1", "j1", 1, "out/0999") as file:
            assert file.read() == files["out/0999"]

    def test_links_inside_are_followed(self, store: ArtifactStore, attempt: Path) -> None:
        """A link from one of the attempt's files to another shows what that holds."""
        fill(attempt, {"out/best": b"1", "out/großes": b"2"})
        (attempt / "out" / "latest").symlink_to("best")
        (attempt / "absolute").symlink_to(attempt / "out" / "großes")
        (attempt / "chain").symlink_to("out/latest")
        (attempt / "nothing").symlink_to("out/none")
        (attempt / "hard").hardlink_to(attempt / "out" / "best")
        store.put_folder("t1", "j1", 1, attempt)
        files = {"out/best": b"1", "out/großes": b"2", "out/latest": b"1", "chain": b"1"}
        assert contents(store) == {**files, "absolute": b"2", "hard": b"1"}
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", 1, "nothing")

    def test_logs_and_files_leave_each_other_alone(
        self, store: ArtifactStore, attempt: Path
    ) -> None:
        """Logs are no files of the job, and a target's file cannot pass for a log."""
        store.append_log("t1", "j1", 1, 0, b"the log")
        fill(attempt, {"log.txt": b"false", "log.attempt-2.txt": b"false", "out/log.txt": b"1"})
        store.put_folder("t1", "j1", 1, attempt)
        assert store.read_log("t1", "j1", 1, 0, 100) == b"the log"
        assert store.read_log("t1", "j1", 2, 0, 100) == b""
        assert b"the log" not in contents(store).values()
        assert contents(store)["out/log.txt"] == b"1"

    def test_reopened_store_holds_the_same(self, open_store: OpenStore, attempt: Path) -> None:
        """Artifacts and logs outlive the process that stored them."""
        fill(attempt, {"a": b"1"})
        store = open_store()
        store.put_folder("t1", "j1", 1, attempt)
        store.append_log("t1", "j1", 1, 0, b"log")
        again = open_store()
        assert contents(again) == {"a": b"1"}
        assert again.read_log("t1", "j1", 1, 0, 100) == b"log"

    def test_location_names_the_trial(self, store: ArtifactStore) -> None:
        """People are told where the results of a trial are."""
        assert "t1" in store.location("t1")
