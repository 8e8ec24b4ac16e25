"""One call beside another: for two waits that need not come one after the other."""

import threading
from collections.abc import Callable


class Beside:
    """A call on a thread of its own, begun at once."""

    def __init__(self, call: Callable[[], None], name: str) -> None:
        self._call = call
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name)
        self._thread.start()

    def join(self) -> None:
        """Returns when the call has; raises what it raised."""
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._call()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            self._failure = error
