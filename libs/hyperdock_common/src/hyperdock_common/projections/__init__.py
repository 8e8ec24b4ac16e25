"""The projections: pure folds from the log to the views that people look at."""

from hyperdock_common.ports import ViewSchema
from hyperdock_common.projections import (
    heartbeats,
    jobs,
    metrics,
    notes,
    specs,
    trials,
    workers,
)
from hyperdock_common.projections.projector import (
    Projection,
    catch_up,
    catch_up_pulses,
    keep_up,
    project,
)

PROJECTIONS = tuple(
    Projection(schema=view.SCHEMA, events=view.EVENTS, keys=view.keys, fold=view.fold)
    for view in (trials, specs, notes, jobs, metrics, workers)
)
"""The folds of facts."""

HEARTBEATS = Projection(
    schema=heartbeats.SCHEMA,
    events=heartbeats.EVENTS,
    keys=heartbeats.keys,
    fold=heartbeats.fold,
)
"""The fold of pulses."""

NOTIFICATIONS = ViewSchema(name="notifications")
"""What people were told, kept by the gateway that tells them: no fold, and nobody compares it."""

SCHEMAS = (*(projection.schema for projection in (*PROJECTIONS, HEARTBEATS)), NOTIFICATIONS)

__all__ = [
    "HEARTBEATS",
    "NOTIFICATIONS",
    "PROJECTIONS",
    "SCHEMAS",
    "Projection",
    "catch_up",
    "catch_up_pulses",
    "keep_up",
    "project",
]
