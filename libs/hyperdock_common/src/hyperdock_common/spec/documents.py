"""From a user's YAML (1.2) or JSON text to a JSON object, strictly what JSON can hold."""

import math
from io import StringIO
from itertools import count
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec.yaml_bounds import Composing, Constructing

MAX_DEPTH: Final = 32
MAX_VALUES: Final = 200_000


def load_document(text: str) -> JsonObject:
    """A trial file's text as one JSON object.

    Raises:
        InvalidTrial: it is neither YAML nor JSON, names a key twice, or holds what JSON cannot
            (dates, NaN, keys that are no text).
    """
    document = load_value(text)
    if not isinstance(document, dict):
        raise InvalidTrial("", "a trial file is an object with the fields `name`, `image`, `space`")
    check_json(document)
    return document


def load_value(text: str) -> object:
    """Whatever a YAML text says.

    Raises:
        InvalidTrial: it is no YAML.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer, yaml.Constructor = Composing, Constructing
    try:
        return yaml.load(text)
    except YAMLError as error:
        raise InvalidTrial("", f"not valid YAML: {_place(error)}") from error
    except RecursionError as error:
        raise InvalidTrial("", "not valid YAML: nested too deeply") from error
    except (ValueError, OverflowError) as error:
        raise InvalidTrial("", f"not valid YAML: {error}") from error
    except LookupError as error:
        raise InvalidTrial("", f"not valid YAML: {error} does not fit its tag") from error


def dump_document(document: JsonObject) -> str:
    """A trial file in YAML, which `load_document` reads as the same."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # typed as None
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def check_json(value: object) -> None:
    """Refuses what JSON cannot hold, so that the log and the target see the same values.

    Raises:
        InvalidTrial: naming where it stands.
    """
    _check(value, "", 0, count(1))


def _check(value: object, path: str, depth: int, seen: "count[int]") -> None:
    if depth > MAX_DEPTH:
        raise InvalidTrial(path, f"nested too deeply (at most {MAX_DEPTH} levels)")
    if next(seen) > MAX_VALUES:
        raise InvalidTrial("", f"more than {MAX_VALUES} values (aliases count each time)")
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise InvalidTrial(path, f"the key {key!r} must be a text; put it in quotes")
                _check(item, f"{path}.{key}" if path else key, depth + 1, seen)
        case list():
            for index, item in enumerate(value):
                _check(item, f"{path}[{index}]", depth + 1, seen)
        case float() if not math.isfinite(value):
            raise InvalidTrial(path, f"must be a finite number, not {value}")
        case None | bool() | int() | float() | str():
            pass
        case _:
            raise InvalidTrial(path, f"{value} is no JSON value; put it in quotes")


def _place(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return str(error)
