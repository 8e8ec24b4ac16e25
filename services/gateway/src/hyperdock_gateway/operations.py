"""Every operation of the REST API, module by module."""

from typing import Final

from hyperdock_gateway import (
    changing,
    cloning,
    columns,
    draining,
    evaluators,
    event_list,
    export,
    fleet,
    forking,
    job_archives,
    job_files,
    job_lists,
    job_logs,
    jobs,
    points,
    set_aside,
    submitting,
    trials,
    validating,
    why,
)
from hyperdock_gateway.api import Operation
from hyperdock_gateway.auth import operations as auth
from hyperdock_gateway.policy import operations as policy
from hyperdock_gateway.retention import operations as retention

OPERATIONS: Final[tuple[Operation, ...]] = (
    *submitting.OPERATIONS,
    *validating.OPERATIONS,
    *cloning.OPERATIONS,
    *forking.OPERATIONS,
    *trials.OPERATIONS,
    *changing.OPERATIONS,
    *points.OPERATIONS,
    *export.OPERATIONS,
    *job_lists.OPERATIONS,
    *columns.OPERATIONS,
    *jobs.OPERATIONS,
    *job_logs.OPERATIONS,
    *job_files.OPERATIONS,
    *job_archives.OPERATIONS,
    *why.OPERATIONS,
    *evaluators.OPERATIONS,
    *fleet.OPERATIONS,
    *draining.OPERATIONS,
    *event_list.OPERATIONS,
    *auth.OPERATIONS,
    *policy.OPERATIONS,
    *retention.OPERATIONS,
    *set_aside.OPERATIONS,
)
