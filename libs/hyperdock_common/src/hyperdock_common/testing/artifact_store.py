"""The contract of the `ArtifactStore` port, for every adapter."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from hyperdock_common.ports import ArtifactStore

OpenStore: TypeAlias = Callable[[], ArtifactStore]


class ArtifactStoreContract:
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
        assert list(store.list("t1", "j1")) == []
        assert store.read_log("t1", "j1", 1, 0, 100) == b""
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", "loss.json")

    def test_files_are_listed_and_read(self, store: ArtifactStore, attempt: Path) -> None:
        """What a job left is listed by path and size, sorted, and comes back byte for byte."""
        files = {"params.json": b"{}", "out/a/model.bin": bytes(range(256)), "out/b": b""}
        fill(attempt, files)
        (attempt / "out" / "nothing").mkdir()
        store.put_folder("t1", "j1", attempt)
        assert listed(store) == {"out/a/model.bin": 256, "out/b": 0, "params.json": 2}
        assert contents(store) == files

    def test_names_may_hold_any_character(self, store: ArtifactStore, attempt: Path) -> None:
        """Files are found under the strange names that targets give them."""
        files = {"größer ⚙.txt": b"1", "out/a b\nc": b"2", "out/-x": b"3", "out/.hidden": b"4"}
        fill(attempt, files)
        store.put_folder("t1", "j1", attempt)
        assert contents(store) == files

    def test_name_that_is_no_text_does_no_harm(self, store: ArtifactStore, attempt: Path) -> None:
        """A file whose name is not UTF-8 can be listed and read under a name that is."""
        (attempt / os.fsdecode(b"\xff.txt")).write_bytes(b"1")
        (attempt / os.fsdecode(b"\xff" * 255)).write_bytes(b"2")
        store.put_folder("t1", "j1", attempt)
        assert sorted(contents(store).values()) == [b"1", b"2"]
        assert all(path.encode() for path in listed(store))

    def test_jobs_and_trials_are_apart(
        self, store: ArtifactStore, attempt: Path, tmp_path: Path
    ) -> None:
        """The files of one job are not those of another."""
        fill(attempt, {"a": b"1"})
        fill(tmp_path / "second", {"a": b"2"})
        store.put_folder("t1", "j1", attempt)
        store.put_folder("t2", "j1", tmp_path / "second")
        assert contents(store) == {"a": b"1"}
        assert list(store.list("t1", "j2")) == []

    def test_takeover_can_be_repeated(self, store: ArtifactStore, attempt: Path) -> None:
        """A worker that was killed after a takeover makes it again, with what is left."""
        fill(attempt, {"a": b"1", "out/b": b"2"})
        store.put_folder("t1", "j1", attempt)
        store.put_folder("t1", "j1", attempt)
        assert contents(store) == {"a": b"1", "out/b": b"2"}

    def test_interrupted_takeover_is_completed(self, store: ArtifactStore, attempt: Path) -> None:
        """What was taken before a crash stays, what was left behind follows."""
        fill(attempt, {"a": b"1", "out/b": b"2"})
        store.put_folder("t1", "j1", attempt)
        fill(attempt, {"out/c": b"3", "d": b"4"})
        store.put_folder("t1", "j1", attempt)
        assert contents(store) == {"a": b"1", "out/b": b"2", "out/c": b"3", "d": b"4"}

    def test_takeover_from_a_folder_that_is_gone_changes_nothing(
        self, store: ArtifactStore, attempt: Path
    ) -> None:
        """A worker may repeat a takeover even after it has removed the folder."""
        fill(attempt, {"a": b"1"})
        store.put_folder("t1", "j1", attempt)
        (attempt / "a").unlink(missing_ok=True)
        attempt.rmdir()
        store.put_folder("t1", "j1", attempt)
        assert contents(store) == {"a": b"1"}

    def test_deciding_attempt_replaces_another_ones_files(
        self, store: ArtifactStore, attempt: Path, tmp_path: Path
    ) -> None:
        """A job shows the files of one attempt, never a mixture."""
        fill(attempt, {"loss.json": b"1", "out/old": b"1", "x/y": b"1"})
        store.put_folder("t1", "j1", attempt)
        fill(tmp_path / "attempt-2", {"params.json": b"2", "out/new": b"2", "x": b"2"})
        store.put_folder("t1", "j1", tmp_path / "attempt-2")
        assert contents(store) == {"params.json": b"2", "out/new": b"2", "x": b"2"}

    def test_links_that_lead_outside_are_left_out(
        self, store: ArtifactStore, attempt: Path
    ) -> None:
        """A target cannot make its worker hand out what is not the target's."""
        fill(attempt, {"out/kept": b"1"})
        (attempt / "out" / "up").symlink_to("../../secret.txt")
        (attempt / "out" / "absolute").symlink_to(attempt.parent / "secret.txt")
        (attempt / "out" / "folder").symlink_to("/etc")
        (attempt / "worker").symlink_to("..")
        (attempt / "chain").symlink_to("out/up")
        (attempt / "loop").symlink_to("loop")
        store.put_folder("t1", "j1", attempt)
        assert contents(store) == {"out/kept": b"1"}
        for path in ("out/up", "out/absolute", "out/folder/passwd", "worker/secret.txt", "chain"):
            with pytest.raises(FileNotFoundError):
                store.open("t1", "j1", path)
        assert (attempt.parent / "secret.txt").read_text() == "secret"

    def test_pipes_are_left_out(self, store: ArtifactStore, attempt: Path) -> None:
        """What is no file is not touched: to open a pipe could wait for ever."""
        fill(attempt, {"a": b"1"})
        os.mkfifo(attempt / "pipe")
        store.put_folder("t1", "j1", attempt)
        assert contents(store) == {"a": b"1"}
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", "pipe")

    @pytest.mark.parametrize(
        "path",
        [
            "",
            ".",
            "..",
            "/",
            "/etc/passwd",
            "../j2/a",
            "../../t2/j1/a",
            "out/../../j2/a",
            "./a",
            "a/",
            "a/.",
            "out",
            "a/b",
            "a\0",
            "x" * 5000,
            "//a",
        ],
    )
    def test_path_that_leads_elsewhere_is_not_found(
        self, store: ArtifactStore, attempt: Path, tmp_path: Path, path: str
    ) -> None:
        """Only files inside the job's own folder can be opened."""
        fill(attempt, {"a": b"1", "out/b": b"1"})
        store.put_folder("t1", "j1", attempt)
        fill(tmp_path / "second", {"a": b"2"})
        store.put_folder("t1", "j2", tmp_path / "second")
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", path)

    @pytest.mark.parametrize("bad", ["", ".", "..", "a/b", "/", "../t1", "a\0b"])
    def test_ids_cannot_lead_elsewhere(self, store: ArtifactStore, attempt: Path, bad: str) -> None:
        """An id that is no plain name finds nothing and takes nothing."""
        fill(attempt, {"a": b"1"})
        assert list(store.list(bad, "j1")) == list(store.list("t1", bad)) == []
        assert store.read_log(bad, "j1", 1, 0, 10) == store.read_log("t1", bad, 1, 0, 10) == b""
        for trial_id, job_id in ((bad, "j1"), ("t1", bad)):
            with pytest.raises(FileNotFoundError):
                store.open(trial_id, job_id, "a")
            with pytest.raises(ValueError, match="name"):
                store.put_folder(trial_id, job_id, attempt)
            with pytest.raises(ValueError, match="name"):
                store.append_log(trial_id, job_id, 1, 0, b"x")
        assert (attempt / "a").read_bytes() == b"1"

    def test_log_is_read_by_ranges(self, store: ArtifactStore) -> None:
        """A log grows chunk by chunk and is read from any place."""
        store.append_log("t1", "j1", 1, 0, b"one\n")
        store.append_log("t1", "j1", 1, 4, b"two\n")
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\ntwo\n"
        assert store.read_log("t1", "j1", 1, 2, 3) == b"e\nt"
        assert store.read_log("t1", "j1", 1, 8, 100) == b""
        assert store.read_log("t1", "j1", 1, 99, 100) == b""
        assert store.read_log("t1", "j1", 1, 0, 0) == b""

    def test_chunk_that_comes_again_changes_nothing(self, store: ArtifactStore) -> None:
        """A worker in doubt sends from an earlier place again."""
        store.append_log("t1", "j1", 1, 0, b"one\n")
        store.append_log("t1", "j1", 1, 4, b"two\n")
        store.append_log("t1", "j1", 1, 4, b"two\n")
        store.append_log("t1", "j1", 1, 0, b"one\ntwo\nthree\n")
        store.append_log("t1", "j1", 1, 0, b"one\n")
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\ntwo\nthree\n"

    def test_log_has_no_holes(self, store: ArtifactStore) -> None:
        """A chunk beyond the end is refused: what is missing would be lost in silence."""
        store.append_log("t1", "j1", 1, 0, b"one\n")
        with pytest.raises(ValueError, match="ends at 4"):
            store.append_log("t1", "j1", 1, 5, b"two\n")
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\n"

    def test_every_attempt_has_its_own_log(self, store: ArtifactStore) -> None:
        """The log of a lost attempt stays beside that of the next."""
        for attempt in (1, 2, 12):
            store.append_log("t1", "j1", attempt, 0, f"attempt {attempt}".encode())
        assert store.read_log("t1", "j1", 1, 0, 100) == b"attempt 1"
        assert store.read_log("t1", "j1", 2, 0, 100) == b"attempt 2"
        assert store.read_log("t1", "j1", 12, 0, 100) == b"attempt 12"
        assert store.read_log("t1", "j1", 3, 0, 100) == b""

    def test_logs_and_files_leave_each_other_alone(
        self, store: ArtifactStore, attempt: Path
    ) -> None:
        """Logs are no files of the job, and a target's file cannot pass for a log."""
        store.append_log("t1", "j1", 1, 0, b"the log")
        fill(attempt, {"log.txt": b"false", "log.attempt-2.txt": b"false", "out/log.txt": b"1"})
        store.put_folder("t1", "j1", attempt)
        assert store.read_log("t1", "j1", 1, 0, 100) == b"the log"
        assert store.read_log("t1", "j1", 2, 0, 100) == b""
        assert b"the log" not in contents(store).values()
        assert contents(store)["out/log.txt"] == b"1"

    def test_reopened_store_holds_the_same(self, open_store: OpenStore, attempt: Path) -> None:
        """Artifacts and logs outlive the process that stored them."""
        fill(attempt, {"a": b"1"})
        store = open_store()
        store.put_folder("t1", "j1", attempt)
        store.append_log("t1", "j1", 1, 0, b"log")
        again = open_store()
        assert contents(again) == {"a": b"1"}
        assert again.read_log("t1", "j1", 1, 0, 100) == b"log"

    def test_location_names_the_trial(self, store: ArtifactStore) -> None:
        """People are told where the results of a trial are."""
        assert "t1" in store.location("t1")


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, as a target does."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def listed(store: ArtifactStore) -> dict[str, int]:
    """The paths and sizes of the job that most tests use, in the store's order."""
    files = store.list("t1", "j1")
    assert [each.path for each in files] == sorted(each.path for each in files)
    return {each.path: each.size for each in files}


def contents(store: ArtifactStore) -> dict[str, bytes]:
    """The files of the job that most tests use."""
    found = {}
    for path in listed(store):
        with store.open("t1", "j1", path) as file:
            found[path] = file.read()
    return found
