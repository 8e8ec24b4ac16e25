"""What of a trial the rules do not allow, and what they do."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from hyperdock_common.errors import Problem
from hyperdock_common.spec import TrialSpec
from hyperdock_gateway.policy.patterns import Pattern
from hyperdock_gateway.policy.references import Reference
from hyperdock_gateway.policy.rules import DataRules, ImageRules, LimitRules, Maxima, Rules

_BY_OPERATOR = "the operator does not allow"


def problems_of(rules: Rules, spec: TrialSpec) -> Iterator[Problem]:
    """Everything that the trial asks for and the rules do not allow."""
    yield from _target(rules, spec)
    if spec.image is not None:
        yield from _image(rules.images, spec.image)
    if spec.network is not None:
        yield from _one_of("network", spec.network, rules.network.allow)
    if spec.data is not None:
        yield from _data(rules.data, spec.data)
    if spec.runtime is not None:
        yield from _one_of("runtime", spec.runtime, rules.runtimes)
    yield from _one_of("pool", spec.pool, rules.pools.allow)
    for variable, name in spec.secrets.items():
        yield from _one_of(f"secrets.{variable}", name, rules.secrets)
    yield from _resources(rules.resources.max, spec)
    yield from size_problems(
        rules.limits,
        jobs=spec.budget.jobs,
        parallelism=spec.parallelism,
        priority=spec.priority,
    )


def size_problems(
    limits: LimitRules, *, jobs: int | None, parallelism: int | None, priority: int | None
) -> Iterator[Problem]:
    """What is larger than it may be; None is not looked at."""
    yield from _at_most("budget.jobs", jobs, limits.jobs)
    yield from _at_most("parallelism", parallelism, limits.parallelism)
    yield from _at_most("priority", priority, limits.priority.max)


def _target(rules: Rules, spec: TrialSpec) -> Iterator[Problem]:
    if spec.runs_in == "process" and rules.commands == "deny":
        yield Problem("command", f"{_BY_OPERATOR} local programs; name an `image` to run it in")
    if spec.runs_in == "external" and rules.external == "deny":
        yield Problem("external", f"{_BY_OPERATOR} external trials; name an `image`")
    if spec.privileged and rules.privileged == "deny":
        yield Problem("privileged", f"{_BY_OPERATOR} privileged containers; leave it out")


def _image(rules: ImageRules, text: str) -> Iterator[Problem]:
    if rules.any:
        return
    try:
        image = Reference.parse(text)
    except ValueError as error:
        yield Problem("image", f"{text!r} {error}")
        return
    if any(Pattern(each).denies(image) for each in rules.deny):
        yield Problem("image", f"{_BY_OPERATOR} {image}{_allowed(rules)}")
    elif rules.allow is not None and not any(Pattern(each).allows(image) for each in rules.allow):
        pinned = image.digest is not None and image.tag is not None
        hint = "; a digest needs a pattern without a tag" if pinned else ""
        yield Problem("image", f"{_BY_OPERATOR} {image}{_allowed(rules)}{hint}")
    if rules.require_digest and image.digest is None:
        yield Problem("image", f"must be named with its digest: {image.host}/{image.path}@sha256:…")


def _allowed(rules: ImageRules) -> str:
    if rules.allow is None:
        return f"; denied are {_listed(rules.deny)}"
    return f"; allowed are {_listed(rules.allow)}"


def _data(rules: DataRules, data: str) -> Iterator[Problem]:
    roots = "" if rules.roots is None else f"; allowed roots are {_listed(rules.roots)}"
    path = PurePosixPath(data)
    if ".." in path.parts:
        if rules.roots is not None or rules.absolute == "deny":
            yield Problem("data", 'must not contain ".."')
    elif path.is_absolute():
        if rules.absolute == "deny":
            remedy = "begin with the name of a data root"
            yield Problem("data", f"{_BY_OPERATOR} absolute paths: {remedy}{roots}")
    elif rules.roots is not None:
        yield from _one_of("data", path.parts[0], rules.roots)


def _resources(most: Maxima, spec: TrialSpec) -> Iterator[Problem]:
    for name in type(most).model_fields:
        yield from _at_most(f"resources.{name}", getattr(spec.resources, name), getattr(most, name))


def _at_most(field: str, value: float | None, most: float | None) -> Iterator[Problem]:
    if value is not None and most is not None and value > most:
        in_bytes = field.rpartition(".")[2] in {"memory", "shm_size", "disk"}
        yield Problem(
            field, f"{_shown(value, in_bytes)} is more than is allowed: {_shown(most, in_bytes)}"
        )


def _one_of(field: str, value: str, allowed: Iterable[str] | None) -> Iterator[Problem]:
    if allowed is not None and value not in (names := list(allowed)):
        yield Problem(field, f"{_BY_OPERATOR} {value!r}; allowed are {_listed(names)}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _shown(value: float, in_bytes: bool) -> str:  # noqa: FBT001 - private
    if not in_bytes:
        return f"{value:g}"
    for unit, size in (("g", 2**30), ("m", 2**20), ("k", 2**10)):
        if value >= size and value % size == 0:
            return f"{value // size}{unit}"
    return f"{value} bytes"
