"""The checker: what must always hold, looked for in a log, its views and an engine's containers.

It changes nothing, works on a system that moves, and needs little memory for any log: see
`check_system`, and docs/checking.md for what is and what is not looked at.
"""

from hyperdock_common.checking.containers import (
    ListContainers,
    TargetContainer,
    check_containers,
)
from hyperdock_common.checking.findings import INVARIANTS, Counts, Finding, Report
from hyperdock_common.checking.log import LogChecker, check_log
from hyperdock_common.checking.progress import Progress
from hyperdock_common.checking.system import System, check_system
from hyperdock_common.checking.views import check_views

__all__ = [
    "INVARIANTS",
    "Counts",
    "Finding",
    "ListContainers",
    "LogChecker",
    "Progress",
    "Report",
    "System",
    "TargetContainer",
    "check_containers",
    "check_log",
    "check_system",
    "check_views",
]
