"""What a user asks for: the trial spec. Checked at the edge, recorded in full, never changed."""

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hyperdock_common.json_types import Json
from hyperdock_common.space import Space, parse_space
from hyperdock_common.spec.quantities import Duration, Size

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/\\]+$")]
Label = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]

Tag = Annotated[
    str,
    Field(min_length=1, max_length=63, pattern=r"^[^\x00-\x20,]([^\x00-\x1f,]*[^\x00-\x20,])?$"),
]

GRID = "grid"
DEFAULT_JOBS = 100
MAX_JOBS = 10_000_000
MAX_POINTS = 1_000
MAX_TAGS = 50
MAX_NOTES = 20_000


class _Checked(BaseModel):
    """No unknown fields, no changes, no infinities, and no `true` that would pass for a 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_stray_truth(cls, value: Any, info: ValidationInfo) -> Any:
        if (
            isinstance(value, bool)
            and cls.model_fields[str(info.field_name)].annotation is not bool
        ):
            raise ValueError(f"must not be {str(value).lower()}")
        return value


class Algorithm(_Checked):
    """Which optimizer proposes the jobs: `grid`, `random`, `sobol`, or a name of nevergrad's."""

    name: str = Field(default="auto", min_length=1, max_length=100)
    seed: int | None = Field(default=None, ge=0, lt=2**32)
    options: dict[str, Json] = Field(default_factory=dict)


class Budget(_Checked):
    """When to end: whatever comes first."""

    jobs: int | None = Field(default=None, ge=1, le=MAX_JOBS)
    wall_time: Duration | None = None
    target_loss: float | None = None
    max_failures: int | None = Field(default=None, ge=0)


class Resources(_Checked):
    """What one job may use."""

    cpus: float | None = Field(default=None, gt=0)
    memory: Size | None = None
    gpus: int = Field(default=0, ge=0)
    shm_size: Size | None = None
    disk: Size | None = None


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def _environment(value: Any) -> Any:
    if isinstance(value, list):
        pairs = [str(item).partition("=") for item in value]
        bad = [name for name, equals, _ in pairs if not equals]
        if bad:
            raise ValueError(f"{bad[0]!r} has no value; write KEY=VALUE or a mapping")
        value = {name: text for name, _, text in pairs}
    if not isinstance(value, dict):
        return value
    for name, text in value.items():
        if not _VARIABLE.fullmatch(str(name)):
            raise ValueError(f"{name!r} is no name of a variable; use letters, digits and _")
        if isinstance(text, dict | list) or text is None or "\x00" in str(text):
            raise ValueError(f"the value of {name} must be a text or a number")
    return {str(name): _text(item) for name, item in value.items()}


def _secrets(value: Any) -> Any:
    if isinstance(value, list):
        value = {str(name): name for name in value}
    for name in value if isinstance(value, dict) else ():
        if not _VARIABLE.fullmatch(str(name)):
            raise ValueError(f"{name!r} is no name of a variable; use letters, digits and _")
    return value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _algorithm(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _command(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError('must be a list of words, e.g. ["python", "train.py"]')  # noqa: TRY004
    return value


class KnownPoint(_Checked):
    """Params to begin with: to be run first, or with the loss that they are known to have."""

    params: dict[str, Json]
    loss: float | None = None


class TrialSpec(_Checked):
    """One optimization: a target, a search space, an algorithm and a budget.

    Without a target (`external`) its jobs are run by programs that ask the gateway for them.
    """

    name: Name
    image: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^\S+$")] | None = None
    command: (
        Annotated[
            list[Annotated[str, Field(pattern=r"^[^\x00]*$")]],
            Field(min_length=1, max_length=1000),
            BeforeValidator(_command),
        ]
        | None
    ) = None
    working_dir: Annotated[str, Field(pattern=r"^[^\x00]+$")] | None = None
    external: bool = False
    space: Json
    points: list[KnownPoint] = Field(default_factory=list, max_length=MAX_POINTS)
    objective: Literal["minimize", "maximize"] = "minimize"
    algorithm: Annotated[Algorithm, BeforeValidator(_algorithm)] = Algorithm()
    budget: Budget = Budget()
    parallelism: int = Field(default=1, ge=1, le=100_000)
    retries: int = Field(default=3, ge=0, le=1000)
    priority: int = Field(default=0, ge=-1000, le=1000)
    timeout: Duration | None = None
    resources: Resources = Resources()
    environment: Annotated[dict[str, str], BeforeValidator(_environment)] = Field(
        default_factory=dict
    )
    secrets: Annotated[dict[str, Label], BeforeValidator(_secrets)] = Field(default_factory=dict)
    data: Annotated[str, Field(pattern=r"^(/|[A-Za-z0-9])[^\x00]*$")] | None = None
    network: Literal["none", "bridge"] | None = None
    runtime: Label | None = None
    pull: Literal["missing", "always", "never"] = "missing"
    pool: Label = "default"
    privileged: bool = False
    tags: Annotated[list[Tag], Field(max_length=MAX_TAGS)] = Field(default_factory=list)
    notes: Annotated[str, Field(max_length=MAX_NOTES)] = ""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if self.external and (self.image or self.command):
            raise ValueError("an `external` trial has no `image` and no `command`; leave them out")
        if not (self.external or self.image or self.command):
            raise ValueError(
                "name a target: `image` (runs in Docker) or `command` (a program); or write "
                "`external: true`, and your own programs ask for the jobs"
            )
        if both := sorted(self.secrets.keys() & self.environment.keys()):
            raise ValueError(f"{both[0]} stands in `environment` and in `secrets`; leave one out")
        if self.image is not None and self.working_dir is not None:
            raise ValueError("`working_dir` goes with a `command` without `image`; leave it out")
        if self.runs_in != "docker":
            for name in ("data", "runtime", "network"):
                if getattr(self, name) is not None:
                    raise ValueError(f"`{name}` needs an `image`: there is no container without")
            if self.privileged:
                raise ValueError("`privileged` needs an `image`")
        return self

    @cached_property
    def parsed_space(self) -> Space:
        """The search space, as a model."""
        return parse_space(self.space)

    @property
    def runs_in(self) -> Literal["docker", "process", "external"]:
        """The kind of runner that a job of this trial needs."""
        if self.external:
            return "external"
        return "process" if self.image is None else "docker"

    @property
    def maximizes(self) -> bool:
        """Whether a larger loss is better."""
        return self.objective == "maximize"
