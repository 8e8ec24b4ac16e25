"""What the operator allows, applied to what users ask for."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from hyperdock_common.errors import InvalidTrial, Problem
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import Budget, Resources, TrialSpec
from hyperdock_gateway.policy.checks import problems_of, size_problems
from hyperdock_gateway.policy.references import Reference
from hyperdock_gateway.policy.rules import Amounts, Rules

Source: TypeAlias = Callable[[], Rules]

_OWN_LIMITS: Final = {"shm_size": 64 << 20, "disk": 20 << 30}
"""What a job has of these that names nothing: by Docker's engine, by the worker."""


class Policy:
    """The operator's policy; without a source of rules it allows everything.

    Args:
        source: gives the rules as they are now.
    """

    def __init__(self, source: Source = Rules) -> None:
        self._source = source

    def apply(self, spec: TrialSpec) -> TrialSpec:
        """The trial as it may run: with the operator's defaults where it says nothing.

        The image is named in full where images are restricted, so that the engine runs what was
        looked at, and no image on its host whose id begins with those letters.

        Raises:
            InvalidTrial: it asks for what is not allowed; names every such field.
        """
        rules = self._source()
        _refuse(problems_of(rules, spec))
        return _with_limits(rules, _with_defaults(rules, spec))

    def check_change(
        self,
        *,
        budget: Budget | None = None,
        parallelism: int | None = None,
        priority: int | None = None,
    ) -> Budget | None:
        """The budget that an open trial may have from now on; None where it is not changed.

        Raises:
            InvalidTrial: the change is not allowed; names every field at fault.
        """
        limits = self._source().limits
        jobs = budget.jobs if budget is not None else None
        _refuse(size_problems(limits, jobs=jobs, parallelism=parallelism, priority=priority))
        if budget is not None and budget.jobs is None and limits.jobs is not None:
            return budget.model_copy(update={"jobs": limits.jobs})
        return budget

    def shown(self) -> JsonObject:
        """The rules as clients need them, every field explicit; null: not restricted."""
        document: JsonObject = self._source().model_dump(mode="json")
        return document


def _refuse(problems: Iterator[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidTrial(found[0].field, found[0].problem, *found[1:])


def _with_defaults(rules: Rules, spec: TrialSpec) -> TrialSpec:
    update: dict[str, object] = {}
    if spec.runs_in != "external":
        update["resources"] = _resources(rules, spec.resources)
    if spec.runs_in == "docker":
        update["network"] = spec.network or rules.network.given
        if spec.image is not None and not rules.images.any:
            update["image"] = str(Reference.parse(spec.image))
    return spec.model_copy(update=update)


def _with_limits(rules: Rules, spec: TrialSpec) -> TrialSpec:
    if spec.budget.jobs is not None or rules.limits.jobs is None:
        return spec
    budget = spec.budget.model_copy(update={"jobs": rules.limits.jobs})
    return spec.model_copy(update={"budget": budget})


def _resources(rules: Rules, wanted: Resources) -> Resources:
    """What is asked for; else the default; else the most, where there would be no limit at all."""
    update = {
        name: _given(rules, name) for name in Amounts.model_fields if getattr(wanted, name) is None
    }
    return wanted.model_copy(update=update)


def _given(rules: Rules, name: str) -> float | None:
    default: float | None = getattr(rules.resources.default, name)
    most: float | None = getattr(rules.resources.max, name)
    own = _OWN_LIMITS.get(name)
    if default is not None or (own is not None and most is not None and own <= most):
        return default
    return most
