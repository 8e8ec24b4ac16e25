"""What a check found, as data: findings, notes and counts, ready to be merged and printed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Final

from hyperdock_common.json_types import JsonObject

INVARIANTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "every proposed job ends exactly once",
        2: "one lease per job, one container per attempt",
        3: "positions are consecutive, no event twice",
        4: "one supervisor writes at a time",
        5: "views equal the fold of the log",
        6: "replayed, the optimizers propose the same",
        7: "poison messages are set aside",
        8: "nothing runs that no lease covers",
    }
)
"""What must always hold, by the number of its rule."""

_MOST_KEPT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that must not be: against which rule, where, and what it is."""

    invariant: int
    where: str
    what: str

    def __str__(self) -> str:
        return f"[{self.invariant}] {self.where}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there was of what.

    Attributes:
        ended_once: jobs that ended exactly once.
        doubled: jobs that ended more than once.
        lost: jobs that are open although the system has settled.
        open_jobs: jobs that have not ended.
        late_results: jobs that a lost attempt's result ended.
        adopted: attempts that a worker's new process went on with.
        takeovers: how often another supervisor began to write.
        gaps: places where the positions are not consecutive.
        view_differences: documents that do not equal the fold of the log.
        containers_left: containers of targets that no lease covers.
        set_aside: messages that were set aside.
        replayed: trials whose proposals were made again.
        unlisted: findings beyond those that are kept one by one.
    """

    events: int = 0
    trials: int = 0
    open_trials: int = 0
    jobs: int = 0
    ended_once: int = 0
    doubled: int = 0
    lost: int = 0
    open_jobs: int = 0
    claims: int = 0
    attempts_lost: int = 0
    late_results: int = 0
    adopted: int = 0
    takeovers: int = 0
    gaps: int = 0
    documents: int = 0
    view_differences: int = 0
    containers: int = 0
    containers_left: int = 0
    set_aside: int = 0
    replayed: int = 0
    unlisted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        names = [each.name for each in fields(self)]
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found. `notes` are worth knowing and no faults."""

    findings: Sequence[Finding] = ()
    notes: Sequence[str] = ()
    counts: Counts = field(default_factory=Counts)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def merge(self, other: "Report") -> "Report":
        """Both in one."""
        return Report(
            findings=(*self.findings, *other.findings),
            notes=(*self.notes, *other.notes),
            counts=self.counts + other.counts,
        )

    def as_json(self) -> JsonObject:
        """The report for programs: the counts by name, the findings and notes as lists."""
        return {
            **asdict(self.counts),
            "clean": self.is_clean,
            "findings": [asdict(each) for each in self.findings],
            "notes": list(self.notes),
        }


class Findings:
    """Collects findings; of a log that is broken all over it keeps the first ones and a count."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.unlisted = 0

    def add(self, invariant: int, where: str, what: str) -> None:
        """One more."""
        if len(self.kept) < _MOST_KEPT:
            self.kept.append(Finding(invariant=invariant, where=where, what=what))
        else:
            self.unlisted += 1
