"""The artifacts in MongoDB, when a worker or the database dies in the middle; and as GridFS."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from gridfs import GridFSBucket

from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import RemovedLog
from hyperdock_common.testing.artifact_contents import contents, fill
from hyperdock_common.testing.servers.mongodb import Database

LARGE = bytes(range(256)) * 9_000
SMALLER = LARGE[:300_000]
FILES: Mapping[str, bytes] = {
    "params.json": b"{}",
    "loss.json": b"0.5",
    "out/first": LARGE,
    "out/nothing": b"",
    "out/second": SMALLER,
    "z.txt": b"z",
}


@pytest.fixture
def server(mongodb: Database) -> Iterator[MongoServer]:
    """A connection to a database of one's own."""
    with MongoServer(MongoSettings(url=mongodb.url_of(f"artifacts-{uuid4()}"))) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a target left: small files and large ones, a link, and a file under two names."""
    made = tmp_path / "left"
    fill(made, FILES)
    (made / "link").symlink_to("out/first")
    (made / "twice").hardlink_to(made / "loss.json")
    return made


EXPECTED: Mapping[str, bytes] = {**FILES, "link": LARGE, "twice": b"0.5"}


def url_of(server: MongoServer, database: Database) -> str:
    """Where the server's database is."""
    return database.url_of(server.database.name)


def chunks_without_file(server: MongoServer) -> set[str]:
    """What no reader will ever find."""
    files = {each["_id"] for each in server.database["artifacts.files"].find()}
    return {each["files_id"] for each in server.database["artifacts.chunks"].find()} - files


def unfinished(server: MongoServer) -> int:
    """How many files are still being written."""
    return server.database["artifacts.files"].count_documents({"metadata.partial": True})


def until(happened: Callable[[], object], seconds: float = 30.0) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


def test_a_worker_that_was_killed_anywhere_completes_it_later(
    server: MongoServer, mongodb: Database, folder: Path
) -> None:
    """Killed after each single command: the repetition has every file, whole, and no rubbish."""
    program = Path(__file__).with_name("store_and_die.py")
    said = subprocess.run(
        [sys.executable, program, url_of(server, mongodb), folder],
        capture_output=True,
        text=True,
        check=True,
    )
    attempts = int(said.stdout)
    assert attempts > 10, "it was killed at all the places that there are"
    store = MongoArtifactStore(server)
    for attempt in range(1, attempts + 1):
        before = contents(store, attempt)
        assert before.items() <= EXPECTED.items(), "what is listed is whole, at any moment"
        store.put_folder("t1", "j1", attempt, folder)
        assert contents(store, attempt) == EXPECTED
    assert unfinished(server) == 0
    assert chunks_without_file(server) == set()


def test_files_that_are_gone_when_it_is_repeated_leave_nothing(
    server: MongoServer, mongodb: Database, folder: Path
) -> None:
    """Half of a large file, and small ones that were not entered yet, are removed."""
    program = Path(__file__).with_name("store_and_die.py")
    url = url_of(server, mongodb)
    attempts = int(subprocess.check_output([sys.executable, program, url, folder]))
    for name in ("out/first", "out/second", "z.txt", "link"):
        (folder / name).unlink()
    store = MongoArtifactStore(server)
    for attempt in range(1, attempts + 1):
        store.put_folder("t1", "j1", attempt, folder)
        assert contents(store, attempt).items() <= EXPECTED.items()
    assert unfinished(server) == 0
    assert chunks_without_file(server) == set()


def test_a_file_that_was_changed_is_taken_again(server: MongoServer, folder: Path) -> None:
    """The worker throws away what was too much, and stores what is left."""
    store = MongoArtifactStore(server)
    store.put_folder("t1", "j1", 1, folder)
    fill(
        folder, {"loss.json": b"0.25", "out/first": LARGE * 2, "out/second": b"small", "z.txt": b""}
    )
    store.put_folder("t1", "j1", 1, folder)
    changed = {"loss.json": b"0.25", "twice": b"0.25", "z.txt": b"", "out/second": b"small"}
    large = {"out/first": LARGE * 2, "link": LARGE * 2}
    assert contents(store) == {**EXPECTED, **changed, **large}
    assert chunks_without_file(server) == set()


def test_gridfs_reads_what_was_stored(server: MongoServer, folder: Path) -> None:
    """Whoever knows nothing of Hyperdock gets at the files with any GridFS tool."""
    MongoArtifactStore(server).put_folder("t1", "j1", 1, folder)
    bucket = GridFSBucket(server.database, "artifacts")
    for path, content in FILES.items():
        with bucket.open_download_stream_by_name(f"t1/j1/1/{path}") as stream:
            assert stream.read() == content
    bucket.delete("t1/j1/1/out/first")
    assert chunks_without_file(server) == set()


def test_what_nobody_wrote_is_not_sent(server: MongoServer, folder: Path) -> None:
    """A file that claims a terabyte and holds nothing would be kept as a terabyte of zeros."""
    with (folder / "out" / "huge").open("wb") as file:
        file.truncate(1 << 40)
    store = MongoArtifactStore(server)
    store.put_folder("t1", "j1", 1, folder)
    assert contents(store) == EXPECTED


def test_a_database_that_dies_costs_time_and_nothing_else(tmp_path: Path, folder: Path) -> None:
    """Each call fails in time while it is away; when it is back the same calls complete all."""
    with ExitStack() as stack:
        database = stack.enter_context(Database(tmp_path / "database"))
        server = stack.enter_context(MongoServer(MongoSettings(url=database.url)))
        threads = stack.enter_context(ThreadPoolExecutor())
        store = MongoArtifactStore(server)
        store.append_log("t1", "j1", 1, 0, b"one\n")
        store.put_folder("t1", "j1", 1, folder)
        file = stack.enter_context(store.open("t1", "j1", 1, "out/first"))
        assert file.read(100) == LARGE[:100]
        fill(folder, {"out/model": LARGE * 5})
        calls: list[Future[object]] = [threads.submit(store.put_folder, "t1", "j1", 1, folder)]
        until(lambda: unfinished(server) == 1)
        database.kill()
        calls.append(threads.submit(file.read))
        calls.append(threads.submit(store.append_log, "t1", "j1", 1, 4, b"two\n"))
        assert all(isinstance(each.exception(30.0), StorageUnavailable) for each in calls)
        database.start()
        store.append_log("t1", "j1", 1, 4, b"two\n")
        store.put_folder("t1", "j1", 1, folder)
        assert contents(store) == {**EXPECTED, "out/model": LARGE * 5}
        assert store.read_log("t1", "j1", 1, 0, 100) == b"one\ntwo\n"
        assert chunks_without_file(server) == set()


def test_removal_of_a_log_that_was_cut_short_is_completed(server: MongoServer) -> None:
    """It is noted, and some blocks are gone, the first not: the log is still listed."""
    store = MongoArtifactStore(server)
    store.append_log("t1", "j1", 1, 0, LARGE)
    server.database["removed_logs"].insert_one(
        {"_id": "t1/j1/1", "size": len(LARGE), "removed_at": 1.0, "reason": "first"}
    )
    server.database["logs"].delete_many({"_id": {"$in": ["t1/j1/1/1", "t1/j1/1/20"]}})
    assert [each.job_id for each in store.logs()] == ["j1"]
    note = store.remove_log("t1", "j1", 1, reason="second", at=2.0)
    assert note == RemovedLog(size=len(LARGE), removed_at=1.0, reason="first")
    assert list(store.logs()) == []
    assert server.database["logs"].count_documents({}) == 0


def test_blocks_of_earlier_releases_say_nothing_of_their_time(server: MongoServer) -> None:
    """The log is listed all the same, and one that is written to again has a time."""
    store = MongoArtifactStore(server)
    for job_id in ("j1", "j2"):
        store.append_log("t1", job_id, 1, 0, b"x" * 100_000)
    server.database["logs"].update_many({}, {"$unset": {"changed": 1}})
    store.append_log("t1", "j2", 1, 100_000, b"more")
    found = {each.job_id: each for each in store.logs()}
    assert found["j1"].changed_at is None
    assert found["j2"].changed_at is not None
    assert [found[each].size for each in ("j1", "j2")] == [100_000, 100_004]
