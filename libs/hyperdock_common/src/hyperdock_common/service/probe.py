"""Asks a service for its health, for containers that have no other program for it.

`python -m hyperdock_common.service.probe http://127.0.0.1:8422/readyz` prints the answer and ends
with 0 where it is good.
"""

import sys
import urllib.error
import urllib.request
from typing import Final

_TIMEOUT: Final = 5.0
_USAGE: Final = 2


def probe(url: str) -> tuple[bool, str]:
    """Whether the service is well, and what it said."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_TIMEOUT) as answer:
            return True, answer.read().decode(errors="replace").strip()
    except urllib.error.HTTPError as error:
        with error:
            return False, error.read().decode(errors="replace").strip()
    except (OSError, ValueError) as error:
        return False, f"{url}: {error}"


def main(arguments: list[str]) -> int:
    """Probes the URL that is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m hyperdock_common.service.probe URL\n")
        return _USAGE
    well, said = probe(arguments[0])
    sys.stdout.write(f"{said}\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
