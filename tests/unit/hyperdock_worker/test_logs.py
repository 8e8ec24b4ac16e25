"""The logs of targets reach the store while they grow, whole, whatever happens on the way."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.hyperdock_worker.taps import Outage, Tap, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.workshop import offer

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import Order
from hyperdock_worker.folders import AttemptFolders
from hyperdock_worker.logs import LogShipper


class Shipping:
    """A shipper at work, from a worker's folders to a store."""

    def __init__(self, folder: Path) -> None:
        self.store = FolderArtifactStore(folder / "results")
        self.folders = AttemptFolders(folder / "work")
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def shipper(self, tap: Tap | None = None) -> LogShipper:
        """A shipper that is at work, with a tap on the store if wanted."""
        store = tapped(self.store, tap) if tap else self.store
        shipper = LogShipper(store, every=0.01)
        self._threads.append(threading.Thread(target=shipper.run, args=[self._stop]))
        self._threads[-1].start()
        return shipper

    def order(self, number: int = 1) -> Order:
        """An attempt that has begun."""
        return self.folders.create(offer(number), 0)

    def stored(self, order: Order) -> str:
        """What the store has of an attempt's log."""
        job = order.offer
        return self.store.read_log(job.trial_id, job.job_id, job.attempt, 0, 1 << 24).decode()

    def close(self) -> None:
        """Ends the shippers."""
        self._stop.set()
        for thread in self._threads:
            thread.join(SOON)


@pytest.fixture
def shipping(tmp_path: Path) -> Iterator[Shipping]:
    """A store and folders."""
    made = Shipping(tmp_path)
    yield made
    made.close()


def prints(order: Order, text: str) -> None:
    """Appends to an attempt's log."""
    with order.folder.log.open("a") as log:
        log.write(text)


def test_a_log_can_be_read_while_it_grows(shipping: Shipping) -> None:
    """What was printed is in the store soon, long before the end."""
    shipper, order = shipping.shipper(), shipping.order()
    shipper.add(order)
    prints(order, "one\n")
    until(lambda: shipping.stored(order) == "one\n")
    prints(order, "two\nthree\n")
    until(lambda: shipping.stored(order) == "one\ntwo\nthree\n")


def test_a_finished_log_is_complete(shipping: Shipping) -> None:
    """Nothing of the end is left to the next look, however much it is."""
    shipper = LogShipper(shipping.store, every=3600)
    order = shipping.order()
    shipper.add(order)
    prints(order, "x" * 1_000_000)
    shipper.finish(order)
    assert shipping.stored(order) == "x" * 1_000_000


def test_an_attempt_that_printed_nothing_is_finished(shipping: Shipping) -> None:
    """There may be no log at all, as where nothing could be started."""
    shipper, order = shipping.shipper(), shipping.order()
    shipper.add(order)
    shipper.finish(order)
    shipper.finish(shipping.order(2))
    assert shipping.stored(order) == ""


def test_the_next_process_completes_a_log(shipping: Shipping) -> None:
    """It ships from the beginning: what is there already stays as it is."""
    order = shipping.order()
    prints(order, "before\n")
    first = LogShipper(shipping.store)
    first.add(order)
    first.finish(order)
    prints(order, "after\n")
    second = LogShipper(shipping.store)
    second.add(order)
    second.finish(order)
    assert shipping.stored(order) == "before\nafter\n"


def test_an_outage_of_the_store_loses_nothing(shipping: Shipping) -> None:
    """Shipping goes on where it was when the store is back."""
    outage = Outage(StorageUnavailable("full"), "append_log", lasts=False)
    shipper, order = shipping.shipper(outage), shipping.order()
    shipper.add(order)
    prints(order, "before\n")
    until(lambda: shipping.stored(order) == "before\n")
    outage.lasts = True
    prints(order, "during\n")
    until(lambda: outage.hits > 2)
    with pytest.raises(StorageUnavailable):
        shipper.finish(order)
    outage.lasts = False
    prints(order, "after\n")
    until(lambda: shipping.stored(order) == "before\nduring\nafter\n")


def test_a_log_that_the_store_lost_is_shipped_again(shipping: Shipping, tmp_path: Path) -> None:
    """Somebody tidied up in the results: what the worker has is put there once more."""
    shipper, order = LogShipper(shipping.store), shipping.order()
    shipper.add(order)
    prints(order, "before\n")
    shipper.finish(order)
    (tmp_path / "results" / order.offer.trial_id / order.offer.job_id / "log.txt").unlink()
    prints(order, "after\n")
    with pytest.raises(StorageUnavailable):
        shipper.finish(order)
    shipper.finish(order)
    assert shipping.stored(order) == "before\nafter\n"


def test_one_broken_log_does_not_hold_up_the_others(shipping: Shipping) -> None:
    """Whatever a target made of its log's place, the other targets' logs are shipped."""
    shipper, broken, sound = shipping.shipper(), shipping.order(1), shipping.order(2)
    broken.folder.log.mkdir()
    shipper.add(broken)
    shipper.add(sound)
    prints(sound, "one\n")
    until(lambda: shipping.stored(sound) == "one\n")
    shipper.finish(broken)


def test_an_error_that_nobody_foresaw_does_not_end_the_shipping(shipping: Shipping) -> None:
    """The thread that ships for all goes on."""
    outage = Outage(RuntimeError("a fault in the store's library"), "append_log")
    shipper, order = shipping.shipper(outage), shipping.order()
    shipper.add(order)
    prints(order, "one\n")
    until(lambda: outage.hits > 2)
    outage.lasts = False
    until(lambda: shipping.stored(order) == "one\n")


def test_a_slow_log_does_not_hold_up_the_end_of_another(shipping: Shipping) -> None:
    """A slot that reports its job's end never waits for another slot's log."""
    slow, quick = shipping.order(1), shipping.order(2)
    held, inside = threading.Event(), threading.Event()

    def hold_up(name: str, args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        if name == "append_log" and args[1] == slow.offer.job_id:
            inside.set()
            held.wait(SOON)
        return call()

    shipper = shipping.shipper(hold_up)
    shipper.add(slow)
    shipper.add(quick)
    prints(slow, "slow\n")
    assert inside.wait(SOON)
    prints(quick, "quick\n")
    finishing = threading.Thread(target=shipper.finish, args=[quick], daemon=True)
    finishing.start()
    finishing.join(SOON / 4)
    ended = not finishing.is_alive()
    held.set()
    assert ended
    assert shipping.stored(quick) == "quick\n"


def test_a_forgotten_log_is_left_alone(shipping: Shipping) -> None:
    """Nothing more is shipped of an attempt that nobody wants."""
    outage = Outage(StorageUnavailable("full"), "append_log")
    shipper, gone, other = shipping.shipper(outage), shipping.order(1), shipping.order(2)
    shipper.add(gone)
    prints(gone, "gone\n")
    until(lambda: outage.hits > 0)
    shipper.forget(gone)
    outage.lasts = False
    shipper.add(other)
    prints(other, "other\n")
    until(lambda: shipping.stored(other) == "other\n")
    assert shipping.stored(gone) == ""


def test_a_target_that_said_nothing_has_an_empty_log(shipping: Shipping, tmp_path: Path) -> None:
    """So that a folder of results looks the same for every job."""
    shipper, order = shipping.shipper(), shipping.order()
    shipper.add(order)
    shipper.finish(order)
    job = order.offer
    log = tmp_path / "results" / job.trial_id / job.job_id / "log.txt"
    assert log.read_bytes() == b""
