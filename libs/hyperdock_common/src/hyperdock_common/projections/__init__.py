"""The projections: pure folds from the log to the views that people look at."""

from hyperdock_common.projections import heartbeats, jobs, metrics, specs, trials, workers
from hyperdock_common.projections.projector import (
    Projection,
    catch_up,
    catch_up_pulses,
    project,
)

PROJECTIONS = tuple(
    Projection(schema=view.SCHEMA, keys=view.keys, fold=view.fold)
    for view in (trials, specs, jobs, metrics, workers)
)
"""The folds of facts."""

HEARTBEATS = Projection(schema=heartbeats.SCHEMA, keys=heartbeats.keys, fold=heartbeats.fold)
"""The fold of pulses."""

SCHEMAS = tuple(projection.schema for projection in (*PROJECTIONS, HEARTBEATS))

__all__ = [
    "HEARTBEATS",
    "PROJECTIONS",
    "SCHEMAS",
    "Projection",
    "catch_up",
    "catch_up_pulses",
    "project",
]
