"""What an attempt is lived with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hyperdock_common.ports import ArtifactStore, Runner
from hyperdock_worker.folders import AttemptFolders
from hyperdock_worker.logs import LogShipper
from hyperdock_worker.reporter import Reporter
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the attempts of one worker share.

    Attributes:
        tidy: takes what is to be done off the critical path, and does it until it is done.
    """

    settings: WorkerSettings
    runners: Mapping[str, Runner]
    artifacts: ArtifactStore
    folders: AttemptFolders
    reporter: Reporter
    tracker: Tracker
    shipper: LogShipper
    tidy: Callable[[Callable[[], None]], None]
