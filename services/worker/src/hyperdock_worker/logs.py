"""Ships what running targets print to the artifact store, a few times a second."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import ArtifactStore, Order

_log = structlog.get_logger()
_CHUNK = 256 * 1024


@dataclass(slots=True)
class _Shipment:
    """How far an attempt's log was shipped; one thread ships it at a time."""

    order: Order
    offset: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class LogShipper:
    """Copies the logs of attempts, as they grow, from the attempts' folders to the store."""

    def __init__(self, artifacts: ArtifactStore, *, every: float = 0.3) -> None:
        self._artifacts = artifacts
        self._every = every
        self._shipments: dict[str, _Shipment] = {}

    def add(self, order: Order) -> None:
        """Begins to ship an attempt's log, from its beginning."""
        self._shipments[str(order.folder.path)] = _Shipment(order)

    def finish(self, order: Order) -> None:
        """Ships what is left of an attempt's log; a target that said nothing has an empty one.

        Raises:
            StorageUnavailable: the store cannot take it now; finish it again.
        """
        shipment = self._shipments.get(str(order.folder.path)) or _Shipment(order)
        self._ship(shipment)
        if shipment.offset == 0:
            offer = order.offer
            self._artifacts.append_log(offer.trial_id, offer.job_id, offer.attempt, 0, b"")

    def forget(self, order: Order) -> None:
        """Ships nothing more of an attempt."""
        self._shipments.pop(str(order.folder.path), None)

    def run(self, stop: threading.Event) -> None:
        """Ships until told to stop."""
        while not stop.wait(self._every):
            for key, shipment in list(self._shipments.items()):
                if key in self._shipments:
                    self._try_to_ship(shipment)

    def _try_to_ship(self, shipment: _Shipment) -> None:
        try:
            self._ship(shipment)
        except Exception as error:  # noqa: BLE001 - the other logs are not to blame
            job_id = shipment.order.offer.job_id
            _log.warning("log_not_shipped", job=job_id, error=repr(error))

    def _ship(self, shipment: _Shipment) -> None:
        offer = shipment.order.offer
        with shipment.lock:
            for chunk in _chunks(shipment.order.folder.log, shipment.offset):
                try:
                    self._artifacts.append_log(
                        offer.trial_id, offer.job_id, offer.attempt, shipment.offset, chunk
                    )
                except ValueError as error:
                    shipment.offset = 0
                    raise StorageUnavailable(f"the store lost what it had: {error}") from error
                shipment.offset += len(chunk)


def _chunks(log: Path, offset: int) -> Iterator[bytes]:
    """What a log holds from `offset` on; nothing where it is not there, or was made unreadable."""
    try:
        with log.open("rb") as file:
            file.seek(offset)
            while chunk := file.read(_CHUNK):
                yield chunk
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        return
