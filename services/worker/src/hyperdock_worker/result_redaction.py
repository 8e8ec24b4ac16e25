"""Hides secrets in what a target reported: it becomes an event, which stays for ever."""

from dataclasses import replace
from typing import cast

from hyperdock_common.events import Failed
from hyperdock_common.json_types import JsonObject
from hyperdock_worker.contract import Result
from hyperdock_worker.redaction import Redaction


def without_secrets(result: Result, redaction: Redaction) -> Result:
    """The result with the values hidden in all its texts; its files stay as they are."""
    outcome = result.outcome
    if isinstance(outcome, Failed):
        outcome = replace(outcome, message=redaction.hide_text(outcome.message))
    return replace(
        result,
        outcome=outcome,
        metrics=cast(JsonObject, redaction.hide_json(result.metrics)),
        graphs=[cast(JsonObject, redaction.hide_json(each)) for each in result.graphs],
        warnings=tuple(redaction.hide_text(each) for each in result.warnings),
    )
