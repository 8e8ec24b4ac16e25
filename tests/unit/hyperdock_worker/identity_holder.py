"""A process that takes a worker's identity, says which, and holds it until it is ended."""

import signal
import sys
from pathlib import Path

from hyperdock_worker.identity import take_identity

if __name__ == "__main__":
    identity = take_identity(Path(sys.argv[1]))
    sys.stdout.write(f"{identity.folder.name} {identity.worker_id}\n")
    sys.stdout.flush()
    signal.pause()
