"""What is special about artifacts in a folder: their layout, renames, and what targets try."""

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

import pytest

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.errors import StorageUnavailable


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the artifacts are."""
    return tmp_path / "results"


@pytest.fixture
def store(root: Path) -> FolderArtifactStore:
    """A store in its folder."""
    return FolderArtifactStore(root)


@pytest.fixture
def attempt(tmp_path: Path) -> Path:
    """The folder of an attempt."""
    (tmp_path / "attempt" / "out").mkdir(parents=True)
    return tmp_path / "attempt"


def test_people_find_files_and_logs_by_trial_and_job(
    store: FolderArtifactStore, root: Path, attempt: Path
) -> None:
    """The folder looks like the words that people use."""
    (attempt / "loss.json").write_text("1")
    store.append_log("t1", "j1", 1, 0, b"first")
    store.append_log("t1", "j1", 2, 0, b"second")
    store.put_folder("t1", "j1", 1, attempt)
    assert store.location("t1") == str(root / "t1")
    assert (root / "t1" / "j1" / "loss.json").read_text() == "1"
    assert (root / "t1" / "j1" / "log.txt").read_text() == "first"
    assert (root / "t1" / "j1" / "log.attempt-2.txt").read_text() == "second"


def test_further_attempts_have_folders_beside_the_first(
    store: FolderArtifactStore, root: Path, attempt: Path, tmp_path: Path
) -> None:
    """People see which attempt left what; the logs of all of them are in one place."""
    store.put_folder("t1", "j1", 1, attempt)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "loss.json").write_text("2")
    store.append_log("t1", "j1", 2, 0, b"second")
    store.put_folder("t1", "j1", 2, tmp_path / "second")
    assert (root / "t1" / "j1-attempt-2" / "loss.json").read_text() == "2"
    assert (root / "t1" / "j1" / "log.attempt-2.txt").read_text() == "second"
    assert not (root / "t1" / "j1" / "loss.json").exists()


@pytest.fixture
def shared(root: Path, attempt: Path) -> Path:
    """A job's folder from before attempts were kept apart; it has the files of the second."""
    folder = root / "t1" / "j1"
    folder.mkdir(parents=True)
    (folder / "loss.json").write_text("2")
    (folder / ".taken-from").write_text(hashlib.sha256(bytes(attempt.resolve())).hexdigest())
    return folder


def test_old_folder_shows_its_files_for_every_attempt(
    store: FolderArtifactStore, shared: Path
) -> None:
    """Whichever attempt decided the job: nobody wrote down which it was."""
    for number in (1, 2, 3):
        assert [each.path for each in store.list("t1", "j1", number)] == ["loss.json"]
        with store.open("t1", "j1", number, "loss.json") as file:
            assert file.read() == b"2"
    assert shared.exists()


def test_old_folder_s_takeover_is_completed_there(
    store: FolderArtifactStore, shared: Path, attempt: Path
) -> None:
    """It was begun by an older version, and what it took is gone from where it came from."""
    (attempt / "out" / "rest").write_text("x")
    store.put_folder("t1", "j1", 2, attempt)
    assert [each.path for each in store.list("t1", "j1", 2)] == ["loss.json", "out/rest"]
    assert (shared / "out" / "rest").exists()


def test_old_folder_is_not_read_for_an_attempt_with_files_of_its_own(
    store: FolderArtifactStore, shared: Path, tmp_path: Path
) -> None:
    """What was stored since is the attempt's."""
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "new").write_text("3")
    store.put_folder("t1", "j1", 3, tmp_path / "third")
    assert [each.path for each in store.list("t1", "j1", 3)] == ["new"]
    assert [each.path for each in store.list("t1", "j1", 2)] == ["loss.json"]
    assert (shared / "loss.json").exists()


def test_files_of_the_same_attempt_from_elsewhere_replace_what_was_there(
    store: FolderArtifactStore, attempt: Path, tmp_path: Path
) -> None:
    """An attempt shows what one folder held, never a mixture of two."""
    (attempt / "old").write_text("1")
    store.put_folder("t1", "j1", 1, attempt)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "new").write_text("2")
    store.put_folder("t1", "j1", 1, tmp_path / "again")
    assert [each.path for each in store.list("t1", "j1", 1)] == ["new"]


class _KilledError(BaseException):
    """In the middle of a write."""


@pytest.mark.parametrize("noted", ["{} attempt 1", "{}"])
def test_takeover_that_is_killed_when_it_is_repeated_loses_nothing(
    store: FolderArtifactStore,
    root: Path,
    attempt: Path,
    monkeypatch: pytest.MonkeyPatch,
    noted: str,
) -> None:
    """Its files have left where they came from; half a mark must not be taken for another one."""

    def torn(path: Path, _text: str) -> None:
        path.write_bytes(b"")
        raise _KilledError

    (attempt / "loss.json").write_text("1")
    store.put_folder("t1", "j1", 1, attempt)
    digest = hashlib.sha256(bytes(attempt.resolve())).hexdigest()
    (root / "t1" / "j1" / ".taken-from").write_text(noted.format(digest))
    with monkeypatch.context() as patched, suppress(_KilledError):
        patched.setattr(Path, "write_text", torn)
        store.put_folder("t1", "j1", 1, attempt)
    store.put_folder("t1", "j1", 1, attempt)
    assert [each.path for each in store.list("t1", "j1", 1)] == ["loss.json"]


def test_files_are_renamed_not_copied(
    store: FolderArtifactStore, root: Path, attempt: Path
) -> None:
    """A file of any size is taken over at once: it stays the same file on the disk."""
    with (attempt / "out" / "huge").open("wb") as file:
        file.truncate(1 << 40)
    inode = (attempt / "out" / "huge").stat().st_ino
    store.put_folder("t1", "j1", 1, attempt)
    assert (root / "t1" / "j1" / "out" / "huge").stat().st_ino == inode
    assert store.list("t1", "j1", 1)[0].size == 1 << 40


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EACCES])
def test_files_are_copied_where_they_cannot_be_renamed(
    store: FolderArtifactStore,
    root: Path,
    attempt: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    """Another file system, or a folder of another user, is no obstacle."""
    (attempt / "out" / "model.bin").write_bytes(b"x" * 3_000_000)

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "rename", refuse)
    store.put_folder("t1", "j1", 1, attempt)
    assert [(each.path, each.size) for each in store.list("t1", "j1", 1)] == [
        ("out/model.bin", 3_000_000)
    ]
    assert not (root / "t1" / "j1" / ".being-copied").exists()


def test_full_disk_is_told_and_survived(
    store: FolderArtifactStore, attempt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A takeover that runs out of room is completed later, without loss."""
    (attempt / "a").write_text("1")
    (attempt / "b").write_text("2")
    with monkeypatch.context() as patched:

        def refuse(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patched.setattr(Path, "rename", refuse)
        patched.setattr(os, "pwrite", refuse)
        with pytest.raises(StorageUnavailable, match="No space left"):
            store.put_folder("t1", "j1", 1, attempt)
        with pytest.raises(StorageUnavailable, match="No space left"):
            store.append_log("t1", "j1", 1, 0, b"x")
    store.put_folder("t1", "j1", 1, attempt)
    store.append_log("t1", "j1", 1, 0, b"x")
    assert [each.path for each in store.list("t1", "j1", 1)] == ["a", "b"]


def test_link_to_a_file_that_was_renamed_leads_there(
    store: FolderArtifactStore, attempt: Path
) -> None:
    """A file whose name cannot be kept is found through a link all the same."""
    (attempt / "log.txt").write_text("1")
    (attempt / "out" / "link").symlink_to("../log.txt")
    store.put_folder("t1", "j1", 1, attempt)
    with store.open("t1", "j1", 1, "out/link") as file:
        assert file.read() == b"1"


def test_links_inside_go_along(store: FolderArtifactStore, root: Path, attempt: Path) -> None:
    """A link from one of the job's files to another still leads there, however it was written."""
    (attempt / "out" / "best").write_text("1")
    (attempt / "out" / "latest").symlink_to("best")
    (attempt / "relative").symlink_to("out/../out/best")
    (attempt / "absolute").symlink_to(attempt / "out" / "best")
    (attempt / "folder").symlink_to("out")
    store.put_folder("t1", "j1", 1, attempt)
    assert [each.path for each in store.list("t1", "j1", 1)] == [
        "absolute",
        "out/best",
        "out/latest",
        "relative",
    ]
    for path in ("absolute", "out/latest", "relative", "folder/best"):
        with store.open("t1", "j1", 1, path) as file:
            assert file.read() == b"1"
    assert (root / "t1" / "j1" / "absolute").readlink() == Path("out/best")


def test_link_that_was_planted_is_not_followed(
    store: FolderArtifactStore, root: Path, tmp_path: Path, attempt: Path
) -> None:
    """Even a link inside the store cannot be read through to somewhere else."""
    store.put_folder("t1", "j1", 1, attempt)
    (tmp_path / "secret").write_text("secret")
    (root / "t1" / "j1" / "planted").symlink_to(tmp_path / "secret")
    (root / "t1" / "j1" / "folder").symlink_to(tmp_path)
    assert list(store.list("t1", "j1", 1)) == []
    for path in ("planted", "folder/secret"):
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", 1, path)


def test_pipe_in_the_store_is_not_opened(
    store: FolderArtifactStore, root: Path, attempt: Path
) -> None:
    """Opening never waits: what is no file cannot be opened."""
    store.put_folder("t1", "j1", 1, attempt)
    os.mkfifo(root / "t1" / "j1" / "pipe")
    assert list(store.list("t1", "j1", 1)) == []
    with pytest.raises(FileNotFoundError):
        store.open("t1", "j1", 1, "pipe")


def test_file_named_like_a_log_is_kept_under_another_name(
    store: FolderArtifactStore, attempt: Path
) -> None:
    """A target's own log.txt is not lost."""
    (attempt / "log.txt").write_text("1")
    (attempt / ".taken-from").write_text("2")
    store.put_folder("t1", "j1", 1, attempt)
    assert [each.path for each in store.list("t1", "j1", 1)] == [
        "target-log.txt",
        "target-taken-from",
    ]


def test_endless_nesting_does_not_fail_the_takeover(
    store: FolderArtifactStore, attempt: Path
) -> None:
    """A target that nests folders without end loses the deepest, not its results."""
    deep = attempt / "out"
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "lost").write_text("1")
    (attempt / "kept").write_text("1")
    store.put_folder("t1", "j1", 1, attempt)
    store.put_folder("t1", "j1", 1, attempt)
    assert [each.path for each in store.list("t1", "j1", 1)] == ["kept"]


def test_locked_folder_does_not_fail_the_takeover(
    store: FolderArtifactStore, attempt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What belongs to another user and cannot be read is left out."""
    (attempt / "kept").write_text("1")
    (attempt / "locked").mkdir()
    scan = os.scandir

    def refuse_locked(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse_locked)
    store.put_folder("t1", "j1", 1, attempt)
    monkeypatch.undo()
    assert [each.path for each in store.list("t1", "j1", 1)] == ["kept"]


def test_location_of_no_trial_is_refused(store: FolderArtifactStore) -> None:
    """Nobody is sent to a folder outside the store."""
    with pytest.raises(ValueError, match="name"):
        store.location("../etc")


def test_removal_that_was_cut_short_is_completed(
    store: FolderArtifactStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What became of a log is noted before it goes: ended in between, nothing is unexplained."""
    store.append_log("t1", "j1", 1, 0, b"log")

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if not missing_ok:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        with pytest.raises(StorageUnavailable):
            store.remove_log("t1", "j1", 1, reason="first", at=1.0)
    assert store.read_log("t1", "j1", 1, 0, 10) == b"log"
    assert [each.size for each in store.logs()] == [3]
    note = store.remove_log("t1", "j1", 1, reason="second", at=2.0)
    assert note is not None
    assert (note.reason, note.size) == ("first", 3)
    assert list(store.logs()) == []
    assert [each.name for each in (root / "t1" / "j1").iterdir()] == ["log.removed.json"]


def test_note_that_cannot_be_written_keeps_the_log(
    store: FolderArtifactStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk no log is removed without a word, and nothing half done is left."""
    store.append_log("t1", "j1", 1, 0, b"log")

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(StorageUnavailable, match="No space left"):
            store.remove_log("t1", "j1", 1, reason="why", at=1.0)
    assert [each.name for each in (root / "t1" / "j1").iterdir()] == ["log.txt"]
    assert store.removed_log("t1", "j1", 1) is None


def test_note_on_a_log_is_none_of_the_jobs_files(
    store: FolderArtifactStore, root: Path, attempt: Path
) -> None:
    """A target cannot write one either: its file is kept under another name."""
    store.append_log("t1", "j1", 1, 0, b"log")
    store.remove_log("t1", "j1", 1, reason="why", at=1.0)
    (attempt / "log.removed.json").write_text("false")
    store.put_folder("t1", "j1", 1, attempt)
    assert [each.path for each in store.list("t1", "j1", 1)] == ["target-log.removed.json"]
    note = store.removed_log("t1", "j1", 1)
    assert note is not None
    assert note.reason == "why"
    (root / "t1" / "j1" / "log.removed.json").write_text("{")
    with pytest.raises(StorageUnavailable, match="no note"):
        store.removed_log("t1", "j1", 1)


def test_strange_things_among_the_results_are_no_logs(
    store: FolderArtifactStore, root: Path, tmp_path: Path
) -> None:
    """Whatever people put there: files, links, folders that nobody may read."""
    store.append_log("t1", "j1", 2, 0, b"log")
    (root / "notes.txt").write_text("mine")
    (root / "t1" / "notes.txt").write_text("mine")
    (root / "t1" / "j1" / "log.attempt-01.txt").write_text("mine")
    (root / "t1" / "j1" / "log.attempt-1.txt").write_text("mine")
    (root / "t1" / "j2" / "log.txt").mkdir(parents=True)
    (tmp_path / "elsewhere" / "j3").mkdir(parents=True)
    (tmp_path / "elsewhere" / "j3" / "log.txt").write_text("mine")
    (root / "t2").symlink_to(tmp_path / "elsewhere")
    (root / "t1" / "j3").symlink_to(tmp_path / "elsewhere" / "j3")
    assert [(each.job_id, each.attempt) for each in store.logs()] == [("j1", 2)]
