"""The file that says who is told what; checked in full, and silent about the addresses in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError

from hyperdock_common.errors import HyperdockError, InvalidTrial, Problem
from hyperdock_common.service.secrets import Secret
from hyperdock_common.spec.documents import load_value
from hyperdock_common.spec.quantities import Duration
from hyperdock_gateway.notify.notices import About, Kind, Notice

MOST_TARGETS: Final = 20

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_LABEL: Final = r"^[A-Za-z0-9][A-Za-z0-9_. -]*$"
_SCHEME: Final = re.compile(r"([a-z][a-z0-9]{0,20})://", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[A-Za-z_]{1,30}")
_WORDS: Final = {
    "extra_forbidden": "no such field",
    "missing": "is missing",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be a text",
    "too_short": "must not be empty",
    "literal_error": f"must be one of {', '.join(_KINDS)}",
}


class InvalidNotify(HyperdockError):
    """Raised when the file cannot be used; names every field at fault, and shows no address."""

    def __init__(self, path: Path, *problems: Problem) -> None:
        self.problems = problems
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"{path} cannot be used for notifications:{lines}")


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class Failing(_Strict):
    """When a trial counts as failing: so many failures in a row, or a share of enough jobs."""

    in_a_row: int = Field(default=5, ge=1)
    share: float = Field(default=0.5, gt=0, le=1)
    at_least: int = Field(default=10, ge=1)


class TrialFilter(_Strict):
    """Which trials: one of the tags, and a name that one of the patterns fits; none given: any."""

    tags: tuple[str, ...] = Field(default=(), strict=False)
    names: tuple[str, ...] = Field(default=(), strict=False)

    def fits(self, trial: About) -> bool:
        """Whether it is one of these."""
        tagged = not self.tags or not set(self.tags).isdisjoint(trial.tags)
        named = not self.names or any(fnmatchcase(trial.name, each) for each in self.names)
        return tagged and named


class TargetFile(_Strict):
    """One target as the file has it: its address stands there, in a file or in a variable."""

    name: Annotated[str, Field(max_length=40, pattern=_LABEL)] | None = None
    url: str | None = Field(default=None, min_length=1, repr=False)
    url_file: str | None = Field(default=None, min_length=1)
    url_env: str | None = Field(default=None, min_length=1)
    on: tuple[Kind, ...] = Field(default=_KINDS, min_length=1, strict=False)
    trials: TrialFilter = TrialFilter()

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if sum(each is not None for each in (self.url, self.url_file, self.url_env)) != 1:
            raise ValueError("name its address once: `url`, `url_file` or `url_env`")
        return self


class NotifyFile(_Strict):
    """The whole file."""

    targets: tuple[TargetFile, ...] = Field(min_length=1, max_length=MOST_TARGETS, strict=False)
    every: Duration = 600.0
    skip_first: int = Field(default=10, ge=0)
    failing: Failing = Failing()
    max_age: Duration = 3600.0
    link: Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somebody who is told.

    Attributes:
        key: stays the same as long as the target does; shown to people.
    """

    key: str
    url: Secret
    on: frozenset[Kind]
    trials: TrialFilter

    def takes(self, notice: Notice) -> bool:
        """Whether it is to hear of this."""
        trial = notice.trial
        return notice.kind in self.on and (trial is None or self.trials.fits(trial))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """The file, with the addresses.

    Attributes:
        every: seconds; the best loss of a trial is told at most so often.
        skip_first: jobs of a trial whose improvements are not told.
        max_age: seconds; what is older is told in one message.
        link: where people find the web UI.
    """

    targets: tuple[Target, ...]
    every: float = 600.0
    skip_first: int = 10
    failing: Failing = field(default_factory=Failing)
    max_age: float = 3600.0
    link: str | None = None


def read_settings(path: Path, environ: Mapping[str, str]) -> NotifySettings:
    """The settings in a file.

    Args:
        path: a YAML file; files that it names are looked for beside it.
        environ: the variables that it may name.

    Raises:
        InvalidNotify: naming each field at fault.
    """
    try:
        document = load_value(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidNotify(path, Problem("", f"cannot be read: {reason}")) from None
    except InvalidTrial as error:
        raise InvalidNotify(path, Problem("", f"not valid YAML{_place(error)}")) from None
    try:
        file = NotifyFile.model_validate(document)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise InvalidNotify(path, *_without_parents(list(map(_problem, details)))) from None
    return _with_addresses(file, path, environ)


def _with_addresses(file: NotifyFile, path: Path, environ: Mapping[str, str]) -> NotifySettings:
    problems: list[Problem] = []
    targets: list[Target] = []
    for index, each in enumerate(file.targets):
        try:
            url = _address(each, path.parent, environ)
        except InvalidTrial as error:
            problems.append(Problem(f"targets[{index}].{error.field}", error.problem))
            continue
        key = each.name or f"{index + 1} ({_scheme(url)})"
        if any(key == other.key for other in targets):
            problems.append(Problem(f"targets[{index}].name", f"there are two called {key}"))
        targets.append(Target(key=key, url=url, on=frozenset(each.on), trials=each.trials))
    if problems:
        raise InvalidNotify(path, *problems)
    return NotifySettings(
        targets=tuple(targets),
        every=file.every,
        skip_first=file.skip_first,
        failing=file.failing,
        max_age=file.max_age,
        link=file.link and file.link.rstrip("/"),
    )


def _address(target: TargetFile, folder: Path, environ: Mapping[str, str]) -> Secret:
    if target.url is not None:
        field, url = "url", target.url
    elif target.url_env is not None:
        field, url = "url_env", environ.get(target.url_env, "")
    else:
        field = "url_file"
        try:
            url = (folder / str(target.url_file)).expanduser().read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise InvalidTrial(field, f"cannot be read: {reason}") from None
    url = url.strip()
    if not _SCHEME.match(url) or len(url.split()) != 1:
        raise InvalidTrial(field, "holds no address like slack://…, pover://… or jsons://…")
    return Secret(url)


def _scheme(url: str) -> str:
    found = _SCHEME.match(url)
    return found[1].lower() if found else "?"


def _problem(detail: ErrorDetails) -> Problem:
    """What is wrong, without what was written there: an address may stand in the wrong place."""
    context: Mapping[str, Any] = detail.get("ctx", {})
    said = context.get("error")
    words = _WORDS.get(detail["type"]) or detail["msg"]
    if isinstance(said, ValueError):
        duration = "duration" in str(said)
        words = "is no duration; write e.g. 30s, 10m, 1h" if duration else str(said)
    return Problem(_path(detail["loc"]), words)


def _without_parents(problems: Sequence[Problem]) -> Sequence[Problem]:
    """Without "must not be empty" of a list of which each item is wrong."""
    fields = [each.field for each in problems]
    return [
        each
        for each in problems
        if not each.field or not any(other.startswith(f"{each.field}[") for other in fields)
    ]


def _path(parts: tuple[int | str, ...]) -> str:
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if _PLAIN.fullmatch(part) else "<…>"
            path += f".{name}" if path else name
    return path


def _place(error: InvalidTrial) -> str:
    cause = error.__cause__
    mark = cause.problem_mark if isinstance(cause, MarkedYAMLError) else None
    return "" if mark is None else f": line {mark.line + 1}, column {mark.column + 1}"
