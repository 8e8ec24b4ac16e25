"""A small typed client of the REST API of Hyperdock: `connect()`, and go from there."""

from hyperdock_client.client import AsyncClient, Client, connect, connect_async
from hyperdock_client.errors import (
    ApiError,
    Forbidden,
    HyperdockClientError,
    NoGateway,
    NotFound,
    Problem,
    Refused,
    StillRunning,
    TooSlow,
    Unauthorized,
    Unreachable,
)
from hyperdock_client.evaluators import AsyncEvaluatedJob, AsyncEvaluator, EvaluatedJob, Evaluator
from hyperdock_client.jobs import AsyncJob, Job
from hyperdock_client.trials import AsyncTrial, Trial

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncEvaluatedJob",
    "AsyncEvaluator",
    "AsyncJob",
    "AsyncTrial",
    "Client",
    "EvaluatedJob",
    "Evaluator",
    "Forbidden",
    "HyperdockClientError",
    "Job",
    "NoGateway",
    "NotFound",
    "Problem",
    "Refused",
    "StillRunning",
    "TooSlow",
    "Trial",
    "Unauthorized",
    "Unreachable",
    "connect",
    "connect_async",
]
