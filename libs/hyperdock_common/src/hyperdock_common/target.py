"""The target's contract, as words that both sides share (see docs/target-contract.md)."""

from types import MappingProxyType
from typing import Final

FAILURES: Final = MappingProxyType(
    {
        "exit_code": "the target ended with a non-zero exit code",
        "no_loss": "the target wrote no loss.json",
        "empty_loss": "loss.json is empty",
        "malformed_loss": "loss.json is neither a number nor an object with a number `loss`",
        "non_finite_loss": "the loss is NaN or infinite",
        "reported_fail": 'the target reported "state": "fail"',
        "timeout": "the target ran longer than the trial's timeout",
        "out_of_memory": "the target needed more memory than it may use",
        "disk_limit": "the target wrote more to its folder than it may",
        "image_unavailable": "the image is not here and cannot be pulled",
        "cannot_start": "the target cannot be started as specified",
        "attempts_exhausted": "every attempt was lost to the infrastructure",
    }
)
"""Every reason of a `Failed` outcome, and what it means."""

NEVER_STARTED: Final = frozenset({"image_unavailable", "cannot_start"})
"""Failures of the specification: each further job of the trial would fail the same way."""
