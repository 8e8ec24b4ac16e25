"""What `loss.json` may hold, and in which words it is refused."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from hyperdock_common.events.job import Failed, Succeeded
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_worker.contract.clean_json import Unusable, clean, clean_text, number, parse
from hyperdock_worker.contract.safe_files import Unreadable, read_small

NAME = "loss.json"
MAX_FILE = 1 << 20
MAX_MESSAGE = 2_000
OWN_KEYS = frozenset({"loss", "state", "msg"})
NOT_FINITE = frozenset({"nan", "inf", "infinity"})  # as other languages print them


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What the target said in its loss.json."""

    outcome: Succeeded | Failed
    metrics: JsonObject = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read_loss(folder: Path) -> Reported:
    """Reads the loss that the target left in its folder."""
    try:
        content = read_small(folder / NAME, MAX_FILE)
    except FileNotFoundError:
        return _failed("no_loss", "the target ended without writing loss.json to HYPERDOCK_DIR")
    except Unreadable as error:
        return _failed("malformed_loss", f"loss.json is refused: {error}")
    if not content.strip():
        return _failed("empty_loss", "loss.json is empty")
    try:
        written = parse(content)
    except ValueError as error:
        return _not_json(content, error)
    return _from_object(written) if isinstance(written, dict) else _from_number(written)


def _not_json(content: bytes, error: ValueError) -> Reported:
    word = content.strip()[:20].decode("utf-8", "replace")
    if word.lstrip("+-").lower() in NOT_FINITE:
        return _failed("non_finite_loss", f"the loss is {word}")
    return _failed("malformed_loss", f"loss.json is not valid JSON: {error}")


def _from_number(written: Json) -> Reported:
    return Reported(outcome=_loss(written, "loss.json holds", 'a number or {"loss": number, …}'))


def _from_object(written: JsonObject) -> Reported:
    state = written.get("state", "ok")
    if state == "fail":
        return _reported(written, _own_failure(written.get("msg")))
    if state != "ok":
        problem = f'the `state` in loss.json is {_shown(state)}, it must be "ok" or "fail"'
        return _failed("malformed_loss", problem)
    if "loss" not in written:
        return _failed("malformed_loss", "the object in loss.json has no `loss`")
    return _reported(written, _loss(written["loss"], "the `loss` in loss.json is", "a number"))


def _own_failure(told: Json) -> Failed:
    message = clean_text(told, MAX_MESSAGE) if isinstance(told, str) else ""
    return Failed(reason="reported_fail", message=message or 'the target reported "state": "fail"')


def _loss(value: Json, found: str, expected: str) -> Succeeded | Failed:
    loss = number(value)
    if loss is None:
        problem = f"{found} {_shown(value)}, expected {expected}"
        return Failed(reason="malformed_loss", message=problem)
    if not math.isfinite(loss):
        return Failed(reason="non_finite_loss", message=f"the loss is {loss}")
    return Succeeded(loss=loss)


def _shown(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{clean_text(value, 60)}"'
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return clean_text(str(value), 60)


def _reported(written: JsonObject, outcome: Succeeded | Failed) -> Reported:
    """The outcome with every further key of the object as a metric."""
    metrics: JsonObject = {}
    warnings = []
    for key, value in written.items():
        if key in OWN_KEYS:
            continue
        try:
            metrics[clean_text(key)] = clean(value)
        except Unusable as error:
            name = clean_text(key, 60)
            warnings.append(f"the metric `{name}` of loss.json is left out: {error}")
    return Reported(outcome=outcome, metrics=metrics, warnings=tuple(warnings))


def _failed(reason: str, message: str) -> Reported:
    return Reported(outcome=Failed(reason=reason, message=message))
