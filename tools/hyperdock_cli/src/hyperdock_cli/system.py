"""The system that a run talks to: named by a URL, found on the state folder, or started here."""

from collections.abc import Callable

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.launch import Launch, Outside, RunningSystem
from hyperdock_client import Unreachable
from hyperdock_common.errors import StateFolderInUse

_TRIES = 25
_PAUSE = 0.2


class System:
    """A gateway to call, and the system behind it if that lives in this process."""

    def __init__(
        self,
        outside: Outside,
        launch: Launch,
        url: str | None,
        say: Callable[[str], None],
        token: str | None = None,
    ) -> None:
        self._outside = outside
        self._say = say
        self._launch = launch
        self._named = url
        self._token = token
        self._in_use: StateFolderInUse | None = None
        self.here: RunningSystem | None = None
        self.client = self._connect()

    def problems(self) -> list[str]:
        """What is in its way now, in sentences."""
        return [] if self.here is None else self.here.problems()

    def recover(self) -> None:
        """After a lost connection: whoever held our state folder may have ended. Take over then."""
        if self._named is None and self.here is None and (client := self._try()):
            self.client.close()
            self.client = client

    def close(self) -> None:
        """Lets go of it; what lives here is stopped, its running jobs go on."""
        self.client.close()
        if self.here is not None:
            self.here.stop()

    def _connect(self) -> ApiClient:
        if self._named is not None:
            return self._outside.connect(self._named, self._token)
        for _ in range(_TRIES):
            if client := self._try():
                return client
            self._outside.pause(_PAUSE)  # whoever holds the folder begins or ends just now
        problem = f"{self._in_use}, but does not answer"
        raise Fault(problem, "end it, or choose another folder with --state", code=REFUSED)

    def _try(self) -> ApiClient | None:
        """Joins who runs on our state folder, or else starts; None where neither can be done."""
        url = self._outside.running_url(self._launch.state)
        if url is not None and (client := self._answering(url)):
            return client
        if self._in_use is None:
            self._say(f"starting on state folder {self._launch.state} …")
        try:
            self.here = self._outside.start(self._launch)
        except StateFolderInUse as error:
            self._in_use = error
            return None
        return self._outside.connect(self.here.url, self.here.token)

    def _answering(self, url: str) -> ApiClient | None:
        """A client of the system on our state folder, None where that is just ending."""
        token = self._token or self._outside.own_token(self._launch.state)
        client = self._outside.connect(url, token)
        try:
            client.health()
        except Unreachable:
            client.close()
            return None
        return client


def lost(system: System, error: Unreachable) -> str:
    """A lost connection, in a sentence."""
    return f"no answer from {system.client.url} ({error.why}); trying again"
