"""A process with a `Shutdown`, for its tests; says what it sees on its standard output."""

import sys
import threading
from typing import NoReturn

from hyperdock_common.service.logs import configure_service_logging
from hyperdock_common.service.running import Shutdown


def say(word: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def broken() -> NoReturn:
    """What a thread does that has a fault."""
    raise ValueError("no such luck")


def wait(shutdown: Shutdown) -> None:
    """What a loop does that is well."""
    shutdown.asked.wait()


def main(how: str) -> int:
    """Lives in one of the ways that the tests ask for."""
    configure_service_logging("info", "json")
    with Shutdown() as shutdown:
        match how:
            case "break":
                threading.Thread(target=broken, name="slot-1").start()
            case "end":
                shutdown.spawn("loop", lambda: None)
            case _:
                shutdown.spawn("loop", lambda: wait(shutdown))
        say("ready")
        shutdown.asked.wait()
        say("asked")
        if how == "drain":
            shutdown.hurried.wait()
            say("hurried")
        if how == "hang":
            threading.Event().wait()
    return shutdown.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
