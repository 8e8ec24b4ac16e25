"""The API's documents, typed. Fields that are not known here stand in `raw`: nothing is lost."""

from typing import Any

import msgspec

Json = dict[str, Any]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What every document has: `raw`, the JSON object as it was received."""

    raw: Json = {}

    def __repr__(self) -> str:
        names = (name for name in self.__struct_fields__ if name != "raw")
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in names)})"


class JobCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a trial's jobs are in which state."""

    proposed: int = 0
    queued: int = 0
    pending: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    pruned: int = 0
    cancelled: int = 0
    imported: int = 0
    retracted: int = 0
    attempts_lost: int = 0

    @property
    def ended(self) -> int:
        """How many have ended, in whatever way."""
        return self.succeeded + self.failed + self.pruned + self.cancelled


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """A trial's best job."""

    job_id: str
    number: int
    loss: float
    params: Json
    at: float


class ForkedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """The moment of another trial that a trial began with, and what it took from there."""

    trial_id: str
    position: int
    results: int = 0
    left_out: dict[str, int] = {}


class TrialInfo(Document, frozen=True, kw_only=True):
    """A trial as it was when it was read."""

    trial_id: str
    name: str = ""
    state: str = ""
    reason: str = ""
    message: str = ""
    objective: str = "minimize"
    image: str | None = None
    command: list[str] | None = None
    external: bool = False
    algorithm: str = ""
    seed: int | None = None
    budget: Json = {}
    parallelism: int = 1
    priority: int = 0
    pool: str = "default"
    tags: list[str] = []
    notes: str = ""
    archived: bool = False
    forked_from: ForkedFrom | None = None
    submitted_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    updated_at: float | None = None
    jobs: JobCounts = JobCounts()
    best: Best | None = None
    location: str = ""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try at running a job."""

    attempt: int
    worker_id: str | None = None
    slot: int | None = None
    claimed_at: float | None = None
    started_at: float | None = None
    ended_at: float | None = None
    lost: str | None = None
    exit: Json | None = None


class Retracted(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job's loss counts no more, and what it was."""

    reason: str
    at: float
    loss: float | None = None


class JobInfo(Document, frozen=True, kw_only=True):
    """A job as it was when it was read."""

    job_id: str
    trial_id: str
    number: int = 0
    state: str = ""
    params: Json = {}
    loss: float | None = None
    reason: str = ""
    message: str = ""
    origin: str = "optimizer"
    point_id: str | None = None
    retry_of: str | None = None
    retracted: Retracted | None = None
    attempt: int = 0
    attempts: list[Attempt] = []
    worker_id: str | None = None
    proposed_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    metrics: Json = {}
    graphs: list[Json] = []
    last_metric: Json | None = None
    stop_requested: str | None = None


class WorkerInfo(Document, frozen=True, kw_only=True):
    """A worker as it was when it was read."""

    worker_id: str
    state: str = ""
    reason: str = ""
    host: str = ""
    pool: str = "default"
    slots: int = 0
    gpus: int = 0
    runtimes: list[str] = []
    version: str = ""
    draining: bool = False
    registered_at: float | None = None
    last_seen: float | None = None
    running: Json = {}


class FileInfo(Document, frozen=True, kw_only=True):
    """One of the files that a job left."""

    path: str
    size: int


class MetricPoint(Document, frozen=True, kw_only=True):
    """What a job reported at one step."""

    step: int
    values: Json
    at: float
    attempt: int


class Point(Document, frozen=True, kw_only=True):
    """Params that were added to a trial; `job_id` as soon as they have become a job."""

    point_id: str
    job_id: str | None = None


class Validation(Document, frozen=True, kw_only=True):
    """What the gateway makes of a trial document that it would accept."""

    valid: bool
    spec: Json = {}
    runs_in: str = ""
    space: Json = {}
    proposals: list[Json] = []
    notes: list[str] = []


class Event(Document, frozen=True, kw_only=True):
    """A recorded fact, and its place in the one order of all facts."""

    position: int
    type: str
    data: Json = {}
    stream: str = ""
    recorded_at: float | None = None
    occurred_at: float | None = None
    actor: str | None = None


class EventName(msgspec.Struct, frozen=True, kw_only=True):
    """Names a recorded fact."""

    position: int
    event_id: str
    type: str


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """What a recorded fact says, in words, and which one it follows from."""

    position: int
    at: float
    event_id: str
    type: str
    text: str
    because: EventName | None = None
    events: int = 1


class Why(Document, frozen=True, kw_only=True):
    """The story of a job or a trial; it breaks off where it is not `whole`."""

    items: list[Sentence]
    whole: bool = True
    position: int = 0


class Health(Document, frozen=True, kw_only=True):
    """Whether the gateway is well."""

    status: str
    version: str = ""
    position: int = 0
    login: bool = False


class Me(Document, frozen=True, kw_only=True):
    """Whom the gateway takes us for, and what we may do."""

    name: str
    scopes: list[str] = []


class Ticket(Document, frozen=True, kw_only=True):
    """One-time access to what cannot be asked with a token in a header."""

    ticket: str
    expires_at: float


class Registration(Document, frozen=True, kw_only=True):
    """An evaluator as the gateway has it, and how often it must be heard of."""

    evaluator_id: str
    trial_id: str
    heartbeat_seconds: float = 10
    lease_seconds: float = 60


class Asked(Document, frozen=True, kw_only=True):
    """A job that an evaluator has been given."""

    job_id: str
    trial_id: str
    number: int
    attempt: int
    params: Json


class Beat(Document, frozen=True, kw_only=True):
    """What a heartbeat tells an evaluator: the jobs to stop, and whether the trial goes on."""

    stop: list[str] = []
    trial_state: str = ""
