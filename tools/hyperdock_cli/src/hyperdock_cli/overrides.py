"""`--set budget.jobs=10`: changes to a trial file's document from the command line."""

from typing import cast

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.spec.documents import check_json, load_value

_SHORT_FOR = {"algorithm": "name"}
"""Fields that may be a single word, and the key that the word stands for."""


def override(document: JsonObject, changes: tuple[str, ...]) -> JsonObject:
    """The document with each `dotted.key=value`; values are read as YAML.

    Raises:
        Fault: a change is no such thing, or leads through what has no fields.
    """
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals or not all(key.split(".")):
            problem = f"--set {change}: must be KEY=VALUE, e.g. budget.jobs=10"
            raise Fault(problem, code=REFUSED)
        document = cast("JsonObject", _with(document, key.split("."), _value(change, text), change))
    return document


def _with(place: Json, path: list[str], value: Json, change: str) -> Json:
    if not path:
        return value
    head, rest = path[0], path[1:]
    match place:
        case dict():
            inner = place.get(head)
            if rest and isinstance(inner, str) and head in _SHORT_FOR:
                inner = {_SHORT_FOR[head]: inner}
            if rest and inner is None:
                inner = {}
            return {**place, head: _with(inner, rest, value, change)}
        case list() if head.isdecimal() and int(head) < len(place):
            items = list(place)
            items[int(head)] = _with(items[int(head)], rest, value, change)
            return items
        case _:
            raise Fault(f"--set {change}: there is no place for {head!r}", code=REFUSED)


def _value(change: str, text: str) -> Json:
    try:
        value = load_value(text)
        check_json(value)
    except InvalidTrial as error:
        raise Fault(f"--set {change}: {error.problem}", code=REFUSED) from error
    return cast("Json", value)
