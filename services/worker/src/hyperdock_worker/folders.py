"""The attempts on this worker's disk: what it took on and has not yet handed over in full.

A folder appears before its target can start and goes when the result is confirmed, so whatever
happens to the process, the folders tell the next one what to look for.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from hyperdock_common.errors import DecodeError
from hyperdock_common.events import Envelope
from hyperdock_common.events.codec import decode, encode
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import AttemptFolder, Order
from hyperdock_worker.contract import prepare

_log = structlog.get_logger()
_ORDER = "order.json"
_REPORT = "report.json"


class _StoredOrder(msgspec.Struct):
    offer: JobOffer
    slot: int


class AttemptFolders:
    """Makes, finds and removes the folders of attempts below one root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def create(self, offer: JobOffer, slot: int) -> Order:
        """A fresh folder for an attempt, with its order in it, ready for its target.

        Raises:
            OSError: there is no room for it.
        """
        path = self._root / f"{offer.job_id}-{offer.attempt}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        folder = AttemptFolder(path=path)
        prepare(folder.target, offer.params)
        _write(path / _ORDER, msgspec.json.encode(_StoredOrder(offer=offer, slot=slot)))
        return Order(offer=offer, folder=folder, slot=slot)

    def orders(self) -> Sequence[Order]:
        """The orders of every folder that is there; broken ones are removed."""
        found = []
        for path in sorted(self._root.iterdir()):
            try:
                stored = msgspec.json.decode((path / _ORDER).read_bytes(), type=_StoredOrder)
            except (OSError, msgspec.MsgspecError) as error:
                _log.warning("attempt_folder_removed", path=str(path), reason=str(error))
                shutil.rmtree(path, ignore_errors=True)
                continue
            folder = AttemptFolder(path=path)
            found.append(Order(offer=stored.offer, folder=folder, slot=stored.slot))
        return found

    def keep_report(self, order: Order, report: Envelope) -> None:
        """Keeps what will be reported, before the result's files are handed over.

        Raises:
            OSError: there is no room for it.
        """
        order.folder.path.mkdir(exist_ok=True)  # a local process may have removed it
        _write(order.folder.path / _REPORT, encode(report))

    def kept_report(self, order: Order) -> Envelope | None:
        """The report of an attempt that had ended before the process did."""
        try:
            return decode((order.folder.path / _REPORT).read_bytes())
        except (FileNotFoundError, DecodeError):
            return None

    def remove(self, order: Order) -> None:
        """Removes an attempt's folder."""
        shutil.rmtree(order.folder.path, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    """Writes a file that is either there in full or not at all."""
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.rename(path)
