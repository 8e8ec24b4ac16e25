"""The target's contract: what a target finds in its folder, and what it leaves there.

Pure functions over a folder, the same for every runner. See docs/target-contract.md.
"""

from hyperdock_worker.contract.folder import folder_size, prepare
from hyperdock_worker.contract.metrics import Metric, MetricsReader
from hyperdock_worker.contract.result import Result, read_result

__all__ = ["Metric", "MetricsReader", "Result", "folder_size", "prepare", "read_result"]
