"""What the commands reach out by, without a process, a port or a clock."""

from pathlib import Path

from hyperdock_cli.launch import Launch, Outside, RunningSystem
from hyperdock_cli.testing.fake_gateway import FakeGateway


class FakeSystem:
    """An all-in-one system that runs nothing but its gateway.

    Attributes:
        troubles: what is in its way.
        stopped: how often it was stopped.
    """

    engine = "local processes"

    def __init__(self, url: str) -> None:
        self.url = url
        self.token: str | None = None
        self.troubles: list[str] = []
        self.stopped = 0

    def problems(self) -> list[str]:
        """What is in its way."""
        return self.troubles

    def stop(self) -> None:
        """Ends it."""
        self.stopped += 1


class FakeOutside:
    """Makes an `Outside` around a fake gateway.

    Attributes:
        launches: what was started, in order.
        system: the system that a start gives.
        refusals: what the next starts raise.
        running: whether another process holds the state folder.
    """

    def __init__(self, gateway: FakeGateway, *, running: bool = False) -> None:
        self.gateway = gateway
        self.system = FakeSystem(gateway.url)
        self.running = running
        self.launches: list[Launch] = []
        self.refusals: list[Exception] = []

    @property
    def outside(self) -> Outside:
        """What commands take."""
        return Outside(
            start=self._start,
            running_url=self._running_url,
            own_token=lambda _: None,
            connect=self.gateway.connect,
            now=self.gateway.now,
            pause=self.gateway.pause,
        )

    def _start(self, launch: Launch) -> RunningSystem:
        if self.refusals:
            raise self.refusals.pop(0)
        self.launches.append(launch)
        return self.system

    def _running_url(self, _state: Path) -> str | None:
        return self.gateway.url if self.running else None
