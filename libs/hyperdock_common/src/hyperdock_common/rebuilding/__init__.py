"""Views folded anew from the log: beside the live ones while these are read and kept, or apart.

It gets a log to read and views to write, and nothing else: so it never publishes or records
anything. See docs/replay.md.
"""

from hyperdock_common.rebuilding.folding import USUAL, Amounts, Tell, fold_on, silent
from hyperdock_common.rebuilding.rebuild import put_back, rebuild
from hyperdock_common.rebuilding.stopped import RebuildStopped

__all__ = [
    "USUAL",
    "Amounts",
    "RebuildStopped",
    "Tell",
    "fold_on",
    "put_back",
    "rebuild",
    "silent",
]
