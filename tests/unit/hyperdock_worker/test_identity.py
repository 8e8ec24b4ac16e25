"""Who a worker is over its restarts, and that no two living processes are the same one."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from hyperdock_worker.identity import WorkFolderUnusable, take_identity

Holder: TypeAlias = tuple[subprocess.Popen[str], str, str]


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Callable[[], Holder]]:
    """Starts a process that holds an identity below `work`; gives it, its folder and its id."""
    script = Path(__file__).with_name("identity_holder.py")
    with ExitStack() as stack:

        def started() -> Holder:
            process = subprocess.Popen(
                [sys.executable, script, tmp_path / "work"], stdout=subprocess.PIPE, text=True
            )
            stack.callback(process.communicate)
            stack.callback(process.kill)
            assert process.stdout is not None
            folder, worker_id = process.stdout.readline().split()
            return process, folder, worker_id

        yield started


def killed(holder: Holder) -> None:
    """Ends it as a power cut would."""
    holder[0].kill()
    holder[0].wait()


def test_a_worker_that_starts_again_is_the_same(hold: Callable[[], Holder]) -> None:
    """After kill -9 the next process has the id by which the containers are found."""
    first = hold()
    killed(first)
    assert hold()[1:] == first[1:]


def test_workers_that_share_a_folder_are_different(hold: Callable[[], Holder]) -> None:
    """Each replica has an identity of its own, in a folder of its own."""
    holders = [hold() for _ in range(3)]
    assert [folder for _, folder, _ in holders] == ["1", "2", "3"]
    assert len({worker_id for *_, worker_id in holders}) == 3


def test_the_folder_of_a_living_worker_is_never_taken(hold: Callable[[], Holder]) -> None:
    """The one that was killed is found again, between two that live."""
    _first, second, _third = hold(), hold(), hold()
    killed(second)
    assert hold()[1:] == second[1:]
    assert hold()[1] == "4"


def test_a_released_identity_is_free_again(tmp_path: Path) -> None:
    """A worker that ended in good order leaves its identity to the next one."""
    with take_identity(tmp_path) as identity, take_identity(tmp_path) as other:
        assert identity.worker_id != other.worker_id
        assert identity.attempts == tmp_path / "1" / "attempts"
    with take_identity(tmp_path) as again:
        assert again.worker_id == identity.worker_id


@pytest.mark.parametrize("left", ["", "\n"])
def test_an_id_that_was_never_written_is_made_anew(tmp_path: Path, left: str) -> None:
    """A disk that was full, or a power cut, leaves no worker without a name."""
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "worker-id").write_text(left)
    with take_identity(tmp_path) as identity:
        assert identity.worker_id.startswith("worker-")
    assert (tmp_path / "1" / "worker-id").read_text().strip() == identity.worker_id


def test_a_target_does_not_keep_the_identity(tmp_path: Path) -> None:
    """What the worker started may live on; the lock is not its."""
    with take_identity(tmp_path) as identity:
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        with take_identity(tmp_path) as again:
            assert again.worker_id == identity.worker_id
    finally:
        child.kill()
        child.wait()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """The message names the option."""
    (tmp_path / "file").touch()
    with pytest.raises(WorkFolderUnusable, match="choose another --work"):
        take_identity(tmp_path / "file")
