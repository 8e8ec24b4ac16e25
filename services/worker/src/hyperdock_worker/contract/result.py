"""From how a target ended and what it left in its folder to the job's outcome."""

import signal
from dataclasses import dataclass, field
from pathlib import Path

from hyperdock_common.events.job import Failed, Outcome, Succeeded
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.runner import Exit
from hyperdock_worker.contract.graphs import read_graphs
from hyperdock_worker.contract.loss import Reported, read_loss

SIGNAL_EXIT = 128
SHELL_HINTS = {
    126: " (a shell's code for a command that is not executable)",
    127: " (a shell's code for a command that was not found)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a target achieved.

    Attributes:
        outcome: succeeded with its loss, or failed with a reason, as far as the target goes.
        metrics: the further values of loss.json.
        graphs: the target's own graphs.
        warnings: what was left out of metrics and graphs, and why.
    """

    outcome: Outcome
    metrics: JsonObject = field(default_factory=dict)
    graphs: list[JsonObject] = field(default_factory=list)
    warnings: tuple[str, ...] = ()


def read_result(folder: Path, ended: Exit) -> Result:
    """Judges a real end; an exit that is `lost` has no result and must not be asked for one.

    Args:
        folder: `AttemptFolder.target` of the attempt.
        ended: what the runner said.
    """
    reported = read_loss(folder)
    if failure := _failure_of_the_exit(ended, reported):
        reported = Reported(outcome=failure)
    warnings = list(reported.warnings)
    graphs = read_graphs(folder, warnings)
    return Result(
        outcome=reported.outcome,
        metrics=reported.metrics,
        graphs=graphs,
        warnings=tuple(warnings),
    )


def _failure_of_the_exit(ended: Exit, reported: Reported) -> Failed | None:
    """What went wrong before any loss counts."""
    if ended.cannot_start is not None:
        return Failed(reason="cannot_start", message=ended.cannot_start)
    if ended.out_of_memory and not _survived(ended, reported):
        return Failed(
            reason="out_of_memory",
            message="the target, or a process of it, was killed at its memory limit",
        )
    if ended.code != 0:
        return Failed(reason="exit_code", message=_exit_message(ended.code))
    return None


def _survived(ended: Exit, reported: Reported) -> bool:
    """A target that lost a child for want of memory may have coped with it."""
    return ended.code == 0 and isinstance(reported.outcome, Succeeded)


def _exit_message(code: int | None) -> str:
    if code is None:
        return "the target ended with an unknown exit code"
    message = f"the target ended with exit code {code}"
    if code > SIGNAL_EXIT:
        try:
            return f"{message}: killed by {signal.Signals(code - SIGNAL_EXIT).name}"
        except ValueError:
            return message
    return message + SHELL_HINTS.get(code, "")
