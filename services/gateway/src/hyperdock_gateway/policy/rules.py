"""The policy file: what the operator allows, as a checked model. What it leaves out is allowed."""

from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from hyperdock_common.errors import HyperdockError, InvalidTrial, Problem
from hyperdock_common.spec.documents import check_json, load_value
from hyperdock_common.spec.quantities import Size
from hyperdock_gateway.policy.patterns import Pattern

Verdict: TypeAlias = Literal["allow", "deny"]
Network: TypeAlias = Literal["none", "bridge"]
_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$"


class InvalidPolicy(HyperdockError):
    """Raised when a policy cannot be read; names every field at fault."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(each) for each in problems))


def _pattern(text: str) -> str:
    return Pattern(text).text


def _whole(value: Any) -> Any:
    """Whole numbers are numbers, and no `true` is a 1."""
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic takes a ValueError
    return value


ImagePattern = Annotated[str, Field(max_length=300), AfterValidator(_pattern)]
RuleName = Annotated[str, Field(pattern=_NAME)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Number = Annotated[int, BeforeValidator(_whole)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ImageRules(_Rules):
    """Which images may run: what `allow` names (None: any) but not what `deny` does."""

    allow: list[ImagePattern] | None = None
    deny: list[ImagePattern] = Field(default_factory=list)
    require_digest: bool = False

    @field_validator("require_digest", mode="before")
    @classmethod
    def _is_truth(cls, value: Any) -> Any:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")  # noqa: TRY004 - as above
        return value

    @property
    def any(self) -> bool:
        """Whether nothing at all is asked of an image."""
        return self.allow is None and not self.deny and not self.require_digest


class NetworkRules(_Rules):
    """Which networks containers may have, and which they get that name none."""

    allow: Annotated[list[Network], Field(min_length=1)] | None = None
    default: Network | None = None

    @model_validator(mode="after")
    def _default_is_allowed(self) -> Self:
        if self.allow is not None and self.default is not None and self.default not in self.allow:
            raise ValueError(f"the default, {self.default}, is not in `allow`; add it there")
        return self

    @property
    def given(self) -> str | None:
        """What a trial gets that names none; None: what the worker says, as all are allowed."""
        if self.default is not None or self.allow is None:
            return self.default
        return self.allow[0] if len(set(self.allow)) == 1 else None


class DataRules(_Rules):
    """What may be mounted: below which named roots (None: any), and any folder by its path.

    Where the roots are named and nothing is said of paths, these would be a way around: denied.
    """

    roots: list[RuleName] | None = None
    absolute: Verdict = "allow"

    @model_validator(mode="before")
    @classmethod
    def _no_way_around(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("roots") is not None:
            return {"absolute": "deny", **value}
        return value


class Amounts(_Rules):
    """So much of each resource; None: no matter how much."""

    cpus: Annotated[float, BeforeValidator(_whole), Field(gt=0)] | None = None
    memory: Annotated[Size, BeforeValidator(_whole)] | None = None
    shm_size: Annotated[Size, BeforeValidator(_whole)] | None = None
    disk: Annotated[Size, BeforeValidator(_whole)] | None = None


class Maxima(Amounts):
    """The most that a job may ask for."""

    gpus: Annotated[int, BeforeValidator(_whole), Field(ge=0)] | None = None


class ResourceRules(_Rules):
    """What a job may ask for at most, and what it has that asks for nothing."""

    max: Maxima = Maxima()
    default: Amounts = Amounts()

    @model_validator(mode="after")
    def _defaults_are_allowed(self) -> Self:
        for name in Amounts.model_fields:
            most, given = getattr(self.max, name), getattr(self.default, name)
            if most is not None and given is not None and given > most:
                raise ValueError(f"the default of {name} is more than its max; lower it")
        return self


class PoolRules(_Rules):
    """Whose workers may be used; None: anybody's."""

    allow: list[RuleName] | None = None


class PriorityRules(_Rules):
    """How far ahead of others a trial may be."""

    max: Number | None = None


class LimitRules(_Rules):
    """How large a trial may be."""

    parallelism: Count | None = None
    jobs: Count | None = None
    priority: PriorityRules = PriorityRules()


class Rules(_Rules):
    """A whole policy. The one that says nothing allows everything."""

    images: ImageRules = ImageRules()
    commands: Verdict = "allow"
    external: Verdict = "allow"
    privileged: Verdict = "allow"
    network: NetworkRules = NetworkRules()
    data: DataRules = DataRules()
    resources: ResourceRules = ResourceRules()
    runtimes: list[RuleName] | None = None
    pools: PoolRules = PoolRules()
    limits: LimitRules = LimitRules()
    secrets: list[RuleName] | None = None


def parse_rules(text: str) -> Rules:
    """The rules of a policy file's text.

    Raises:
        InvalidPolicy: it is not YAML, or breaks the model; names every field at fault.
    """
    try:
        document = load_value(text)
        if not isinstance(document, dict):
            # Nothing at all is what is left of a file that is being written: it allows nothing.
            known = ", ".join(Rules.model_fields)
            problem = f"a policy is an object with any of {known}; {{}} allows everything"
            raise InvalidPolicy(Problem("", problem))
        check_json(document)
        return Rules.model_validate(document)
    except InvalidTrial as error:
        raise InvalidPolicy(*error.problems) from error
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        raise InvalidPolicy(*problems) from error


_PLAIN: Final = {
    "list_type": "must be a list",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "string_type": "must be a text",
    "string_pattern_mismatch": "is no name; use letters, digits, dots, dashes and _",
    "too_short": "must not be empty; leave it out to allow all",
}


def _problem(detail: ErrorDetails) -> Problem:
    field = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).removeprefix(".")
    if detail["type"] == "extra_forbidden":
        return Problem(field, f"no such field; known there are {_known(detail['loc'])}")
    message = _PLAIN.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
    return Problem(field, f"{message[:1].lower()}{message[1:]}")


def _known(path: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = Rules
    for part in path[:-1]:
        found = model.model_fields[str(part)].annotation
        model = found if isinstance(found, type) and issubclass(found, BaseModel) else model
    return ", ".join(model.model_fields)
