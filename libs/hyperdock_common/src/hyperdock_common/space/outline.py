"""From the nested groups of a native space to a flat list of what stands for a parameter."""

from collections.abc import Iterator
from dataclasses import dataclass

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space.names import escape, split_name
from hyperdock_common.space.reading import DEEPEST, read_key
from hyperdock_common.space.wording import quoted, shown

WHEN = "when"
ESCAPED_WHEN = rf"\{WHEN}"  # the key of a parameter called `when`


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCondition:
    """A `when` as it was written, not yet read.

    Attributes:
        scope: the path of the group in which its names are looked up first.
    """

    scope: tuple[str, ...]
    raw: object
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A parameter as it was written, not yet read: where it stands and what it hangs on."""

    path: tuple[str, ...]
    raw: object
    field: str
    when: tuple[WrittenCondition, ...]


def outline(raw: object, field: str) -> Iterator[Entry]:
    """The parameters of a native space in the order of their definition.

    Raises:
        InvalidTrial: it is no object with names that can be used, or nests without measure.
    """
    if not isinstance(raw, dict):
        raise InvalidTrial(field, f"must be an object that names parameters, not {shown(raw)}")
    if not raw:
        raise InvalidTrial(field, "is empty: name at least one parameter, e.g. `lr: [0.1, 0.01]`")
    if isinstance(raw.get("type"), str):
        raise InvalidTrial(
            field,
            "has a `type` but no name: a space is an object of parameters by name, e.g. "
            "`lr: {type: float, low: 0, high: 1}`; a constant called type is written "
            "`type: {type: constant, value: …}`",
        )
    if WHEN in raw:
        raise InvalidTrial(
            f"{field}.{WHEN}",
            "the space as a whole cannot have a condition: give it to parameters or groups; a "
            rf"parameter called when is written `{ESCAPED_WHEN}`",
        )
    return _members(raw, Entry(path=(), raw=raw, field=field, when=()))


def _members(raw: dict[object, object], group: Entry) -> Iterator[Entry]:
    for written, value in raw.items():
        if written == WHEN and group.path:
            continue
        key = _read_name(written, group.field)
        field = f"{group.field}.{escape(key)}"
        yield from _entries(Entry(path=(*group.path, key), raw=value, field=field, when=group.when))


def _entries(entry: Entry) -> Iterator[Entry]:
    """The parameter itself, with its own condition added, or those of the group that it is."""
    raw = entry.raw
    if not isinstance(raw, dict):
        yield entry
        return
    when = entry.when
    if raw.get(WHEN) is not None:
        written = WrittenCondition(
            scope=entry.path[:-1], raw=raw[WHEN], field=f"{entry.field}.{WHEN}"
        )
        when = (*when, written)
    whole = Entry(path=entry.path, raw=raw, field=entry.field, when=when)
    if isinstance(raw.get("type"), str):
        yield whole
        return
    _refuse_lookalikes(raw, entry.field)
    if len(entry.path) >= DEEPEST:
        raise InvalidTrial(entry.field, f"is nested too deeply (at most {DEEPEST} levels)")
    yield from _members(raw, whole)


def _refuse_lookalikes(raw: dict[object, object], field: str) -> None:
    """Refuse groups that were surely meant otherwise; read as such they would search nothing."""
    keys = [key for key in raw if key != WHEN]
    if not keys:
        raise InvalidTrial(
            field, "is a group without parameters: add one, or write `{type: constant, value: {}}`"
        )
    if "hdock_distr" in raw:
        raise InvalidTrial(
            field, "has the original Hyperdock's form: write it under `param_space`, not here"
        )
    plain = [key for key in keys if not isinstance(raw[key], dict)]
    if plain == keys and ({"low", "high"} <= set(keys) or keys == ["values"]):
        raise InvalidTrial(
            f"{field}.type",
            f"is missing: write `type: float`, `int` or `choice` beside {quoted(map(str, keys))} "
            "(constants with such names are written `{type: constant, value: …}`)",
        )


def _read_name(written: object, field: str) -> str:
    if written == ESCAPED_WHEN:
        return WHEN
    text = read_key(written, field)
    place = f"{field}.{text}"
    try:
        path = split_name(text)
    except ValueError as error:
        raise InvalidTrial(
            place, rf"the name {shown(text)}: {error} (write `\\` for one)"
        ) from error
    if len(path) > 1:
        raise InvalidTrial(
            place,
            f"the name {shown(text)} contains a dot: nest it, `{path[0]}: {{{path[1]}: …}}`, or "
            rf"write `{escape('.'.join(path))}` if the dot belongs to the name",
        )
    if not path[0]:
        raise InvalidTrial(field, "has a parameter with an empty name: give it one")
    return path[0]
