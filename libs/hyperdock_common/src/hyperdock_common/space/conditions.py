"""Reading conditions: finding the parents that a `when` names and the values it asks of them."""

from collections.abc import Iterable, Mapping

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import Json
from hyperdock_common.space.equality import identity
from hyperdock_common.space.names import join_name, split_name
from hyperdock_common.space.outline import Entry, WrittenCondition
from hyperdock_common.space.parameters import Choice, Condition, Constant, Float, Integer, Parameter
from hyperdock_common.space.reading import Allowance, read_key, read_value
from hyperdock_common.space.wording import listed, near, quoted, shown


class Parents:
    """The parameters that conditions can name, with the values that they can take."""

    def __init__(self, parameters: Iterable[Parameter], allowance: Allowance) -> None:
        self._by_name: Mapping[str, Parameter] = {each.name: each for each in parameters}
        self._allowance = allowance
        self._taken: dict[str, dict[str, Json]] = {}

    def read(self, entry: Entry) -> tuple[Condition, ...]:
        """The conditions of an entry and its groups, one for each parent.

        Raises:
            InvalidTrial: one cannot be understood or could never be met.
        """
        merged: dict[str, Condition] = {}
        for written in entry.when:
            for condition in self._read_one(written, join_name(entry.path)):
                earlier = merged.get(condition.parameter)
                merged[condition.parameter] = _both(earlier, condition, written.field)
        return tuple(merged.values())

    def _read_one(self, written: WrittenCondition, name: str) -> Iterable[Condition]:
        raw, field = written.raw, written.field
        if not isinstance(raw, dict) or not raw:
            problem = f"{shown(raw)} is given" if raw != {} else "it is empty"
            raise InvalidTrial(
                field, f"must name a parameter and its values (`optimizer: sgd`), but {problem}"
            )
        for key, wanted in raw.items():
            place = f"{field}.{read_key(key, field)}"
            parent = self._find(key, written.scope, place)
            if parent.name == name:
                raise InvalidTrial(place, f"`{name}` cannot depend on itself: name another one")
            yield Condition(parameter=parent.name, values=self._values(wanted, parent, place))

    def _find(self, key: str, scope: tuple[str, ...], field: str) -> Parameter:
        found = self._by_name.get(resolve_name(key, scope, self._by_name) or "")
        if found is not None:
            return found
        inside = [name for name in self._by_name if name.startswith(f"{key}.")]
        if inside:
            raise InvalidTrial(
                field, f"`{key}` is a group: name a parameter in it, {quoted(inside)}"
            )
        raise InvalidTrial(
            field,
            f"names no parameter: {near(key, self._by_name)}there are {quoted(self._by_name)}",
        )

    def _values(self, wanted: object, parent: Parameter, field: str) -> tuple[Json, ...]:
        """The parent's own values that are asked for, each once."""
        if isinstance(parent, Float):
            raise InvalidTrial(
                field, "is a float, whose values cannot be named: use a choice or an int"
            )
        values = [
            self._takeable(read_value(each, field, self._allowance), parent, field)
            for each in (wanted if isinstance(wanted, list) else [wanted])
        ]
        if not values:
            raise InvalidTrial(field, "asks for no value: name at least one")
        return tuple({identity(value): value for value in values}.values())

    def _takeable(self, value: Json, parent: Integer | Choice | Constant, field: str) -> Json:
        if isinstance(parent, Integer):
            if isinstance(value, int | float) and parent.takes(value):
                return int(value)
            step = f" in steps of {parent.step}" if parent.step else ""
            can = f"is an int from {parent.low} to {parent.high}{step}"
        else:
            taken = self._values_of(parent)
            if identity(value) in taken:
                return taken[identity(value)]
            can = f"can be {listed(list(taken.values()))}"
        raise InvalidTrial(field, f"{listed([value])} is no value of `{parent.name}`, which {can}")

    def _values_of(self, parent: Choice | Constant) -> dict[str, Json]:
        if parent.name not in self._taken:  # once for a parent, which may have many children
            self._taken[parent.name] = {identity(each): each for each in parent.candidates()}
        return self._taken[parent.name]


def resolve_name(key: str, scope: tuple[str, ...], known: Mapping[str, object]) -> str | None:
    """The known parameter that a name in a `when` means.

    One in the group itself comes first, then the full name; a dot in front asks for the full name.
    """
    try:
        path = split_name(key.removeprefix("."))
    except ValueError:
        return None
    near_by = join_name((*scope, *path))
    if not key.startswith(".") and near_by in known:
        return near_by
    full = join_name(path)
    return full if full in known else None


def _both(earlier: Condition | None, later: Condition, field: str) -> Condition:
    if earlier is None:
        return later
    values = tuple(value for value in earlier.values if later.holds(value))
    if not values:
        raise InvalidTrial(
            field,
            f"contradicts the group's own condition on `{later.parameter}` "
            f"({listed(list(earlier.values))}): at least one value must be in both",
        )
    return Condition(parameter=later.parameter, values=values)
