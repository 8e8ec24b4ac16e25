"""What the gateway needs of the world: ports, a clock, chance, and the names it answers to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from hyperdock_common.json_types import JsonObject
from hyperdock_common.lenient_log import LenientLog
from hyperdock_common.ports import ArtifactStore, EventBus, EventLog, ViewStore
from hyperdock_common.service.admission import LOCAL_HOSTS
from hyperdock_common.spec import TrialSpec
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.auth.login import Login
from hyperdock_gateway.policy import Policy
from hyperdock_gateway.story_shelf import StoryShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that the handlers use; the same in both modes, only the adapters differ.

    Attributes:
        shown_log: the log as it is shown: with what a later release recorded, too.
        clock: wall clock, seconds since 1970 UTC.
        random_bytes: so many unpredictable bytes; every id and every seed comes from here.
        version: what /health names.
        hosts: names (without port) that the Host header may carry; "*" among them allows any.
        origins: other origins whose pages may use it, too.
        login: who may use it; None: whoever reaches it.
        limits: how much one client may ask.
        policy: what the operator allows.
        preview: the params of so many first jobs of a trial, its seed named; it takes seconds, and
            raises a `HyperdockError` where there are none to be had.
        stories: of the trials that were asked for lately.
        retention: tells how long logs are kept; None: for ever.
        producer: the name under which requests are published.
        publish_timeout: seconds that the bus has to confirm; long, because a request that is
            told to be lost is made again, and may then happen twice.
        patience: seconds that a request waits after that until the views show what it did.
        stall: seconds that a reader of the live feed may take to accept one message.
    """

    log: EventLog
    bus: EventBus
    views: ViewStore
    artifacts: ArtifactStore
    clock: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    version: str
    hosts: frozenset[str] = LOCAL_HOSTS
    origins: frozenset[str] = frozenset()
    login: Login | None = None
    limits: Limits = field(default_factory=Limits)
    policy: Policy = field(default_factory=Policy)
    preview: Callable[[TrialSpec, int], Sequence[JsonObject]] = lambda _spec, _count: ()
    stories: StoryShelf = field(default_factory=StoryShelf)
    retention: Callable[[], JsonObject] | None = None
    producer: str = "gateway"
    publish_timeout: float = 15.0
    patience: float = 10.0
    stall: float = 10.0
    shown_log: LenientLog = field(init=False)

    def __post_init__(self) -> None:
        """One for all who show the log: it says once what it meets."""
        object.__setattr__(self, "shown_log", LenientLog(self.log))


def services_of(connection: HTTPConnection) -> Services:
    """The services that the connection's app was made with."""
    services: Services = connection.app.state.services
    return services
