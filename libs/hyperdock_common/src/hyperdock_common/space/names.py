r"""Names of parameters: dotted paths to a nested place in the params.

`model.depth` is the key `depth` of the object `model`. A dot that belongs to a key itself (the
original Hyperdock's names are flat and may hold any character) is written `\.`, and a backslash
`\\`, so every path has exactly one name and every name one path.
"""

from collections.abc import Sequence

_ESCAPE = "\\"
_ESCAPED = (".", _ESCAPE)


def join_name(path: Sequence[str]) -> str:
    """The name of the parameter at a path."""
    return ".".join(escape(key) for key in path)


def escape(key: str) -> str:
    """One key of a path as it stands in a name."""
    for character in (_ESCAPE, "."):  # the escape itself first, or it would be escaped twice
        key = key.replace(character, _ESCAPE + character)
    return key


def split_name(name: str) -> tuple[str, ...]:
    r"""The path that a name stands for.

    Raises:
        ValueError: a backslash stands before something else than a dot or a backslash.
    """
    if _ESCAPE not in name:
        return tuple(name.split("."))
    keys = [""]
    characters = iter(name)
    for character in characters:
        if character == ".":
            keys.append("")
        elif character == _ESCAPE:
            keys[-1] += _escaped(next(characters, ""))
        else:
            keys[-1] += character
    return tuple(keys)


def _escaped(character: str) -> str:
    if character not in _ESCAPED:
        raise ValueError("a backslash must be followed by a dot or a backslash")
    return character
