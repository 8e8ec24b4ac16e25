"""When two JSON values are the same: by type as well as by value, unlike Python's `==`.

`True` is not 1 and `"1"` is not 1, but 1 and 1.0 are the same number, as JSON has only one kind.
"""

import json
from hashlib import blake2b

from hyperdock_common.json_types import Json


def same(left: Json, right: Json) -> bool:
    """Whether two values are the same in JSON."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right


def identity(value: Json) -> str:
    """A text that two values share exactly if they are the same; for sets and look-ups."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def digest(value: Json) -> bytes:
    """The identity in 16 bytes, for remembering many."""
    return blake2b(identity(value).encode(), digest_size=16).digest()


def _plain(value: Json) -> Json:
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case _:
            return value
