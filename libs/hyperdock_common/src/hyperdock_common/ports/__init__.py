"""The ports: what the services need of the world, each with its guarantees and errors."""

from hyperdock_common.ports.artifacts import (
    ArtifactFile,
    ArtifactStore,
    KeptLog,
    KeptLogs,
    RemovedLog,
)
from hyperdock_common.ports.bus import (
    Delivery,
    EventBus,
    Feed,
    Inbox,
    JobQueue,
    SetAside,
    Standing,
    Subscription,
)
from hyperdock_common.ports.log import ArchiveMark, EventLog, LogReader, StoredEvent, StoredLog
from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.ports.runner import AttemptFolder, Exit, Order, Runner, Running
from hyperdock_common.ports.stored_views import StoredDocument, StoredViews
from hyperdock_common.ports.views import (
    Comparison,
    Condition,
    Field,
    Folded,
    Generation,
    Page,
    Plain,
    RebuildableViews,
    Role,
    ViewGenerations,
    ViewSchema,
    ViewStore,
)

__all__ = [
    "ArchiveMark",
    "ArtifactFile",
    "ArtifactStore",
    "AttemptFolder",
    "Comparison",
    "Condition",
    "Delivery",
    "EventBus",
    "EventLog",
    "Exit",
    "Feed",
    "Field",
    "Folded",
    "Generation",
    "Inbox",
    "JobQueue",
    "KeptLog",
    "KeptLogs",
    "LogReader",
    "Optimizer",
    "Order",
    "Page",
    "Plain",
    "RebuildableViews",
    "RemovedLog",
    "Role",
    "Runner",
    "Running",
    "SetAside",
    "Standing",
    "StoredDocument",
    "StoredEvent",
    "StoredLog",
    "StoredViews",
    "Subscription",
    "ViewGenerations",
    "ViewSchema",
    "ViewStore",
]
