"""The contract of the `ArtifactStore` port: what targets and callers may try to no avail."""

import os
from pathlib import Path

import pytest

from hyperdock_common.ports import ArtifactStore
from hyperdock_common.testing.artifact_contents import contents, fill


class ArtifactSafetyContract:
    """Part of `ArtifactStoreContract`, which gives the fixtures `store` and `attempt`."""

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
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store) == {"out/kept": b"1"}
        for path in ("out/up", "out/absolute", "out/folder/passwd", "worker/secret.txt", "chain"):
            with pytest.raises(FileNotFoundError):
                store.open("t1", "j1", 1, path)
        assert (attempt.parent / "secret.txt").read_text() == "secret"

    def test_pipes_are_left_out(self, store: ArtifactStore, attempt: Path) -> None:
        """What is no file is not touched: to open a pipe could wait for ever."""
        fill(attempt, {"a": b"1"})
        os.mkfifo(attempt / "pipe")
        store.put_folder("t1", "j1", 1, attempt)
        assert contents(store) == {"a": b"1"}
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", 1, "pipe")

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
        store.put_folder("t1", "j1", 1, attempt)
        fill(tmp_path / "second", {"a": b"2"})
        store.put_folder("t1", "j2", 1, tmp_path / "second")
        with pytest.raises(FileNotFoundError):
            store.open("t1", "j1", 1, path)

    @pytest.mark.parametrize("bad", ["", ".", "..", "a/b", "/", "../t1", "a\0b"])
    def test_ids_cannot_lead_elsewhere(self, store: ArtifactStore, attempt: Path, bad: str) -> None:
        """An id that is no plain name finds nothing and takes nothing."""
        fill(attempt, {"a": b"1"})
        assert list(store.list(bad, "j1", 1)) == list(store.list("t1", bad, 1)) == []
        assert store.read_log(bad, "j1", 1, 0, 10) == store.read_log("t1", bad, 1, 0, 10) == b""
        for trial_id, job_id in ((bad, "j1"), ("t1", bad)):
            with pytest.raises(FileNotFoundError):
                store.open(trial_id, job_id, 1, "a")
            with pytest.raises(ValueError, match="name"):
                store.put_folder(trial_id, job_id, 1, attempt)
            with pytest.raises(ValueError, match="name"):
                store.append_log(trial_id, job_id, 1, 0, b"x")
        assert (attempt / "a").read_bytes() == b"1"
