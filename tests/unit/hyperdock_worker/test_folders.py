"""The folders tell the next process what to look for."""

import json
from pathlib import Path

import pytest
from tests.unit.hyperdock_worker.workshop import offer

from hyperdock_common.events import JobFinished, Succeeded
from hyperdock_common.testing.builders import envelope
from hyperdock_worker.folders import AttemptFolders

REPORT = envelope(
    JobFinished(
        trial_id="tune-aaaaaa",
        job_id="tune-aaaaaa.1",
        attempt=1,
        worker_id="w1",
        outcome=Succeeded(loss=0.5),
    )
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the folders are."""
    return tmp_path / "state" / "work"


@pytest.fixture
def folders(root: Path) -> AttemptFolders:
    """The folders of a new worker."""
    return AttemptFolders(root)


def test_a_folder_is_ready_for_its_target(folders: AttemptFolders) -> None:
    """Once it is there nothing but the target is missing."""
    order = folders.create(offer(3), slot=1)
    assert json.loads((order.folder.target / "params.json").read_text()) == {"x": 0.3}
    assert (order.folder.target / "out").is_dir()


def test_the_next_process_finds_the_orders(folders: AttemptFolders, root: Path) -> None:
    """Offer, slot and place are the same after a restart."""
    made = [folders.create(offer(1), 0), folders.create(offer(2, attempt=3), 1)]
    assert AttemptFolders(root).orders() == made


def test_nothing_of_an_earlier_folder_is_left_in_a_new_one(folders: AttemptFolders) -> None:
    """A result that lies there from before must not be taken for the new target's."""
    first = folders.create(offer(), 0)
    (first.folder.target / "loss.json").write_text("1")
    folders.keep_report(first, REPORT)
    second = folders.create(offer(), 0)
    assert not (second.folder.target / "loss.json").exists()
    assert folders.kept_report(second) is None


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"slot": 1}'])
def test_a_folder_without_a_readable_order_is_removed(
    folders: AttemptFolders, root: Path, content: bytes | None
) -> None:
    """A process that died while it made a folder has started nothing in it."""
    (root / "torn").mkdir()
    if content is not None:
        (root / "torn" / "order.json").write_bytes(content)
    kept = folders.create(offer(), 0)
    assert folders.orders() == [kept]
    assert not (root / "torn").exists()


def test_a_report_is_kept(folders: AttemptFolders, root: Path) -> None:
    """The next process says the very same event, under the same id."""
    order = folders.create(offer(), 0)
    assert folders.kept_report(order) is None
    folders.keep_report(order, REPORT)
    assert AttemptFolders(root).kept_report(order) == REPORT


@pytest.mark.parametrize("content", [b"", b"{", b"[]"])
def test_a_torn_report_is_none(folders: AttemptFolders, content: bytes) -> None:
    """Then the target's end is judged again."""
    order = folders.create(offer(), 0)
    (order.folder.path / "report.json").write_bytes(content)
    assert folders.kept_report(order) is None


def test_a_report_is_kept_where_the_target_took_its_folder_away(folders: AttemptFolders) -> None:
    """A local process may remove what is its worker's: its job still has to end."""
    order = folders.create(offer(), 0)
    folders.remove(order)
    folders.keep_report(order, REPORT)
    assert folders.kept_report(order) == REPORT


def test_a_removed_folder_is_gone(folders: AttemptFolders, root: Path) -> None:
    """Removing it again does no harm."""
    order = folders.create(offer(), 0)
    folders.remove(order)
    folders.remove(order)
    assert list(root.iterdir()) == []
