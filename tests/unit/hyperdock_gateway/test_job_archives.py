"""All that a job left as one archive, over the API."""

import io
import os
import subprocess
import tarfile
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import Api, Site, World

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import AttemptLost, JobClaimed, JobRetracted

MEBIBYTE = 1024 * 1024
LARGE = 300 * MEBIBYTE


@pytest.fixture
def job_id(world: World) -> str:
    """A job that a worker has claimed."""
    return world.add_job(world.add_trial(), 1, claimed=True)


@pytest.fixture
def left(world: World, job_id: str, tmp_path: Path) -> str:
    """The job with a log, its params, its loss, and what it wrote for a user."""
    folder = tmp_path / "left"
    (folder / "out" / "deep").mkdir(parents=True)
    (folder / "params.json").write_text('{"x": 0.1}')
    (folder / "loss.json").write_text('{"loss": 1.5}')
    (folder / "out" / "model.bin").write_bytes(bytes(range(256)))
    (folder / "out" / "deep" / "größe\n1.txt").write_text("7")
    (folder / "out" / "passwd").symlink_to("/etc/passwd")
    world.artifacts.put_folder("tune-aaaaaa", job_id, 1, folder)
    world.artifacts.append_log("tune-aaaaaa", job_id, 1, 0, b"one\ntwo\n")
    return job_id


def unpacked(raw: bytes) -> dict[str, bytes]:
    """What is in an archive, by path, in order."""
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        entries = archive.getmembers()
        read = [(each.name, archive.extractfile(each)) for each in entries]
        return {name: stream.read() for name, stream in read if stream is not None}


def test_archive_holds_files_and_log(api: Api, left: str) -> None:
    """Params, loss, output and log are there as they are, links to elsewhere are not."""
    answer = api.get(f"/jobs/{left}/archive")
    assert answer.headers["content-type"] == "application/gzip"
    named = f'attachment; filename="{left}.tar.gz"'
    assert answer.headers["content-disposition"] == named
    found = unpacked(answer.content)
    assert found == {
        f"{left}/loss.json": b'{"loss": 1.5}',
        f"{left}/out/deep/größe_1.txt": b"7",
        f"{left}/out/model.bin": bytes(range(256)),
        f"{left}/params.json": b'{"x": 0.1}',
        f"{left}/log.txt": b"one\ntwo\n",
    }
    assert list(found)[-1] == f"{left}/log.txt"


def test_archive_says_what_became_of_a_removed_log(api: Api, world: World, left: str) -> None:
    """In place of an empty log there is a sentence."""
    world.artifacts.remove_log("tune-aaaaaa", left, 1, reason="it was old", at=0.0)
    found = unpacked(api.get(f"/jobs/{left}/archive").content)
    assert f"{left}/log.txt" not in found
    assert found[f"{left}/log.removed.txt"] == (
        b"the log of attempt 1 (8 bytes) was removed on 1970-01-01 at 00:00 UTC: it was old\n"
    )


def test_archive_is_the_same_again(api: Api, left: str) -> None:
    """Asked for twice, an archive has the same bytes."""
    first = api.get(f"/jobs/{left}/archive").content
    assert api.get(f"/jobs/{left}/archive").content == first


def test_archive_is_of_the_deciding_attempt(
    api: Api, world: World, left: str, tmp_path: Path
) -> None:
    """A second attempt has an archive of its own files and log, and says so in its name."""
    world.publish(
        AttemptLost(trial_id="tune-aaaaaa", job_id=left, attempt=1, worker_id="w", reason="silent"),
        JobClaimed(trial_id="tune-aaaaaa", job_id=left, attempt=2, worker_id="w", slot=0),
    )
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "loss.json").write_text("2")
    world.artifacts.put_folder("tune-aaaaaa", left, 2, tmp_path / "second")
    world.artifacts.append_log("tune-aaaaaa", left, 2, 0, b"second")
    answer = api.get(f"/jobs/{left}/archive")
    assert f'"{left}-attempt-2.tar.gz"' in answer.headers["content-disposition"]
    folder = f"{left}-attempt-2"
    assert unpacked(answer.content) == {f"{folder}/loss.json": b"2", f"{folder}/log.txt": b"second"}


def test_job_that_never_ran_has_no_archive(api: Api, world: World) -> None:
    """A job of which no attempt has begun is a 404 that says so."""
    answer = api.get(f"/jobs/{world.add_job(world.add_trial(), 1)}/archive")
    assert answer.status_code == 404
    assert "no attempt of it has begun" in answer.json()["detail"]


def test_best_job_has_its_archive_at_the_trial(api: Api, world: World, left: str) -> None:
    """The archive of a trial's best job follows the results, also those that are retracted."""
    other = world.add_job("tune-aaaaaa", 2, claimed=True)
    path = "/trials/tune-aaaaaa/best/archive"
    missing = api.get(path)
    assert missing.status_code == 404
    assert "none has succeeded" in missing.json()["detail"]
    world.end_job(left, 2.0)
    assert f"{left}/params.json" in unpacked(api.get(path).content)
    world.end_job(other, 1.0)
    assert set(unpacked(api.get(path).content)) == {f"{other}/log.txt"}
    world.publish(JobRetracted(trial_id="tune-aaaaaa", job_id=other, reason=""))
    assert f"{left}/params.json" in unpacked(api.get(path).content)


def test_best_of_unknown_trials_is_a_404(api: Api) -> None:
    """There is no best job of nothing."""
    assert api.get("/trials/nothing/best/archive").status_code == 404


def test_archive_is_read_by_tar(api: Api, left: str, tmp_path: Path) -> None:
    """The usual program unpacks an archive without a word."""
    (tmp_path / "a.tar.gz").write_bytes(api.get(f"/jobs/{left}/archive").content)
    (tmp_path / "there").mkdir()
    done = subprocess.run(
        ["tar", "-xzf", tmp_path / "a.tar.gz", "-C", tmp_path / "there"],
        check=True,
        capture_output=True,
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert (tmp_path / "there" / left / "loss.json").read_text() == '{"loss": 1.5}'


def test_files_that_go_while_it_is_listed_are_told(
    api: Api, world: World, left: str, tmp_path: Path
) -> None:
    """A file that is gone when its turn comes is named in the archive itself."""
    folder = tmp_path / "results" / "tune-aaaaaa" / left
    store = world.artifacts

    class Vanishing:
        def list(self, *place: object) -> object:
            found = store.list(*place)  # type: ignore[arg-type]
            (folder / "loss.json").unlink()
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    answer = api.with_services(artifacts=Vanishing()).get(f"/jobs/{left}/archive")
    found = unpacked(answer.content)
    assert f"{left}/loss.json" not in found
    assert found[f"{left}/PROBLEMS.txt"] == b"loss.json was left out: it is gone\n"


@pytest.fixture
def large(left: str, tmp_path: Path) -> str:
    """The job with a log and a file of 300 MB each, with holes where they can have some."""
    folder = tmp_path / "results" / "tune-aaaaaa" / left
    for path in (folder / "log.txt", folder / "out" / "model.bin"):
        os.truncate(path, LARGE)
    return left


@pytest.mark.parametrize("path", ["log/download", "archive", "files/out/model.bin"])
def test_large_downloads_take_no_memory(site: Site, large: str, path: str) -> None:
    """Of 300 MB that are sent, a few pieces at most are held at any time."""
    tracemalloc.start()
    try:
        size = 0
        with httpx.stream("GET", f"{site.server.url}/api/v1/jobs/{large}/{path}") as answer:
            for piece in answer.iter_raw():
                size += len(piece)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size >= (LARGE if path != "archive" else LARGE // 1100)
    assert held < 16 * MEBIBYTE


def test_store_that_fails_breaks_the_download_off(world: World, left: str) -> None:
    """Nobody takes half an archive for the whole: the connection ends before the answer does."""

    class Broken:
        def open(self, *_: object) -> object:
            raise StorageUnavailable("the disk is gone")

        def __getattr__(self, name: str) -> object:
            return getattr(world.artifacts, name)

    broken: Any = Broken()
    site = Site(replace(world.services, artifacts=broken))
    try:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{site.server.url}/api/v1/jobs/{left}/archive")
    finally:
        site.server.stop()
