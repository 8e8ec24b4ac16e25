"""The ports: what the services need of the world, each with its guarantees and errors."""

from hyperdock_common.ports.artifacts import ArtifactFile, ArtifactStore
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
from hyperdock_common.ports.log import EventLog
from hyperdock_common.ports.optimizer import Optimizer
from hyperdock_common.ports.runner import AttemptFolder, Exit, Order, Runner, Running
from hyperdock_common.ports.views import (
    Comparison,
    Condition,
    Field,
    Folded,
    Page,
    Plain,
    ViewSchema,
    ViewStore,
)

__all__ = [
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
    "Inbox",
    "JobQueue",
    "Optimizer",
    "Order",
    "Page",
    "Plain",
    "Runner",
    "Running",
    "SetAside",
    "Standing",
    "Subscription",
    "ViewSchema",
    "ViewStore",
]
