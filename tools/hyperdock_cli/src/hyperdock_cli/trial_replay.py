"""What the replay of a trial's proposals came to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.space import join_name

Verdict: TypeAlias = Literal[
    "reproduced", "diverged", "fails", "other_versions", "unreadable", "no_trial"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One parameter that is proposed otherwise; None: it is not there."""

    name: str
    recorded: Json
    replayed: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """Where an optimizer first proposes something else.

    Attributes:
        number: of the job.
        params: as they are recorded, and as they are proposed now; None: nothing is proposed.
        versions: of the libraries that made the proposal, as far as the log says.
    """

    job_id: str
    number: int
    recorded: JsonObject
    replayed: JsonObject | None
    versions: Mapping[str, str]

    @property
    def differences(self) -> Sequence[Difference]:
        """Parameter by parameter, those that are not the same."""
        then, now = dict(_flat(self.recorded)), dict(_flat(self.replayed or {}))
        names = [*then, *(name for name in now if name not in then)]
        return [
            Difference(name=name, recorded=then.get(name), replayed=now.get(name))
            for name in names
            if (name in then, then.get(name)) != (name in now, now.get(name))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One life of an optimizer: up to a retraction, or to the end.

    Attributes:
        number: how often it had begun anew, from 0.
        recorded: how many proposals of it the log holds.
        reproduced: how many of them it made again.
    """

    number: int
    recorded: int
    reproduced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReplay:
    """What the replay of one trial came to.

    Attributes:
        verdict: in a word; `other_versions` where it was not tried for that reason.
        versions: every set of libraries that made proposals, in order.
        failed: whether the trial ended because its optimizer failed.
        failure: how the optimizer fails now; where its history is unreadable, why.
    """

    trial_id: str
    verdict: Verdict
    algorithm: str = ""
    generations: Sequence[Generation] = ()
    versions: Sequence[Mapping[str, str]] = ()
    installed: Mapping[str, str] = field(default_factory=dict)
    divergence: Divergence | None = None
    failed: bool = False
    failure: str = ""

    @property
    def recorded(self) -> int:
        """How many proposals of the optimizer the log holds."""
        return sum(each.recorded for each in self.generations)

    @property
    def reproduced(self) -> int:
        """How many of them it made again."""
        return sum(each.reproduced for each in self.generations)

    @property
    def other_versions(self) -> Sequence[Mapping[str, str]]:
        """Those of the versions that are not installed."""
        return [each for each in self.versions if are_others(each, self.installed)]

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        parting = self.divergence
        return {
            "trial_id": self.trial_id,
            "verdict": self.verdict,
            "algorithm": self.algorithm,
            "recorded": self.recorded,
            "reproduced": self.reproduced,
            "generations": [
                {"number": each.number, "recorded": each.recorded, "reproduced": each.reproduced}
                for each in self.generations
            ],
            "versions": {
                "recorded": [dict(each) for each in self.versions],
                "installed": dict(self.installed),
            },
            "divergence": parting
            and {
                "job_id": parting.job_id,
                "number": parting.number,
                "recorded": parting.recorded,
                "replayed": parting.replayed,
                "versions": dict(parting.versions),
            },
            "failed": self.failed,
            "failure": self.failure or None,
        }


def are_others(recorded: Mapping[str, str], installed: Mapping[str, str]) -> bool:
    """Whether a library is another one now; earlier releases recorded fewer of them."""
    return any(installed.get(name) != version for name, version in recorded.items())


def _flat(params: JsonObject, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Json]]:
    for key, value in params.items():
        if isinstance(value, dict):
            yield from _flat(value, (*path, key))
        else:
            yield join_name((*path, key)), value
