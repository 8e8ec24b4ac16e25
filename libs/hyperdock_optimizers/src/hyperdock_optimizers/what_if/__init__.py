"""What would have been: other rules and other algorithms over a recorded trial. Nothing runs.

*   `recorded` reads a trial from its log: what was asked, what was reported, what ended, when;
*   `stopping` and `pruning` are rules that end a trial, or its jobs, earlier: over what is
    recorded they are exact;
*   `surrogate` guesses losses where nothing was evaluated, and says how well it can;
*   `runs` lets an algorithm run over what is recorded, and guesses nothing that is.
"""

from hyperdock_optimizers.what_if.pruning import Pruned, median_pruning
from hyperdock_optimizers.what_if.recorded import RecordedJob, RecordedTrial, read_trial
from hyperdock_optimizers.what_if.runs import Run, Supposed, suppose
from hyperdock_optimizers.what_if.stopping import Stop, Stopped, stopped
from hyperdock_optimizers.what_if.surrogate import CannotTell, Quality

__all__ = [
    "CannotTell",
    "Pruned",
    "Quality",
    "RecordedJob",
    "RecordedTrial",
    "Run",
    "Stop",
    "Stopped",
    "Supposed",
    "median_pruning",
    "read_trial",
    "stopped",
    "suppose",
]
